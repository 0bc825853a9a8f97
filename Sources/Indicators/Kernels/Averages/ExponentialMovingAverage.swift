/// The exponential average with weight `2 / (period + 1)`; its first value is the simple mean of the first `period`
/// values, as in TA-Lib.
///
/// `seedDelay` leaves values out before that mean begins, for pairs of averages that TA-Lib starts on one row.
struct ExponentialMovingAverage: Kernel {
    let lookback: Int
    private let period: Int
    private let weight: Double
    private let keep: Double
    private var average = 0.0
    private var pending: Int

    init(period: Int, seedDelay: Int = 0) {
        lookback = period - 1 + seedDelay
        self.period = period
        weight = 2 / Double(period + 1)
        keep = 1 - weight
        pending = period + seedDelay
    }

    @inline(__always)
    mutating func reset() {
        average = 0
        pending = lookback &+ 1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        if pending > 0 {
            pending &-= 1
            if pending >= period { return .nan }
            average += value
            if pending > 0 { return .nan }
            average /= Double(period)
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
        // In this form an average of equal values stays exactly that value.
        average = (value - average) * weight + average
        return average
    }

    /// The same for one of many averages in a row: a value that comes from the average before has less far to go
    /// here, and equal values come out equal but for rounding.
    @inline(__always)
    mutating func steadyInChain(_ value: Double) -> Double {
        average = average * keep + value * weight
        return average
    }
}

extension IndicatorDefinition {
    static let ema = IndicatorDefinition(
        "ema", [.period(30)], "Exponential moving average", fr: "Moyenne mobile exponentielle", source: "TA-Lib EMA"
    ) { ExponentialMovingAverage(period: $0.int(0)) }
}
