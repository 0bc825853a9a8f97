import Synchronization

/// Why an account loop is to end; the first reason stays.
enum LoopEnding: Sendable, Hashable {
    /// The engine stops: what is under way is waited for.
    case stopped
    /// Another engine has the account: nothing may be sent or written any more.
    case leaseLost
}

/// Tells an account loop from outside that it is to end, even while it waits for the database.
final class LoopEnd: Sendable {
    private let state = Mutex<LoopEnding?>(nil)

    var reason: LoopEnding? { state.withLock { $0 } }

    /// A lost lease counts more than a stop.
    func request(_ reason: LoopEnding) {
        state.withLock { known in
            if known == nil || reason == .leaseLost { known = reason }
        }
    }
}
