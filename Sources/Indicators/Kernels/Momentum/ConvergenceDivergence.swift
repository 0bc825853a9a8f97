/// Gerald Appel's moving average convergence/divergence. As in TA-Lib both averages end their warm-up on the same row,
/// and all three lines begin when the signal is known.
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

extension IndicatorDefinition {
    static let macd = IndicatorDefinition(
        "macd", [.period(12, "fast", from: 2), .period(26, "slow", from: 2), .period(9, "signal")],
        outputs: ["macd", "signal", "hist"], "Moving average convergence/divergence",
        fr: "Convergence et divergence de moyennes mobiles", source: "TA-Lib MACD"
    ) { ConvergenceDivergence(fast: $0.int(0), slow: $0.int(1), signal: $0.int(2)) }
}
