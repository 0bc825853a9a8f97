/// Heikin-Ashi candles: the close is the mean of the four prices, the open the middle of the last Heikin-Ashi body.
/// The first open is the middle of the first candle's body.
struct HeikinAshi: Kernel {
    var lookback: Int { 0 }
    private var open = Double.nan
    private var close = 0.0

    @inline(__always)
    mutating func reset() { open = .nan }

    @inline(__always)
    mutating func step(_ candle: OpenHighLowClose) -> FourValues {
        if open.isNaN {
            open = candle.open
            close = candle.close
        }
        return steady(candle)
    }

    var isWarm: Bool {
        @inline(__always)
        get { !open.isNaN }
    }

    @inline(__always)
    mutating func steady(_ candle: OpenHighLowClose) -> FourValues {
        open = (open + close) / 2
        close = (candle.open + candle.high + candle.low + candle.close) / 4
        let high = larger(candle.high, larger(open, close))
        let low = smaller(candle.low, smaller(open, close))
        return FourValues(open, high, low, close)
    }
}

extension IndicatorDefinition {
    static let heikinAshi = IndicatorDefinition(
        "heikin_ashi", [], outputs: ["open", "high", "low", "close"], "Heikin-Ashi candles", fr: "Bougies Heikin-Ashi",
        source: "TA-Lib HA"
    ) { _ in HeikinAshi() }
}
