import CoreMetrics
import Synchronization

/// Upper ends of the classes that values are counted in; everything beyond the last is a class of its own.
enum HistogramBuckets: Hashable, Sendable {
    /// Durations from 50 µs to 30 s.
    case seconds
    /// Anything else, from 1 to a million.
    case amounts

    var limits: [Double] { self == .seconds ? Self.secondLimits : Self.amountLimits }

    private static let secondLimits = [
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
    private static let amountLimits = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000.0,
    ]
}

/// How often values fell into each class.
struct HistogramFigures: Sendable {
    let buckets: HistogramBuckets
    /// By class; one more than there are limits.
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0
    var count: UInt64 { counts.reduce(0, +) }

    init(_ buckets: HistogramBuckets) {
        self.buckets = buckets
        counts = Array(repeating: 0, count: buckets.limits.count + 1)
    }

    mutating func record(_ value: Double) {
        guard !value.isNaN else { return }
        let limits = buckets.limits
        var low = 0
        var high = limits.count
        while low < high {
            let middle = (low + high) / 2
            if limits[middle] < value { low = middle + 1 } else { high = middle }
        }
        counts[low] += 1
        sum += value
    }

    mutating func add(_ other: HistogramFigures) {
        for index in counts.indices { counts[index] += other.counts[index] }
        sum += other.sum
    }

    /// About the value below which this part of all lies, as if each class were evenly filled; the last limit for what
    /// is beyond it.
    func quantile(_ part: Double) -> Double {
        let limits = buckets.limits
        let wanted = min(max(part, 0), 1) * Double(count)
        var below = 0.0
        for (index, limit) in limits.enumerated() {
            let inside = Double(counts[index])
            if inside > 0, below + inside >= wanted {
                let start = index == 0 ? 0 : limits[index - 1]
                return start + (limit - start) * max(wanted - below, 0) / inside
            }
            below += inside
        }
        return limits[limits.count - 1]
    }
}

/// Values in classes.
final class HistogramSeries: TimerHandler, RecorderHandler, Sendable {
    private let state: Mutex<HistogramFigures>

    init(_ buckets: HistogramBuckets) {
        state = Mutex(HistogramFigures(buckets))
    }

    var figures: HistogramFigures { state.withLock { $0 } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { state.withLock { $0.record(value) } }
}
