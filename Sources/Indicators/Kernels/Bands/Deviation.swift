/// Mean and population variance of the last `period` values, from the sums of the values and of their squares in
/// TA-Lib's order.
struct MovingVariance: Kernel, ~Copyable {
    let lookback: Int
    private let period: Double
    private var window: Window
    private var sum = 0.0
    private var squares = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        self.period = Double(period)
        window = Window(period)
        pending = period - 1
    }

    @inline(__always)
    mutating func reset() {
        sum = 0
        squares = 0
        pending = lookback
    }

    /// The mean first, the variance second. The variance of equal values may come out as a tiny negative number.
    @inline(__always)
    mutating func step(_ value: Double) -> TwoValues {
        sum += value
        squares += value * value
        let oldest = window.push(value)
        if pending > 0 {
            pending &-= 1
            return .missing
        }
        let mean = sum / period
        let variance = squares / period - mean * mean
        sum -= oldest
        squares -= oldest * oldest
        return TwoValues(mean, variance)
    }
}

/// The root of a variance, 0 where it is zero but for rounding.
@inline(__always)
func deviation(ofVariance variance: Double) -> Double {
    variance < negligible ? (variance.isNaN ? .nan : 0) : variance.squareRoot()
}

/// The population variance of the last `period` values.
struct Variance: Kernel, ~Copyable {
    private var moments: MovingVariance

    init(period: Int) { moments = MovingVariance(period: period) }

    var lookback: Int { moments.lookback }

    @inline(__always)
    mutating func reset() { moments.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double { moments.step(value).second }
}

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
    mutating func step(_ value: Double) -> Double { deviation(ofVariance: moments.step(value).second) * factor }
}

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
        let spread = deviation(ofVariance: row.second)
        return spread == 0 ? 0 : (value - row.first) / spread
    }
}

extension IndicatorDefinition {
    static let variance = IndicatorDefinition(
        "var", [.period(5)], "Population variance", fr: "Variance de la population", source: "TA-Lib VAR"
    ) { Variance(period: $0.int(0)) }

    static let stddev = IndicatorDefinition(
        "stddev", [.period(5, from: 2), .number("factor", 1, 0...1000)], "Population standard deviation",
        fr: "Écart type de la population", source: "TA-Lib STDDEV"
    ) { StandardDeviation(period: $0.int(0), factor: $0.double(1)) }

    static let zscore = IndicatorDefinition(
        "zscore", [.period(20, from: 2)], "Distance from the mean in standard deviations",
        fr: "Distance à la moyenne en écarts types",
        source: "(value - mean) / population standard deviation of the window"
    ) { StandardScore(period: $0.int(0)) }
}
