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
