import Glibc

/// Time for the shells around the state machines; tests bring their own.
public struct TransportClock: Sendable {
    /// Time since the clock's origin.
    public var now: @Sendable () -> Duration
    /// Returns when this long has passed; throws when the task is cancelled.
    public var wait: @Sendable (Duration) async throws -> Void

    public init(now: @escaping @Sendable () -> Duration, wait: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.wait = wait
    }

    /// Since an unknown moment; never goes back.
    public static let steady = TransportClock(now: { read(CLOCK_MONOTONIC) }, wait: { try await Task.sleep(for: $0) })

    /// Since 1970-01-01T00:00:00Z by this machine's clock, shifted by `offset`: what a venue's clock is ahead.
    public static func wall(offset: @escaping @Sendable () -> Duration = { .zero }) -> TransportClock {
        TransportClock(now: { read(CLOCK_REALTIME) + offset() }, wait: { try await Task.sleep(for: $0) })
    }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
