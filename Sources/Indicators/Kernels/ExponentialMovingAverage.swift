/// The exponential average with weight `2 / (period + 1)`; its first value is the simple mean of the first `period`
/// values, as in TA-Lib.
struct ExponentialMovingAverage: Kernel {
    let lookback: Int
    private let weight: Double
    private let divisor: Double
    private var average = 0.0
    private var pending: Int

    init(period: Int) { self.init(period: period, weight: 2 / Double(period + 1)) }

    /// `weight` is the share of the newest value, 0 to 1.
    init(period: Int, weight: Double) {
        lookback = period - 1
        self.weight = weight
        divisor = Double(period)
        pending = period
    }

    mutating func reset() {
        average = 0
        pending = lookback + 1
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        if pending > 0 {
            average += value
            pending -= 1
            if pending > 0 { return .nan }
            average /= divisor
            return average
        }
        average = (value - average) * weight + average
        return average
    }
}

extension IndicatorDefinition {
    static let ema = IndicatorDefinition(
        "ema", [.period(30)], "Exponential moving average", fr: "Moyenne mobile exponentielle", source: "TA-Lib EMA"
    ) { ExponentialMovingAverage(period: $0.int(0)) }
}
