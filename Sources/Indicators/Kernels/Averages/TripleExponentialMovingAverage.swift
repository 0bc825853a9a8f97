/// `3 * EMA - 3 * EMA(EMA) + EMA(EMA(EMA))`. Patrick Mulloy, Technical Analysis of Stocks & Commodities,
/// January 1994.
struct TripleExponentialMovingAverage: Kernel {
    private var chain: TripleSmoothing

    init(period: Int) { chain = TripleSmoothing(period: period) }

    var lookback: Int { chain.lookback }

    @inline(__always)
    mutating func reset() { chain.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let stages = chain.step(value)
        return 3 * stages.first - 3 * stages.second + stages.third
    }

    var isWarm: Bool {
        @inline(__always)
        get { chain.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let stages = chain.steady(value)
        return 3 * stages.first - 3 * stages.second + stages.third
    }
}

/// An EMA, the EMA of it and the EMA of that; all NaN until the last is warm.
struct TripleSmoothing: Kernel {
    private var first: ExponentialMovingAverage
    private var second: ExponentialMovingAverage
    private var third: ExponentialMovingAverage

    init(period: Int) {
        first = ExponentialMovingAverage(period: period)
        second = first
        third = first
    }

    var lookback: Int { 3 * first.lookback }

    @inline(__always)
    mutating func reset() {
        first.reset()
        second.reset()
        third.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> ThreeValues {
        let once = first.step(value)
        if once.isNaN { return .missing }
        let twice = second.step(once)
        if twice.isNaN { return .missing }
        let thrice = third.step(twice)
        if thrice.isNaN { return .missing }
        return ThreeValues(once, twice, thrice)
    }

    var isWarm: Bool {
        @inline(__always)
        get { third.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> ThreeValues {
        let once = first.steady(value)
        let twice = second.steady(once)
        return ThreeValues(once, twice, third.steady(twice))
    }
}

extension IndicatorDefinition {
    static let tema = IndicatorDefinition(
        "tema", [.period(30)], "Triple exponential moving average", fr: "Moyenne mobile exponentielle triple",
        source: "TA-Lib TEMA"
    ) { TripleExponentialMovingAverage(period: $0.int(0)) }
}
