/// Tushar Chande's qstick: the mean body of the last candles.
struct MeanBody: Kernel, ~Copyable {
    private var mean: SimpleMovingAverage

    init(period: Int) { mean = SimpleMovingAverage(period: period) }

    var lookback: Int { mean.lookback }

    @inline(__always)
    mutating func reset() { mean.reset() }

    @inline(__always)
    mutating func step(_ candle: OpenClose) -> Double { mean.step(candle.close - candle.open) }
}

extension IndicatorDefinition {
    static let qstick = IndicatorDefinition(
        "qstick", [.period(10)], "Mean body of the candles", fr: "Corps moyen des bougies", source: "TA-Lib QSTICK"
    ) { MeanBody(period: $0.int(0)) }
}
