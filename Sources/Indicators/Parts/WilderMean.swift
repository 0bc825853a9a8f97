/// Wilder's smoothing: the mean of the first `period` values, then `(average * (period - 1) + value) / period`,
/// written as two products so that only a multiplication and an addition wait for the row before.
///
/// J. Welles Wilder, New Concepts in Technical Trading Systems (1978).
struct WilderMean: Kernel {
    let lookback: Int
    private let period: Double
    private let keep: Double
    private let share: Double
    private(set) var average = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        self.period = Double(period)
        keep = Double(period - 1) / Double(period)
        share = 1 - keep
        pending = period
    }

    @inline(__always)
    mutating func reset() {
        average = 0
        pending = lookback &+ 1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        if pending > 0 {
            average += value
            pending &-= 1
            if pending > 0 { return .nan }
            average /= period
            return average
        }
        return steady(value)
    }

    var isWarm: Bool {
        @inline(__always)
        get { pending <= 0 }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        average = average * keep + value * share
        return average
    }
}

extension IndicatorDefinition {
    static let rma = IndicatorDefinition(
        "rma", [.period(30)], "Wilder's moving average", fr: "Moyenne mobile de Wilder", source: "TA-Lib RMA"
    ) { WilderMean(period: $0.int(0)) }
}
