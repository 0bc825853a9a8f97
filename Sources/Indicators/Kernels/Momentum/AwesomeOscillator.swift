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
    static let ao = IndicatorDefinition(
        "ao", [.period(5, "fast"), .period(34, "slow")], "Awesome oscillator", fr: "Awesome oscillator",
        source: "TA-Lib AO"
    ) { AwesomeOscillator(fast: $0.int(0), slow: $0.int(1)) }

    static let ac = IndicatorDefinition(
        "ac", [.period(5, "fast"), .period(34, "slow"), .period(5, "signal")], "Accelerator oscillator",
        fr: "Oscillateur d'accélération", source: "TA-Lib AC"
    ) { AcceleratorOscillator(fast: $0.int(0), slow: $0.int(1), signal: $0.int(2)) }
}
