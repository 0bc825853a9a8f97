import Broker
import Synchronization
import Trading

/// Calls to one broker that wait to be made. Those about the orders of one strategy are handed out one after the other,
/// in the order in which they were decided: of two orders at one price the first one decided is there first, and what a
/// cancel sets free is free for the order after it. Calls of different strategies do not wait for each other.
///
/// A strategy loses little by it: a venue takes about five orders a second from a whole account. What must not wait for
/// a call without an answer waits for `patience` at most; questions wait for no lane, and an order whose price was
/// touched for nothing at all: it has a queue and senders of its own.
final class SendQueue: Sendable {
    /// A call that was handed out; `finished` is to be told of it.
    struct Ticket: Sendable {
        let call: BrokerCall
        fileprivate let turn: Int
    }

    /// One strategy's; there while a call of it has been handed out or is about to be.
    private struct Lane {
        /// Of the call whose end lets the next one go.
        var turn: Int
        /// When that call was handed out; nil before.
        var since: ContinuousClock.Instant?
        var waiting: [BrokerCall] = []
    }

    private struct State {
        /// By the prefix of the strategy's client ids.
        var lanes: [String: Lane] = [:]
        var lastTurn = 0
        /// Calls in all lanes that wait for one of their own.
        var waiting = 0
        var isClosed = false

        mutating func nextTurn() -> Int {
            lastTurn += 1
            return lastTurn
        }
    }

    /// How long a call may be on its way before the next one of its strategy goes all the same: nothing of a strategy,
    /// not its stops either, waits longer for a call that has no answer.
    static let patience = Duration.seconds(3)

    private let state = Mutex(State())
    /// What may be made now.
    private let ready: WorkQueue<Ticket>
    /// Orders whose price was touched; as many at most as are watched.
    private let urgent: WorkQueue<Ticket>
    private let limit: Int
    private let activity: Activity?

    /// - Parameters:
    ///   - limit: how many calls wait at most.
    ///   - activity: counts each call from its push until `finished` is told of it.
    init(limit: Int, activity: Activity? = nil) {
        self.limit = limit
        self.activity = activity
        ready = WorkQueue(limit: limit, activity: activity)
        urgent = WorkQueue(limit: limit, activity: activity)
    }

    /// Whether it was taken: not when the queue is full or closed.
    ///
    /// - Parameter isBoundedElsewhere: taken even when full, because something else limits how many there can be.
    @discardableResult
    func push(_ call: BrokerCall, isBoundedElsewhere: Bool = false) -> Bool {
        let key = call.lane
        let free = ready.count
        /// The turn of a call that may go now; nil inside where it waits or is refused.
        let outcome: (isTaken: Bool, turn: Int?) = state.withLock { state in
            guard !state.isClosed, isBoundedElsewhere || state.waiting + free < limit else { return (false, nil) }
            let turn = state.nextTurn()
            guard let key else { return (true, turn) }
            guard state.lanes[key] != nil else {
                state.lanes[key] = Lane(turn: turn)
                return (true, turn)
            }
            // Before anybody can hand it out.
            activity?.add(1)
            state.lanes[key]?.waiting.append(call)
            state.waiting += 1
            return (true, nil)
        }
        guard let turn = outcome.turn else { return outcome.isTaken }
        let queue = call.isUrgent ? urgent : ready
        return queue.push(Ticket(call: call, turn: turn), isBoundedElsewhere: true)
    }

    /// Waits for an order whose price was touched; nil once the queue is closed and empty, or the task is cancelled.
    func nextUrgent() async -> Ticket? { await urgent.next().first }

    /// Waits for any other call that may be made; nil once the queue is closed and empty, or the task is cancelled.
    ///
    /// - Parameter now: what counts as the time it was handed out.
    func next(now: @Sendable () -> ContinuousClock.Instant = { .now }) async -> Ticket? {
        guard let ticket = await ready.next().first else { return nil }
        guard let key = ticket.call.lane else { return ticket }
        let time = now()
        state.withLock { state in
            if state.lanes[key]?.turn == ticket.turn { state.lanes[key]?.since = time }
        }
        return ticket
    }

    /// The call is over, and what came of it has been pushed elsewhere: the strategy's next one may go.
    func finished(_ ticket: Ticket) {
        if let key = ticket.call.lane {
            let next: Ticket? = state.withLock { state in
                // One that was overtaken lets nobody go any more.
                guard state.lanes[key]?.turn == ticket.turn else { return nil }
                guard let next = Self.take(&state, key) else {
                    state.lanes[key] = nil
                    return nil
                }
                return next
            }
            if let next { handOut(next) }
        }
        ready.finished()
    }

    /// Lets the next calls go of strategies that have waited for an answer longer than `patience`.
    func passOverdue(at now: ContinuousClock.Instant) {
        let due: [Ticket] = state.withLock { state in
            let keys = state.lanes.filter { lane in
                lane.value.since.map { now - $0 >= Self.patience } == true && !lane.value.waiting.isEmpty
            }.keys.sorted()
            return keys.compactMap { Self.take(&state, $0) }
        }
        for ticket in due { handOut(ticket) }
    }

    private static func take(_ state: inout State, _ key: String) -> Ticket? {
        guard var lane = state.lanes[key], !lane.waiting.isEmpty else { return nil }
        let ticket = Ticket(call: lane.waiting.removeFirst(), turn: state.nextTurn())
        lane.turn = ticket.turn
        lane.since = nil
        state.lanes[key] = lane
        state.waiting -= 1
        return ticket
    }

    /// It was counted when it began to wait.
    private func handOut(_ ticket: Ticket) {
        ready.push(ticket, isBoundedElsewhere: true)
        activity?.add(-1)
    }

    /// Refuses what comes from now on, and drops what waits for a call of its own strategy.
    func close() {
        let dropped = state.withLock { state in
            defer {
                state.waiting = 0
                for key in state.lanes.keys { state.lanes[key]?.waiting = [] }
            }
            state.isClosed = true
            return state.waiting
        }
        activity?.add(-dropped)
        ready.close()
        urgent.close()
    }
}

extension BrokerCall {
    /// Calls of one lane are made one after the other; those without one never wait.
    fileprivate var lane: String? {
        switch self {
        case .place(let request, _): request.clientID.prefix
        case .placePair(let pair, _): pair.stopID.prefix
        case .cancel(let id, _): id.prefix
        case .placeWatched, .ask: nil
        }
    }

    fileprivate var isUrgent: Bool {
        if case .placeWatched = self { true } else { false }
    }
}
