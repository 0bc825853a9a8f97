/// Joseph Granville's on-balance volume: the volume added after a higher close, taken off after a lower one. It begins
/// with the first volume, as in TA-Lib.
struct OnBalanceVolume: Kernel {
    var lookback: Int { 0 }
    private var total = 0.0
    private var previous = Double.nan

    @inline(__always)
    mutating func reset() {
        total = 0
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        // The sign without a branch, as closes go up and down unpredictably; against NaN it is the first candle's.
        let sign = (candle.close < previous ? 0.0 : 1.0) - (candle.close > previous ? 0.0 : 1.0)
        total += previous.isNaN ? candle.volume : sign * candle.volume
        previous = candle.close
        return total
    }
}

extension IndicatorDefinition {
    static let obv = IndicatorDefinition(
        "obv", [], "On-balance volume", fr: "Volume en balance", source: "TA-Lib OBV"
    ) { _ in OnBalanceVolume() }
}
