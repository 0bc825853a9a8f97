/// The highest high and the lowest low of the last `period` candles, and their middle. Richard Donchian.
struct DonchianChannel: Kernel, ~Copyable {
    private var highs: MovingExtreme<Highest>
    private var lows: MovingExtreme<Lowest>

    init(period: Int) {
        highs = MovingExtreme(period: period)
        lows = MovingExtreme(period: period)
    }

    var lookback: Int { highs.lookback }

    @inline(__always)
    mutating func reset() {
        highs.reset()
        lows.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> ThreeValues {
        let upper = highs.step(candle.high)
        let lower = lows.step(candle.low)
        return ThreeValues(upper, (upper + lower) / 2, lower)
    }

    var isWarm: Bool {
        @inline(__always)
        get { highs.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLow) -> ThreeValues {
        let upper = highs.steady(candle.high)
        let lower = lows.steady(candle.low)
        return ThreeValues(upper, (upper + lower) / 2, lower)
    }
}

extension IndicatorDefinition {
    static let donchian = IndicatorDefinition(
        "donchian", [.period(20)], outputs: ["upper", "middle", "lower"], "Donchian channel", fr: "Canal de Donchian",
        source: "TA-Lib DONCHIAN"
    ) { DonchianChannel(period: $0.int(0)) }
}
