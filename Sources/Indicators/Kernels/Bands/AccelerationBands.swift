/// Price Headley's acceleration bands: the mean close between means of highs and lows stretched by the candles'
/// relative ranges.
struct AccelerationBands: Kernel, ~Copyable {
    private var upper: SimpleMovingAverage
    private var middle: SimpleMovingAverage
    private var lower: SimpleMovingAverage

    init(period: Int) {
        upper = SimpleMovingAverage(period: period)
        middle = SimpleMovingAverage(period: period)
        lower = SimpleMovingAverage(period: period)
    }

    var lookback: Int { middle.lookback }

    @inline(__always)
    mutating func reset() {
        upper.reset()
        middle.reset()
        lower.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> ThreeValues {
        let sum = candle.high + candle.low
        let stretch = sum.magnitude < negligible ? 0 : 4 * (candle.high - candle.low) / sum
        return ThreeValues(
            upper.step(candle.high * (1 + stretch)), middle.step(candle.close), lower.step(candle.low * (1 - stretch)))
    }
}

extension IndicatorDefinition {
    static let accbands = IndicatorDefinition(
        "accbands", [.period(20, from: 2)], outputs: ["upper", "middle", "lower"], "Acceleration bands",
        fr: "Bandes d'accélération", source: "TA-Lib ACCBANDS"
    ) { AccelerationBands(period: $0.int(0)) }
}
