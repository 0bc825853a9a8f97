import Synchronization

/// Counts durations in buckets that grow by an eighth of a power of two: quantiles within 9 %, in constant memory.
public final class LatencyHistogram: Sendable {
    private struct State {
        var counts = [Int](repeating: 0, count: LatencyHistogram.bucketCount)
        var total = 0
        var longest: Int64 = 0
    }

    /// 8 buckets for each doubling, from 1 µs up to 2^40 µs, and one for all below.
    private static let bucketCount = 40 * 8 + 1
    private let state = Mutex(State())

    public init() {}

    /// - Parameter nanoseconds: negative counts as none.
    public func record(nanoseconds: Int64) {
        let bucket = Self.bucket(nanoseconds)
        state.withLock { state in
            state.counts[bucket] += 1
            state.total += 1
            state.longest = max(state.longest, nanoseconds)
        }
    }

    public var count: Int { state.withLock(\.total) }
    public var longestNanoseconds: Int64 { state.withLock(\.longest) }

    /// The duration below which that fraction of all lies, in nanoseconds; 0 without any.
    ///
    /// - Parameter fraction: from 0 to 1, such as 0.99.
    public func quantile(_ fraction: Double) -> Int64 {
        state.withLock { state in
            guard state.total > 0 else { return 0 }
            let wanted = max(1, Int((Double(state.total) * min(max(fraction, 0), 1)).rounded(.up)))
            var seen = 0
            for (bucket, count) in state.counts.enumerated() {
                seen += count
                if seen >= wanted { return min(Self.upperEnd(bucket), max(state.longest, 1)) }
            }
            return state.longest
        }
    }

    public func reset() {
        state.withLock { $0 = State() }
    }

    private static func bucket(_ nanoseconds: Int64) -> Int {
        let microseconds = nanoseconds / 1_000
        guard microseconds >= 1 else { return 0 }
        let power = 63 - microseconds.leadingZeroBitCount
        // The three bits below the highest one tell the eighth.
        let eighth =
            power >= 3 ? Int((microseconds >> (Int64(power) - 3)) & 7) : Int((microseconds << (3 - Int64(power))) & 7)
        return min(1 + power * 8 + eighth, bucketCount - 1)
    }

    private static func upperEnd(_ bucket: Int) -> Int64 {
        guard bucket > 0 else { return 1_000 }
        let power = Int64((bucket - 1) / 8)
        let eighth = Int64((bucket - 1) % 8)
        return ((1 << power) * 1_000 / 8) * (9 + eighth)
    }
}
