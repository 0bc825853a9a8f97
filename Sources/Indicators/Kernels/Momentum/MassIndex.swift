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

extension IndicatorDefinition {
    static let massi = IndicatorDefinition(
        "massi", [.period(9, "fast", from: 2), .period(25, "slow", from: 2)], "Mass index", fr: "Indice de masse",
        source: "TA-Lib MASSI"
    ) { MassIndex(fast: $0.int(0), slow: $0.int(1)) }
}
