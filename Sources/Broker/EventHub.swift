import Synchronization
import Wording

/// Tells events to any number of streams, each with a bounded buffer. A consumer that falls behind gets an error as its
/// stream's end, never a silent gap.
final class EventHub<Event: Sendable>: Sendable {
    private typealias Listener = AsyncThrowingStream<Event, any Error>.Continuation

    private struct State {
        var listeners: [Int: (Listener, @Sendable (Event) -> Bool)] = [:]
        var next = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter limit: how many events wait for one consumer.
    init(limit: Int) {
        self.limit = limit
    }

    /// A stream of what `tell` is given from now on, and is wanted, beginning with `first`; it ends at once when the
    /// hub is closed.
    func stream(
        first: [Event], where isWanted: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) -> AsyncThrowingStream<Event, any Error> {
        let (stream, listener) = AsyncThrowingStream.makeStream(
            of: Event.self, throwing: (any Error).self, bufferingPolicy: .bufferingOldest(limit))
        let number: Int? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.listeners[state.next] = (listener, isWanted)
            for event in first { listener.yield(event) }
            return state.next
        }
        guard let number else {
            listener.finish()
            return stream
        }
        listener.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }

    func tell(_ events: [Event]) {
        guard !events.isEmpty else { return }
        // Ending a stream calls back into the hub: outside of the lock.
        var late: [Listener] = []
        state.withLock { state in
            for (number, (listener, isWanted)) in state.listeners {
                for event in events where isWanted(event) {
                    guard case .dropped = listener.yield(event) else { continue }
                    late.append(listener)
                    state.listeners[number] = nil
                    break
                }
            }
        }
        for listener in late { listener.finish(throwing: tooSlow) }
    }

    func close() {
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            state.isClosed = true
            return state.listeners
        }
        for (listener, _) in listeners.values { listener.finish() }
    }

    private var tooSlow: BrokerError {
        .retryable(
            Message(
                "more than \(limit) events were waiting to be read: the stream has ended, reconcile",
                fr: "plus de \(limit) événements attendaient d'être lus : le flux est terminé, resynchronisez"),
            after: nil)
    }
}
