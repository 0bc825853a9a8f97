import Synchronization

/// Reads a stream from its beginning, so that a test can wait for what comes or is there already.
final class EventLog<Event: Sendable>: Sendable {
    private struct Wait {
        let isMet: ([Event]) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var events: [Event] = []
        var isOver = false
        var failure: (any Error)?
        var waits: [Wait] = []
    }

    private let state = Mutex(State())
    private let reader = Mutex<Task<Void, Never>?>(nil)

    init(_ stream: AsyncThrowingStream<Event, any Error>) {
        reader.withLock { reader in
            reader = Task { [weak self] in
                do {
                    for try await event in stream { self?.add(event) }
                    self?.end(nil)
                } catch {
                    self?.end(error)
                }
            }
        }
    }

    deinit { reader.withLock { $0?.cancel() } }

    var all: [Event] { state.withLock { $0.events } }
    var failure: (any Error)? { state.withLock { $0.failure } }

    /// Waits until what has come so far is enough; false when the stream ends before. The test's time limit bounds it.
    func wait(until isMet: @escaping @Sendable ([Event]) -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if isMet(state.events) { return true }
                if state.isOver { return false }
                state.waits.append(Wait(isMet: isMet, continuation: continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func add(_ event: Event) {
        let met = state.withLock { state in
            state.events.append(event)
            let met = state.waits.filter { $0.isMet(state.events) }
            state.waits.removeAll { $0.isMet(state.events) }
            return met.map(\.continuation)
        }
        for continuation in met { continuation.resume(returning: true) }
    }

    private func end(_ failure: (any Error)?) {
        let waits = state.withLock { state in
            defer { state.waits = [] }
            state.isOver = true
            state.failure = failure
            return state.waits.map(\.continuation)
        }
        for continuation in waits { continuation.resume(returning: false) }
    }
}
