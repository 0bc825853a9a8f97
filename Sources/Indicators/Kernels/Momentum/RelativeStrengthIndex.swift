/// Wilder's means of the gains and of the losses of the last changes, to the last bit as TA-Lib computes them: a
/// stochastic of the index (`stochrsi`) makes much of its last bits where it hardly moves.
struct GainsAndLosses: Kernel {
    let lookback: Int
    private let kept: Double
    private let share: Double
    private var gain = 0.0
    private var loss = 0.0
    private var previous = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period
        kept = Double(period - 1)
        share = 1 / Double(period)
        pending = period + 1
    }

    @inline(__always)
    mutating func reset() {
        gain = 0
        loss = 0
        pending = lookback &+ 1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> TwoValues {
        if pending <= 0 { return steady(value) }
        pending &-= 1
        let change = (value - previous).gainAndLoss
        previous = value
        if pending == lookback { return .missing }
        gain += change.gain
        loss += change.loss
        if pending > 0 { return .missing }
        gain *= share
        loss *= share
        return TwoValues(gain, loss)
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> TwoValues {
        let change = (value - previous).gainAndLoss
        previous = value
        gain = (gain * kept + change.gain) * share
        loss = (loss * kept + change.loss) * share
        return TwoValues(gain, loss)
    }
}

/// Wilder's relative strength index: the share of gains in the smoothed gains and losses, 0 to 100; 0 in a market that
/// never moved, as in TA-Lib.
struct RelativeStrengthIndex: Kernel {
    private var means: GainsAndLosses

    init(period: Int) { means = GainsAndLosses(period: period) }

    var lookback: Int { means.lookback }

    @inline(__always)
    mutating func reset() { means.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let row = means.step(value)
        let both = row.first + row.second
        return both == 0 ? 0 : 100 * (row.first / both)
    }

    var isWarm: Bool {
        @inline(__always)
        get { means.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let row = means.steady(value)
        let both = row.first + row.second
        return both == 0 ? 0 : 100 * (row.first / both)
    }
}

/// Chande's momentum oscillator with Wilder's smoothing, as TA-Lib has it, -100 to 100.
struct ChandeMomentum: Kernel {
    private var means: GainsAndLosses

    init(period: Int) { means = GainsAndLosses(period: period) }

    var lookback: Int { means.lookback }

    @inline(__always)
    mutating func reset() { means.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let row = means.step(value)
        let both = row.first + row.second
        return both == 0 ? 0 : 100 * ((row.first - row.second) / both)
    }

    var isWarm: Bool {
        @inline(__always)
        get { means.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let row = means.steady(value)
        let both = row.first + row.second
        return both == 0 ? 0 : 100 * ((row.first - row.second) / both)
    }
}

/// The stochastic of the relative strength index. Tushar Chande and Stanley Kroll, The New Technical Trader (1994).
struct StochasticStrength: Kernel, ~Copyable {
    private var strength: RelativeStrengthIndex
    private var highs: MovingExtreme<Highest>
    private var lows: MovingExtreme<Lowest>
    private var mean: SimpleMovingAverage

    init(period: Int, fastK: Int, fastD: Int) {
        strength = RelativeStrengthIndex(period: period)
        highs = MovingExtreme(period: fastK)
        lows = MovingExtreme(period: fastK)
        mean = SimpleMovingAverage(period: fastD)
    }

    var lookback: Int { strength.lookback + highs.lookback + mean.lookback }

    @inline(__always)
    mutating func reset() {
        strength.reset()
        highs.reset()
        lows.reset()
        mean.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> TwoValues {
        let index = strength.step(value)
        if index.isNaN { return .missing }
        let k = stochastic(index, highs.step(index), lows.step(index))
        if k.isNaN { return .missing }
        let d = mean.step(k)
        return d.isNaN ? .missing : TwoValues(k, d)
    }
}

extension IndicatorDefinition {
    static let rsi = IndicatorDefinition(
        "rsi", [.period(14, from: 2)], "Relative strength index, 0 to 100",
        fr: "Indice de force relative, de 0 à 100", source: "TA-Lib RSI"
    ) { RelativeStrengthIndex(period: $0.int(0)) }

    static let cmo = IndicatorDefinition(
        "cmo", [.period(14, from: 2)], "Chande momentum oscillator, -100 to 100",
        fr: "Oscillateur de momentum de Chande, de -100 à 100", source: "TA-Lib CMO"
    ) { ChandeMomentum(period: $0.int(0)) }

    static let stochrsi = IndicatorDefinition(
        "stochrsi", [.period(14, from: 2), .period(5, "fast_k"), .period(3, "fast_d")], outputs: ["k", "d"],
        "Stochastic of the relative strength index", fr: "Stochastique de l'indice de force relative",
        source: "TA-Lib STOCHRSI"
    ) { StochasticStrength(period: $0.int(0), fastK: $0.int(1), fastD: $0.int(2)) }
}
