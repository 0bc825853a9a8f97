/// Price-volume trend: the running total of the volume times the relative change of the close.
struct PriceVolumeTrend: Kernel {
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
        if !previous.isNaN, previous != 0 { total += candle.volume * ((candle.close - previous) / previous) }
        previous = candle.close
        return total
    }
}

extension IndicatorDefinition {
    static let pvt = IndicatorDefinition(
        "pvt", [], "Price-volume trend", fr: "Tendance prix-volume", source: "TA-Lib PVT"
    ) { _ in PriceVolumeTrend() }
}
