/// William Blau's true strength index: doubly smoothed change over doubly smoothed size of change, -100 to 100.
struct TrueStrengthIndex: Kernel {
    private var changes: DoubleSmoothing
    private var sizes: DoubleSmoothing
    private var previous = Double.nan

    init(first: Int, second: Int) {
        changes = DoubleSmoothing(first: first, second: second)
        sizes = changes
    }

    var lookback: Int { changes.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        changes.reset()
        sizes.reset()
        previous = .nan
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let before = previous
        previous = value
        if before.isNaN { return .nan }
        let change = value - before
        let above = changes.step(change)
        let below = sizes.step(change.magnitude)
        return below == 0 ? 0 : 100 * above / below
    }

    var isWarm: Bool {
        @inline(__always)
        get { sizes.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let change = value - previous
        previous = value
        let above = changes.steady(change)
        let below = sizes.steady(change.magnitude)
        return below == 0 ? 0 : 100 * above / below
    }
}

/// The exponential average of an exponential average.
struct DoubleSmoothing: Kernel {
    private var inner: ExponentialMovingAverage
    private var outer: ExponentialMovingAverage

    init(first: Int, second: Int) {
        inner = ExponentialMovingAverage(period: first)
        outer = ExponentialMovingAverage(period: second)
    }

    var lookback: Int { inner.lookback + outer.lookback }

    @inline(__always)
    mutating func reset() {
        inner.reset()
        outer.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        // The same form of the averages in every loop, for the same bits.
        if isWarm { return steady(value) }
        let once = inner.step(value)
        return once.isNaN ? .nan : outer.step(once)
    }

    var isWarm: Bool {
        @inline(__always)
        get { outer.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        outer.steadyInChain(inner.steadyInChain(value))
    }
}

extension IndicatorDefinition {
    static let tsi = IndicatorDefinition(
        "tsi", [.period(25, "first", from: 2), .period(13, "second", from: 2)], "True strength index, -100 to 100",
        fr: "Indice de force vraie, de -100 à 100", source: "TA-Lib TSI"
    ) { TrueStrengthIndex(first: $0.int(0), second: $0.int(1)) }
}
