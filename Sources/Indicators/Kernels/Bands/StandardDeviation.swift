/// The population standard deviation of the last `period` values, times a factor.
struct StandardDeviation: Kernel, ~Copyable {
    private var moments: MovingVariance
    private let factor: Double

    init(period: Int, factor: Double = 1) {
        moments = MovingVariance(period: period)
        self.factor = factor
    }

    var lookback: Int { moments.lookback }

    @inline(__always)
    mutating func reset() { moments.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double { moments.step(value).second.squareRoot() * factor }

    var isWarm: Bool {
        @inline(__always)
        get { moments.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        moments.steady(value).second.squareRoot() * factor
    }
}

extension IndicatorDefinition {
    static let stddev = IndicatorDefinition(
        "stddev", [.period(5, from: 2), .number("factor", 1, 0...1000)], "Population standard deviation",
        fr: "Écart type de la population", source: "TA-Lib STDDEV"
    ) { StandardDeviation(period: $0.int(0), factor: $0.double(1)) }
}
