/// A fast and a slow exponential average.
struct AveragePair: Kernel {
    private var fast: ExponentialMovingAverage
    private var slow: ExponentialMovingAverage

    /// The longer of the two periods is the slow one, in whatever order they are given. If `isAligned`, both end
    /// their warm-up on the same row: the fast one leaves values out at first.
    init(fast: Int, slow: Int, isAligned: Bool) {
        let long = max(fast, slow)
        let short = min(fast, slow)
        self.fast = ExponentialMovingAverage(period: short, seedDelay: isAligned ? long - short : 0)
        self.slow = ExponentialMovingAverage(period: long)
    }

    var lookback: Int { slow.lookback }

    @inline(__always)
    mutating func reset() {
        fast.reset()
        slow.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> TwoValues { TwoValues(fast.step(value), slow.step(value)) }

    var isWarm: Bool {
        @inline(__always)
        get { slow.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> TwoValues {
        TwoValues(fast.steady(value), slow.steady(value))
    }
}

/// Gerald Appel's moving average convergence/divergence. As in TA-Lib both averages begin together and all three lines begin when the signal is known.
struct ConvergenceDivergence: Kernel {
    private var averages: AveragePair
    private var signal: ExponentialMovingAverage

    init(fast: Int, slow: Int, signal: Int) {
        averages = AveragePair(fast: fast, slow: slow, isAligned: true)
        self.signal = ExponentialMovingAverage(period: signal)
    }

    var lookback: Int { averages.lookback + signal.lookback }

    @inline(__always)
    mutating func reset() {
        averages.reset()
        signal.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> ThreeValues {
        let row = averages.step(value)
        let line = row.first - row.second
        if line.isNaN { return .missing }
        let smooth = signal.step(line)
        return smooth.isNaN ? .missing : ThreeValues(line, smooth, line - smooth)
    }

    var isWarm: Bool {
        @inline(__always)
        get { signal.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> ThreeValues {
        let row = averages.steady(value)
        let line = row.first - row.second
        let smooth = signal.steady(line)
        return ThreeValues(line, smooth, line - smooth)
    }
}

/// The difference of two exponential averages; in per cent of the slow one if `isPercent`.
struct AverageDifference: Kernel {
    private var averages: AveragePair
    private let isPercent: Bool

    init(fast: Int, slow: Int, isPercent: Bool) {
        averages = AveragePair(fast: fast, slow: slow, isAligned: false)
        self.isPercent = isPercent
    }

    var lookback: Int { averages.lookback }

    @inline(__always)
    mutating func reset() { averages.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let row = averages.step(value)
        let difference = row.first - row.second
        guard isPercent else { return difference }
        return row.second == 0 ? 0 : difference / row.second * 100
    }
}

/// The same over the volume.
struct VolumeDifference: Kernel {
    private var difference: AverageDifference

    init(fast: Int, slow: Int) { difference = AverageDifference(fast: fast, slow: slow, isPercent: true) }

    var lookback: Int { difference.lookback }

    @inline(__always)
    mutating func reset() { difference.reset() }

    @inline(__always)
    mutating func step(_ candle: Volume) -> Double { difference.step(candle.volume) }
}

/// Bill Williams' awesome oscillator: the difference of two simple means of the candles' middles.
struct AwesomeOscillator: Kernel, ~Copyable {
    private var fast: SimpleMovingAverage
    private var slow: SimpleMovingAverage

    init(fast: Int, slow: Int) {
        self.fast = SimpleMovingAverage(period: min(fast, slow))
        self.slow = SimpleMovingAverage(period: max(fast, slow))
    }

    var lookback: Int { slow.lookback }

    @inline(__always)
    mutating func reset() {
        fast.reset()
        slow.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double {
        let middle = (candle.high + candle.low) / 2
        let short = fast.step(middle)
        return short - slow.step(middle)
    }
}

/// Bill Williams' accelerator: the awesome oscillator less its simple mean.
struct AcceleratorOscillator: Kernel, ~Copyable {
    private var oscillator: AwesomeOscillator
    private var mean: SimpleMovingAverage

    init(fast: Int, slow: Int, signal: Int) {
        oscillator = AwesomeOscillator(fast: fast, slow: slow)
        mean = SimpleMovingAverage(period: signal)
    }

    var lookback: Int { oscillator.lookback + mean.lookback }

    @inline(__always)
    mutating func reset() {
        oscillator.reset()
        mean.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double {
        let value = oscillator.step(candle)
        return value.isNaN ? .nan : value - mean.step(value)
    }
}

extension IndicatorDefinition {
    static let macd = IndicatorDefinition(
        "macd", [.period(12, "fast", from: 2), .period(26, "slow", from: 2), .period(9, "signal")],
        outputs: ["macd", "signal", "hist"], "Moving average convergence/divergence",
        fr: "Convergence et divergence de moyennes mobiles", source: "TA-Lib MACD"
    ) { ConvergenceDivergence(fast: $0.int(0), slow: $0.int(1), signal: $0.int(2)) }

    static let apo = IndicatorDefinition(
        "apo", [.period(12, "fast", from: 2), .period(26, "slow", from: 2)], "Difference of two exponential averages",
        fr: "Différence de deux moyennes exponentielles", source: "TA-Lib APO (EMA)"
    ) { AverageDifference(fast: $0.int(0), slow: $0.int(1), isPercent: false) }

    static let ppo = IndicatorDefinition(
        "ppo", [.period(12, "fast", from: 2), .period(26, "slow", from: 2)],
        "Difference of two exponential averages in per cent",
        fr: "Différence de deux moyennes exponentielles en pour cent", source: "TA-Lib PPO (EMA)"
    ) { AverageDifference(fast: $0.int(0), slow: $0.int(1), isPercent: true) }

    static let pvo = IndicatorDefinition(
        "pvo", [.period(12, "fast", from: 2), .period(26, "slow", from: 2)], "Percentage volume oscillator",
        fr: "Oscillateur de volume en pour cent", source: "TA-Lib PVO (EMA)"
    ) { VolumeDifference(fast: $0.int(0), slow: $0.int(1)) }

    static let ao = IndicatorDefinition(
        "ao", [.period(5, "fast"), .period(34, "slow")], "Awesome oscillator", fr: "Awesome oscillator",
        source: "TA-Lib AO"
    ) { AwesomeOscillator(fast: $0.int(0), slow: $0.int(1)) }

    static let ac = IndicatorDefinition(
        "ac", [.period(5, "fast"), .period(34, "slow"), .period(5, "signal")], "Accelerator oscillator",
        fr: "Oscillateur d'accélération", source: "TA-Lib AC"
    ) { AcceleratorOscillator(fast: $0.int(0), slow: $0.int(1), signal: $0.int(2)) }
}
