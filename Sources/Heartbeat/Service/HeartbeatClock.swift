/// How the service waits, and how it measures its own delays. What time it is, only the venue tells.
public struct HeartbeatClock: Sendable {
    /// Since some beginning; never goes back.
    public var now: @Sendable () -> Duration
    /// Throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    public static let system: HeartbeatClock = {
        let start = ContinuousClock.now
        return HeartbeatClock(now: { start.duration(to: .now) }, sleep: { try await Task.sleep(for: $0) })
    }()
}
