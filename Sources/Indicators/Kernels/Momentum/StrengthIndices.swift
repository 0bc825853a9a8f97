import Glibc

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

/// Donald Dorsey's mass index: the sum of the ratios of the averaged range to its own average. 1 a row where nothing
/// moves.
struct MassIndex: Kernel, ~Copyable {
    private var once: ExponentialMovingAverage
    private var twice: ExponentialMovingAverage
    private var sum: MovingSum

    init(fast: Int, slow: Int) {
        once = ExponentialMovingAverage(period: fast)
        twice = once
        sum = MovingSum(period: slow)
    }

    var lookback: Int { once.lookback + twice.lookback + sum.lookback }

    @inline(__always)
    mutating func reset() {
        once.reset()
        twice.reset()
        sum.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double {
        let range = once.step(candle.high - candle.low)
        if range.isNaN { return .nan }
        let smooth = twice.step(range)
        if smooth.isNaN { return .nan }
        return sum.step(smooth == 0 ? 1 : range / smooth)
    }

    var isWarm: Bool {
        @inline(__always)
        get { sum.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLow) -> Double {
        let range = once.steady(candle.high - candle.low)
        let smooth = twice.steady(range)
        return sum.steady(smooth == 0 ? 1 : range / smooth)
    }
}

/// Elder-ray: how far the high and the low are from the exponential average of the close. Alexander Elder, Trading for
/// a Living (1993).
struct ElderRay: Kernel {
    private var mean: ExponentialMovingAverage

    init(period: Int) { mean = ExponentialMovingAverage(period: period) }

    var lookback: Int { mean.lookback }

    @inline(__always)
    mutating func reset() { mean.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> TwoValues {
        let middle = mean.step(candle.close)
        return TwoValues(candle.high - middle, candle.low - middle)
    }

    var isWarm: Bool {
        @inline(__always)
        get { mean.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> TwoValues {
        let middle = mean.steady(candle.close)
        return TwoValues(candle.high - middle, candle.low - middle)
    }
}

/// John Ehlers' Fisher transform of the middle of the candles: the value and, as signal, the one before it.
///
/// The place of the middle in the window, -1 to 1, is smoothed by a third, kept within ±0.999 and transformed by half
/// the logarithm of (1 + x) / (1 - x), smoothed by a half. Stocks & Commodities, November 2002.
struct FisherTransform: Kernel, ~Copyable {
    private var highs: MovingExtreme<Highest>
    private var lows: MovingExtreme<Lowest>
    private var place = 0.0
    private var fisher = 0.0

    init(period: Int) {
        highs = MovingExtreme(period: period)
        lows = MovingExtreme(period: period)
    }

    var lookback: Int { highs.lookback }

    @inline(__always)
    mutating func reset() {
        highs.reset()
        lows.reset()
        place = 0
        fisher = 0
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> TwoValues {
        let middle = (candle.high + candle.low) / 2
        let highest = highs.step(middle)
        let lowest = lows.step(middle)
        if highest.isNaN { return .missing }
        let range = highest - lowest
        let raw = range == 0 ? 0 : 2 * ((middle - lowest) / range - 0.5)
        let smooth = 0.33 * raw + 0.67 * place
        place = smaller(larger(smooth, -0.999), 0.999)
        let before = fisher
        fisher = 0.5 * log((1 + place) / (1 - place)) + 0.5 * before
        return TwoValues(fisher, before)
    }
}

extension IndicatorDefinition {
    static let tsi = IndicatorDefinition(
        "tsi", [.period(25, "first", from: 2), .period(13, "second", from: 2)], "True strength index, -100 to 100",
        fr: "Indice de force vraie, de -100 à 100", source: "TA-Lib TSI"
    ) { TrueStrengthIndex(first: $0.int(0), second: $0.int(1)) }

    static let massi = IndicatorDefinition(
        "massi", [.period(9, "fast", from: 2), .period(25, "slow", from: 2)], "Mass index", fr: "Indice de masse",
        source: "TA-Lib MASSI"
    ) { MassIndex(fast: $0.int(0), slow: $0.int(1)) }

    static let elderRay = IndicatorDefinition(
        "elder_ray", [.period(13)], outputs: ["bull", "bear"], "Elder-ray: bull power and bear power",
        fr: "Elder-ray : force des haussiers et des baissiers", source: "TA-Lib ERI"
    ) { ElderRay(period: $0.int(0)) }

    static let fisher = IndicatorDefinition(
        "fisher", [.period(9, from: 2)], outputs: ["fisher", "signal"], "Fisher transform of the price",
        fr: "Transformée de Fisher du prix",
        source: "John Ehlers, Technical Analysis of Stocks & Commodities, November 2002"
    ) { FisherTransform(period: $0.int(0)) }
}
