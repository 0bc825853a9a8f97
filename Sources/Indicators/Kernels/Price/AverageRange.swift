/// The mean range of the last candles.
struct AverageRange: Kernel, ~Copyable {
    private var mean: SimpleMovingAverage

    init(period: Int) { mean = SimpleMovingAverage(period: period) }

    var lookback: Int { mean.lookback }

    @inline(__always)
    mutating func reset() { mean.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double { mean.step(candle.high - candle.low) }
}

extension IndicatorDefinition {
    static let adr = IndicatorDefinition(
        "adr", [.period(14)], "Mean range of the candles", fr: "Amplitude moyenne des bougies", source: "TA-Lib ADR"
    ) { AverageRange(period: $0.int(0)) }
}
