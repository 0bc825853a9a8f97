/// `2 * EMA - EMA(EMA)`. Patrick Mulloy, Technical Analysis of Stocks & Commodities, January 1994.
struct DoubleExponentialMovingAverage: Kernel {
    private var first: ExponentialMovingAverage
    private var second: ExponentialMovingAverage

    init(period: Int) {
        first = ExponentialMovingAverage(period: period)
        second = ExponentialMovingAverage(period: period)
    }

    var lookback: Int { first.lookback + second.lookback }

    @inline(__always)
    mutating func reset() {
        first.reset()
        second.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let once = first.step(value)
        if once.isNaN { return .nan }
        return 2 * once - second.step(once)
    }

    var isWarm: Bool {
        @inline(__always)
        get { second.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let once = first.steady(value)
        return 2 * once - second.steady(once)
    }
}

extension IndicatorDefinition {
    static let dema = IndicatorDefinition(
        "dema", [.period(30)], "Double exponential moving average", fr: "Moyenne mobile exponentielle double",
        source: "TA-Lib DEMA"
    ) { DoubleExponentialMovingAverage(period: $0.int(0)) }
}
