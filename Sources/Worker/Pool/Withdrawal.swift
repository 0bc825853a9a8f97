import Synchronization

/// Whether whoever waits for a call has gone: set from any task, looked at by the thread that works the call off.
final class Withdrawal: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}
