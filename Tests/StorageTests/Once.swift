import Dispatch
import Synchronization

/// True the first time it is asked.
final class Once: Sendable {
    private let asked = Atomic<Bool>(false)

    var isFirst: Bool { !asked.exchange(true, ordering: .relaxed) }
}

/// Lets a thread that is not Swift's own wait for a task, bounded.
final class DispatchSemaphoreBox: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func signal() { semaphore.signal() }

    func wait() { _ = semaphore.wait(timeout: .now() + 20) }
}
