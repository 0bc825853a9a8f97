import Storage
import Synchronization

/// What the user of an account was told already: a connection that is made anew tells it no second time.
final class AccountNotices: Sendable {
    private struct Refusal {
        let account: StoredBroker
        var toldAt: ContinuousClock.Instant
        /// The last one.
        var at: ContinuousClock.Instant
        /// How often they were tried again since.
        var tries = 0
        /// They have been accepted since.
        var isOver = false
    }

    private struct State {
        var refusal: Refusal?
        var told: [String: String] = [:]
    }

    private let state = Mutex(State())

    /// Subjects that are kept at most; beyond that all may be told again.
    private static let most = 1_000

    /// Whether something is new: nothing was told of its subject, or something else.
    func isNew(_ subject: String, _ words: String = "") -> Bool {
        state.withLock { state in
            guard state.told[subject] != words else { return false }
            if state.told.count >= Self.most { state.told = [:] }
            state.told[subject] = words
            return true
        }
    }

    func forget(_ subject: String) {
        _ = state.withLock { $0.told.removeValue(forKey: subject) }
    }

    // MARK: Keys

    /// How long refused keys are left alone before the first try; twice as long before each that follows. A venue may
    /// refuse good keys for a moment.
    static let firstKeysPause = Duration.seconds(5)

    /// What may pass besides until keys are tried again, where a connection has to be made for it.
    private static let connecting = Duration.seconds(60)

    /// The pause before a try.
    ///
    /// - Parameter interval: the longest.
    static func keysPause(tries: Int, atMost interval: Duration) -> Duration {
        min(firstKeysPause * (1 << min(tries, 10)), interval)
    }

    /// Notes that keys are refused. Answers whether their user is to be told: not again before they have been accepted,
    /// nor sooner than an interval later, since a venue may accept keys for one thing and refuse them for another.
    func keysRefused(
        of account: StoredBroker, interval: Duration, at now: ContinuousClock.Instant = .now
    ) -> Bool {
        state.withLock { state in
            guard var last = state.refusal, last.account.isConnected(like: account),
                now - last.at < interval * 2 + Self.connecting
            else {
                state.refusal = Refusal(account: account, toldAt: now, at: now)
                return true
            }
            let isNew = last.isOver && now - last.toldAt >= interval
            last.at = now
            last.tries += 1
            last.isOver = false
            if isNew { last.toldAt = now }
            state.refusal = last
            return isNew
        }
    }

    /// They were tried, and refused again.
    func keysRefusedAgain(at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.refusal?.at = now
            state.refusal?.tries += 1
        }
    }

    func keysAccepted() {
        state.withLock { $0.refusal?.isOver = true }
    }

    /// Until refused keys are tried again, counted from their last refusal.
    func keysPause(atMost interval: Duration) -> Duration {
        Self.keysPause(tries: state.withLock { $0.refusal?.tries ?? 0 }, atMost: interval)
    }
}

extension StoredBroker {
    /// Whether the same keys and settings would be used.
    func isConnected(like other: StoredBroker) -> Bool {
        venue == other.venue && settings == other.settings && keysMark == other.keysMark
    }
}
