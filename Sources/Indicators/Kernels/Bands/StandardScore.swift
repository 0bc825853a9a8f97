/// How many standard deviations the newest value is away from the mean of its window; 0 where they are all equal.
struct StandardScore: Kernel, ~Copyable {
    private var moments: MovingVariance

    init(period: Int) { moments = MovingVariance(period: period) }

    var lookback: Int { moments.lookback }

    @inline(__always)
    mutating func reset() { moments.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let row = moments.step(value)
        let spread = row.second.squareRoot()
        return spread == 0 ? 0 : (value - row.first) / spread
    }
}

extension IndicatorDefinition {
    static let zscore = IndicatorDefinition(
        "zscore", [.period(20, from: 2)], "Distance from the mean in standard deviations",
        fr: "Distance à la moyenne en écarts types",
        source: "(value - mean) / population standard deviation of the window"
    ) { StandardScore(period: $0.int(0)) }
}
