import Synchronization

/// Owns the tasks behind the streams that were handed out, so that closing the broker ends them all.
final class FeedRegistry: Sendable {
    private struct State {
        var tasks: [UInt64: Task<Void, Never>] = [:]
        var next: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Runs `body` until it ends, is cancelled by what is answered, or the broker is closed; nil when it is closed
    /// already.
    func start(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never>? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            let id = state.next
            state.next += 1
            // Waits for the lock before it forgets itself, so it is in the list by then.
            let task = Task {
                await body()
                self.state.withLock { state in _ = state.tasks.removeValue(forKey: id) }
            }
            state.tasks[id] = task
            return task
        }
    }

    func close() async {
        let tasks = state.withLock { state in
            state.isClosed = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
