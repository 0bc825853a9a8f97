/// Where a value is between the lowest and the highest, 0 to 100; 0 where these are equal but for rounding, as in
/// TA-Lib.
@inline(__always)
func stochastic(_ value: Double, _ highest: Double, _ lowest: Double) -> Double {
    let range = highest - lowest
    if range <= negligible * (highest.magnitude + lowest.magnitude) { return 0 }
    return (value - lowest) / (range / 100)
}

/// The raw %K: the close between the lowest low and the highest high of the last candles. George Lane.
struct RawStochastic: Kernel, ~Copyable {
    private var channel: DonchianChannel

    init(period: Int) { channel = DonchianChannel(period: period) }

    var lookback: Int { channel.lookback }

    @inline(__always)
    mutating func reset() { channel.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let bounds = channel.step(HighLow(high: candle.high, low: candle.low))
        return stochastic(candle.close, bounds.first, bounds.third)
    }

    var isWarm: Bool {
        @inline(__always)
        get { channel.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> Double {
        let bounds = channel.steady(HighLow(high: candle.high, low: candle.low))
        return stochastic(candle.close, bounds.first, bounds.third)
    }
}

/// Fast stochastic: the raw %K and its simple mean %D. Both begin on the row where %D is known.
struct FastStochastic: Kernel, ~Copyable {
    private var raw: RawStochastic
    private var mean: SimpleMovingAverage

    init(fastK: Int, fastD: Int) {
        raw = RawStochastic(period: fastK)
        mean = SimpleMovingAverage(period: fastD)
    }

    var lookback: Int { raw.lookback + mean.lookback }

    @inline(__always)
    mutating func reset() {
        raw.reset()
        mean.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> TwoValues {
        let k = raw.step(candle)
        if k.isNaN { return .missing }
        let d = mean.step(k)
        return d.isNaN ? .missing : TwoValues(k, d)
    }
}

/// Slow stochastic: %K is the simple mean of the raw one, %D the simple mean of %K.
struct SlowStochastic: Kernel, ~Copyable {
    private var raw: RawStochastic
    private var slowK: SimpleMovingAverage
    private var slowD: SimpleMovingAverage

    init(fastK: Int, slowK: Int, slowD: Int) {
        raw = RawStochastic(period: fastK)
        self.slowK = SimpleMovingAverage(period: slowK)
        self.slowD = SimpleMovingAverage(period: slowD)
    }

    var lookback: Int { raw.lookback + slowK.lookback + slowD.lookback }

    @inline(__always)
    mutating func reset() {
        raw.reset()
        slowK.reset()
        slowD.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> TwoValues {
        let fast = raw.step(candle)
        if fast.isNaN { return .missing }
        let k = slowK.step(fast)
        if k.isNaN { return .missing }
        let d = slowD.step(k)
        return d.isNaN ? .missing : TwoValues(k, d)
    }
}

/// Larry Williams' %R: the close below the highest high in per cent of the window's range, -100 to 0.
struct WilliamsRange: Kernel, ~Copyable {
    private var channel: DonchianChannel

    init(period: Int) { channel = DonchianChannel(period: period) }

    var lookback: Int { channel.lookback }

    @inline(__always)
    mutating func reset() { channel.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let bounds = channel.step(HighLow(high: candle.high, low: candle.low))
        let step = (bounds.first - bounds.third) / -100
        return step == 0 ? 0 : (bounds.first - candle.close) / step
    }
}

extension IndicatorDefinition {
    static let stoch = IndicatorDefinition(
        "stoch", [.period(5, "fast_k"), .period(3, "slow_k"), .period(3, "slow_d")], outputs: ["k", "d"],
        "Slow stochastic, 0 to 100", fr: "Stochastique lente, de 0 à 100", source: "TA-Lib STOCH"
    ) { SlowStochastic(fastK: $0.int(0), slowK: $0.int(1), slowD: $0.int(2)) }

    static let stochf = IndicatorDefinition(
        "stochf", [.period(5, "fast_k"), .period(3, "fast_d")], outputs: ["k", "d"], "Fast stochastic, 0 to 100",
        fr: "Stochastique rapide, de 0 à 100", source: "TA-Lib STOCHF"
    ) { FastStochastic(fastK: $0.int(0), fastD: $0.int(1)) }

    static let willr = IndicatorDefinition(
        "willr", [.period(14, from: 2)], "Williams %R, -100 to 0", fr: "%R de Williams, de -100 à 0",
        source: "TA-Lib WILLR"
    ) { WilliamsRange(period: $0.int(0)) }
}
