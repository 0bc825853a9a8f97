/// The mean of the last `period` values, from a running sum updated in TA-Lib's order (add the new one, then take
/// the oldest one out), so that rounding accumulates the same way.
struct SimpleMovingAverage: Kernel, ~Copyable {
    let lookback: Int
    private let divisor: Double
    private var window: Window
    private var sum = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period - 1
        divisor = Double(period)
        window = Window(period)
        pending = period - 1
    }

    mutating func reset() {
        sum = 0
        pending = lookback
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        sum += value
        let total = sum
        let oldest = window.push(value)
        if pending > 0 {
            pending -= 1
            return .nan
        }
        sum -= oldest
        return total / divisor
    }
}

extension IndicatorDefinition {
    static let sma = IndicatorDefinition(
        "sma", [.period(30)], "Simple moving average", fr: "Moyenne mobile simple", source: "TA-Lib SMA"
    ) { SimpleMovingAverage(period: $0.int(0)) }
}
