/// Heikin-Ashi candles: the close is the mean of the four prices, the open the middle of the last Heikin-Ashi body.
/// The first open is the middle of the first candle's body.
struct HeikinAshi: Kernel {
    var lookback: Int { 0 }
    private var open = Double.nan
    private var close = 0.0

    @inline(__always)
    mutating func reset() { open = .nan }

    @inline(__always)
    mutating func step(_ candle: OpenHighLowClose) -> ManyValues<FourColumns> {
        open = open.isNaN ? (candle.open + candle.close) / 2 : (open + close) / 2
        close = (candle.open + candle.high + candle.low + candle.close) / 4
        let high = larger(candle.high, larger(open, close))
        let low = smaller(candle.low, smaller(open, close))
        return ManyValues(SIMD8(open, high, low, close, 0, 0, 0, 0))
    }
}

extension IndicatorDefinition {
    static let heikinAshi = IndicatorDefinition(
        "heikin_ashi", [], outputs: ["open", "high", "low", "close"], "Heikin-Ashi candles", fr: "Bougies Heikin-Ashi",
        source: "TA-Lib HA"
    ) { _ in HeikinAshi() }
}
