import Synchronization

/// Whether this engine may still act: it stops by its own monotonic clock before another one can take over.
final class LeaseFence: Sendable {
    private struct State {
        var renewedAt: ContinuousClock.Instant?
        var isClosed = false
        var isAlone = false
    }

    private let state = Mutex(State())
    private let limit: Duration
    private let now: @Sendable () -> ContinuousClock.Instant

    init(limit: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.limit = limit
        self.now = now
    }

    /// - Parameter asked: when the renewal was asked for; the database cannot have counted from before that.
    func renewed(asked: ContinuousClock.Instant) {
        state.withLock { state in
            state.renewedAt = max(state.renewedAt ?? asked, asked)
        }
    }

    /// For good: another one has taken over, or the engine stops.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// - Parameter isAlone: whether no other engine was registered when the database was asked last.
    func setAlone(_ isAlone: Bool) {
        state.withLock { $0.isAlone = isAlone }
    }

    /// Whether nobody can have taken an account over, as far as is known: no other engine was there, and none can
    /// begin while the database does not answer.
    var isAlone: Bool {
        state.withLock { $0.isAlone && !$0.isClosed }
    }

    var isOpen: Bool {
        let now = now()
        return state.withLock { state in
            guard !state.isClosed, let renewedAt = state.renewedAt else { return false }
            return now - renewedAt < limit
        }
    }
}
