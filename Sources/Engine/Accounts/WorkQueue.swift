import Synchronization

/// A queue with a bound, for any number of consumers; what is put in while nobody waits is kept in order.
final class WorkQueue<Element: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<[Element], Never>

    private struct State {
        var elements: [Element] = []
        /// Elements before this index have been taken; cut off when they are half of all.
        var first = 0
        var waiters: [(number: Int, most: Int, waiter: Waiter)] = []
        var lastNumber = 0
        var isClosed = false

        var count: Int { elements.count - first }

        mutating func take(_ most: Int) -> [Element] {
            let taken = Array(elements[first..<min(first + most, elements.count)])
            first += taken.count
            if first * 2 >= elements.count {
                elements.removeFirst(first)
                first = 0
            }
            return taken
        }
    }

    private let state = Mutex(State())
    private let limit: Int
    private let activity: Activity?

    /// - Parameters:
    ///   - limit: how many elements wait at most.
    ///   - activity: counts each element from its push until `finished` is told of it.
    init(limit: Int, activity: Activity? = nil) {
        self.limit = limit
        self.activity = activity
    }

    /// So many of the elements that were taken are worked off, and what came of them has been pushed elsewhere.
    func finished(_ count: Int = 1) {
        activity?.add(-count)
    }

    var count: Int { state.withLock(\.count) }

    /// Whether it was taken: not when the queue is full or closed.
    ///
    /// - Parameter isBoundedElsewhere: taken even when full, because something else limits how many there can be.
    @discardableResult
    func push(_ element: Element, isBoundedElsewhere: Bool = false) -> Bool {
        push([element], isBoundedElsewhere: isBoundedElsewhere)
    }

    /// All of them or none.
    @discardableResult
    func push(_ elements: [Element], isBoundedElsewhere: Bool = false) -> Bool {
        // Before anybody can take them.
        activity?.add(elements.count)
        let outcome: (Waiter, [Element])?? = state.withLock { state in
            guard !state.isClosed, isBoundedElsewhere || state.count + elements.count <= limit else { return nil }
            state.elements.append(contentsOf: elements)
            guard !state.waiters.isEmpty, state.count > 0 else { return .some(nil) }
            let waiter = state.waiters.removeFirst()
            return (waiter.waiter, state.take(waiter.most))
        }
        guard let outcome else {
            activity?.add(-elements.count)
            return false
        }
        if let (waiter, taken) = outcome { waiter.resume(returning: taken) }
        wakeMore()
        return true
    }

    /// Several consumers may wait for what was pushed at once.
    private func wakeMore() {
        while true {
            let next: (Waiter, [Element])? = state.withLock { state in
                guard !state.waiters.isEmpty, state.count > 0 else { return nil }
                let waiter = state.waiters.removeFirst()
                return (waiter.waiter, state.take(waiter.most))
            }
            guard let (waiter, taken) = next else { return }
            waiter.resume(returning: taken)
        }
    }

    /// Waits for at least one element; none once the queue is closed and empty, or the task is cancelled.
    func next(upTo most: Int = 1) async -> [Element] {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let now: [Element]? = state.withLock { state in
                    if state.count > 0 { return state.take(most) }
                    if state.isClosed || Task.isCancelled { return [] }
                    state.waiters.append((number, most, waiter))
                    return nil
                }
                if let now { waiter.resume(returning: now) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0).waiter }
            }
            waiter?.resume(returning: [])
        }
    }

    /// Refuses what comes from now on; what is in it can still be taken.
    func close() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.isClosed = true
            return state.waiters
        }
        for waiter in waiters { waiter.waiter.resume(returning: []) }
    }

    /// Throws away what nobody has taken.
    func removeAll() {
        let count = state.withLock { state in
            defer {
                state.elements = []
                state.first = 0
            }
            return state.count
        }
        finished(count)
    }
}
