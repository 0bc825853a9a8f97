import Synchronization

/// A queue between producers that can be slowed down and one consumer that waits.
///
/// `push` always takes the element and tells whether the bound is reached: a producer stops then, until half is taken.
/// So the queue holds at most its bound plus what producers push before they stop.
final class BoundedQueue<Element: Sendable, Ending: Sendable>: Sendable {
    enum Next: Sendable {
        case element(Element)
        /// No more elements; told to everyone who asks from now on.
        case ended(Ending)
        /// The task that waited was cancelled; nothing was taken.
        case cancelled
    }

    private struct State {
        var elements: [(element: Element, size: Int)] = []
        /// Elements before this index are taken already.
        var head = 0
        var size = 0
        var isFull = false
        var ending: Ending?
        var consumer: CheckedContinuation<Next, Never>?
        var producers: [CheckedContinuation<Void, Never>] = []

        var count: Int { elements.count - head }
    }

    private let maximumCount: Int
    private let maximumSize: Int
    private let state = Mutex(State())
    /// Called when a full queue has been emptied by half, outside the lock.
    private let hasRoom = Mutex<(@Sendable () -> Void)?>(nil)

    init(maximumCount: Int, maximumSize: Int = .max) {
        precondition(maximumCount > 0 && maximumSize > 0)
        self.maximumCount = maximumCount
        self.maximumSize = maximumSize
    }

    func whenThereIsRoom(_ call: @escaping @Sendable () -> Void) {
        hasRoom.withLock { $0 = call }
    }

    var ending: Ending? { state.withLock { $0.ending } }

    /// True when the producer should stop for now. Without effect after the end.
    func push(_ element: Element, size: Int = 0) -> Bool {
        let (consumer, isFull) = state.withLock { state -> (CheckedContinuation<Next, Never>?, Bool) in
            guard state.ending == nil else { return (nil, false) }
            if let consumer = state.consumer {
                state.consumer = nil
                return (consumer, false)
            }
            state.elements.append((element, size))
            state.size += size
            if state.count >= maximumCount || state.size >= maximumSize { state.isFull = true }
            return (nil, state.isFull)
        }
        consumer?.resume(returning: .element(element))
        return isFull
    }

    /// Pushes, then waits while the queue is full.
    func pushAndWait(_ element: Element, size: Int = 0) async {
        guard push(element, size: size) else { return }
        await withCheckedContinuation { continuation in
            let mayGoOn = state.withLock { state in
                if state.isFull { state.producers.append(continuation) }
                return !state.isFull
            }
            if mayGoOn { continuation.resume() }
        }
    }

    /// The first ending counts. What waits is still handed out before it, unless it is dropped.
    func finish(_ ending: Ending, droppingTheRest: Bool = false) {
        let (consumer, producers) = state.withLock { state in
            if state.ending == nil { state.ending = ending }
            if droppingTheRest {
                state.elements = []
                state.head = 0
                state.size = 0
            }
            state.isFull = false
            defer {
                state.consumer = nil
                state.producers = []
            }
            return (state.consumer, state.producers)
        }
        // Who waits found the queue empty.
        consumer?.resume(returning: .ended(ending))
        for producer in producers { producer.resume() }
        hasRoom.withLock { $0 = nil }
    }

    /// Waits for the next element. One task at a time may call it.
    func next() async -> Next {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                take(continuation)
                // The handler below may have run before there was someone to cancel.
                if Task.isCancelled { cancel() }
            }
        } onCancel: {
            cancel()
        }
    }

    private func take(_ continuation: CheckedContinuation<Next, Never>) {
        let (next, producers, isRelieved) = state.withLock {
            state -> (Next?, [CheckedContinuation<Void, Never>], Bool) in
            precondition(state.consumer == nil, "two tasks take from one queue")
            guard state.head < state.elements.count else {
                if let ending = state.ending { return (.ended(ending), [], false) }
                state.consumer = continuation
                return (nil, [], false)
            }
            let (element, size) = state.elements[state.head]
            state.head += 1
            state.size -= size
            Self.compact(&state)
            guard state.isFull, state.count <= maximumCount / 2, state.size <= maximumSize / 2 else {
                return (.element(element), [], false)
            }
            state.isFull = false
            defer { state.producers = [] }
            return (.element(element), state.producers, true)
        }
        if let next { continuation.resume(returning: next) }
        for producer in producers { producer.resume() }
        if isRelieved { hasRoom.withLock { $0 }?() }
    }

    /// Taken elements are let go at once when none is left, otherwise in batches: each is moved once on average.
    private static func compact(_ state: inout State) {
        if state.head == state.elements.count {
            state.elements.removeAll(keepingCapacity: state.head <= 1024)
            state.head = 0
        } else if state.head >= 64, state.head * 2 >= state.elements.count {
            state.elements.removeFirst(state.head)
            state.head = 0
        }
    }

    private func cancel() {
        let consumer = state.withLock { state in
            defer { state.consumer = nil }
            return state.consumer
        }
        consumer?.resume(returning: .cancelled)
    }
}
