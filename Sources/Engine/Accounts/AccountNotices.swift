import Storage
import Synchronization

/// What the user of an account was told already: a connection that is made anew tells it no second time.
final class AccountNotices: Sendable {
    private struct State {
        /// As whom the keys were refused.
        var refused: StoredBroker?
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

    /// Whether it is new that these keys are refused.
    func keysRefused(of account: StoredBroker) -> Bool {
        state.withLock { state in
            defer { state.refused = account }
            return state.refused.map { !$0.isConnected(like: account) } ?? true
        }
    }

    func keysAccepted() {
        state.withLock { $0.refused = nil }
    }
}

extension StoredBroker {
    /// Whether the same keys and settings would be used.
    func isConnected(like other: StoredBroker) -> Bool {
        venue == other.venue && settings == other.settings && keysMark == other.keysMark
    }
}
