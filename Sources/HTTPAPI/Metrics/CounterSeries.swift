import CoreMetrics
import Synchronization

/// A figure that only rises.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler, Sendable {
    private let sum = Mutex(0.0)

    /// Exact for whole numbers up to 2^53.
    var value: Double { sum.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    /// What is negative or no number is not counted.
    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        sum.withLock { $0 += amount }
    }

    /// Back to zero, which readers take for a restart of the process.
    func reset() { sum.withLock { $0 = 0 } }
}

/// A figure that rises and falls.
final class GaugeSeries: MeterHandler, RecorderHandler, Sendable {
    private let current = Mutex(0.0)

    var value: Double { current.withLock { $0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
}
