/// The sum of the last `period` values, kept by adding the newest and then taking the oldest out: TA-Lib's order, so
/// that rounding accumulates as it does there and values stay equal over a million rows.
///
/// NaN for the first `period - 1` values.
struct MovingSum: Kernel, ~Copyable {
    let lookback: Int
    private var window: Window
    private var sum = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        window = Window(period)
        pending = period - 1
    }

    @inline(__always)
    mutating func reset() {
        sum = 0
        pending = lookback
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        if pending > 0 {
            pending &-= 1
            sum += value
            _ = window.push(value)
            return .nan
        }
        return steady(value)
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        sum += value
        let total = sum
        sum -= window.push(value)
        return total
    }

    /// For sums whose terms are all zero: what is left in the sum then is rounding only.
    @inline(__always)
    mutating func clear() { sum = 0 }
}

extension IndicatorDefinition {
    static let sum = IndicatorDefinition(
        "sum", [.period(30)], "Sum of the last values", fr: "Somme des dernières valeurs", source: "TA-Lib SUM"
    ) { MovingSum(period: $0.int(0)) }
}
