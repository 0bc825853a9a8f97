/// Averages of averages: each stage begins when the one before it is warm.

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

/// `3 * EMA - 3 * EMA(EMA) + EMA(EMA(EMA))`. Patrick Mulloy, as above.
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

/// Percent change of a triple-smoothed EMA. Jack Hutson, Technical Analysis of Stocks & Commodities, 1983.
struct TripleSmoothedChange: Kernel {
    private var chain: TripleSmoothing
    private var previous = Double.nan

    init(period: Int) { chain = TripleSmoothing(period: period) }

    var lookback: Int { chain.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        chain.reset()
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let smooth = chain.step(value).third
        let before = previous
        previous = smooth
        return before == 0 ? 0 : (smooth / before - 1) * 100
    }

    var isWarm: Bool {
        @inline(__always)
        get { !previous.isNaN }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let smooth = chain.steady(value).third
        let before = previous
        previous = smooth
        return before == 0 ? 0 : (smooth / before - 1) * 100
    }
}

extension IndicatorDefinition {
    static let dema = IndicatorDefinition(
        "dema", [.period(30)], "Double exponential moving average", fr: "Moyenne mobile exponentielle double",
        source: "TA-Lib DEMA"
    ) { DoubleExponentialMovingAverage(period: $0.int(0)) }

    static let tema = IndicatorDefinition(
        "tema", [.period(30)], "Triple exponential moving average", fr: "Moyenne mobile exponentielle triple",
        source: "TA-Lib TEMA"
    ) { TripleExponentialMovingAverage(period: $0.int(0)) }

    static let trix = IndicatorDefinition(
        "trix", [.period(30)], "Percent change of a triple-smoothed average",
        fr: "Variation en pour cent d'une moyenne triplement lissée", source: "TA-Lib TRIX"
    ) { TripleSmoothedChange(period: $0.int(0)) }
}
