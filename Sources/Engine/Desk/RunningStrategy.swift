import Broker
import Market
import Storage
import Trading
import Wording

/// One strategy that trades live: its core, and the desk that keeps the venue at what the core wants.
///
/// Pure: what happens comes in, what is to be written down and done comes out. Whoever drives it works on a copy,
/// writes the output in one transaction, and only then keeps the copy and does `sends`: a write that fails has not
/// happened. After a crash, one made from the memory and the rows goes on: what may have been sent without an answer is
/// asked about, never sent again.
public struct RunningStrategy: Sendable {
    public internal(set) var terms: StrategyTerms
    public internal(set) var core: TradingCore
    var desk: OrderDesk

    /// - Parameters:
    ///   - memory: nil for one that has never run.
    ///   - orders: its rows that are not over.
    ///   - attempts: the highest number that an order of the core was sent under, where rows know more than the memory.
    public init(
        _ terms: StrategyTerms, memory: StrategyMemory?, orders: [KnownOrder], attempts: [OrderID: Int] = [:]
    ) {
        self.terms = terms
        guard let memory else {
            let first = (orders.map(\.request.clientID.number) + attempts.keys.map(\.number)).max() ?? 0
            core = TradingCore(
                terms.settings, cash: terms.capital, firstOrder: OrderID(first + 1), listening: terms.listening,
                endedOrdersKept: OrderDesk.pastKept)
            desk = OrderDesk()
            desk.known = orders.map(DeskOrder.init)
            for index in desk.known.indices { desk.known[index].forgetCalls() }
            return
        }
        core = TradingCore(
            terms.settings, restoring: memory.trading, listening: terms.listening,
            endedOrdersKept: OrderDesk.pastKept)
        desk = memory.desk
        restore(orders, attempts)
    }

    private mutating func restore(_ orders: [KnownOrder], _ attempts: [OrderID: Int]) {
        let rows = Dictionary(orders.map { ($0.request.clientID, $0) }) { first, _ in first }
        // Somebody has ended a row by hand: it is not touched again.
        desk.known.removeAll { rows[$0.clientID] == nil }
        for order in orders where desk.index(order.request.clientID) == nil { desk.known.append(DeskOrder(order)) }
        for index in desk.known.indices {
            if let row = rows[desk.known[index].clientID] {
                desk.known[index].row = row.state
                if desk.known[index].venueID == nil { desk.known[index].venueID = row.venueID }
            }
            if let partner = desk.known[index].partner, rows[partner] == nil { desk.known[index].partner = nil }
            desk.known[index].forgetCalls()
        }
        for order in core.orders {
            let used = max(
                attempts[order.id] ?? -1,
                orders.lazy.filter { $0.request.clientID.number == order.id.number }
                    .map(\.request.clientID.revision).max() ?? -1)
            if used >= desk.notes[order.id]?.attempts ?? 0 {
                desk.notes[order.id, default: OrderNote(decidedAt: core.now)].attempts = used + 1
            }
        }
    }

    // MARK: What is to be seen

    public var memory: StrategyMemory { StrategyMemory(trading: core.memory, desk: desk) }
    public var account: AccountView { core.account }
    public var nextOrderID: OrderID { core.nextOrderID }
    /// In the core's words, as a script sees them. One that is being cancelled is not shown: in a backtest it is gone
    /// at once, and a decision must not depend on how soon a venue answers. What still fills of it is told as any fill.
    public var openOrders: [Order] { core.orders.filter { $0.state != .cancelInFlight } }
    public var isFlat: Bool { core.ledger.isFlat }
    /// Flat, and no order of it is under way: nothing has to be guarded.
    public var isIdle: Bool { core.ledger.isFlat && core.orders.isEmpty && desk.known.isEmpty }
    /// Whether it opens nothing since the venue has refused the keys.
    public var isBarred: Bool { desk.isBarred }
    /// Whether it is closing its position from outside.
    public var isClosing: Bool { desk.closing != nil }
    /// Whether an answer is awaited of the venue: about an order that was sent or is being cancelled, or about fills
    /// that were told of. What comes next, such as a stop in the place of one that was cancelled, waits for it. A level
    /// that was reached is in transit as well, until the venue has refused to close it.
    public var isInTransit: Bool {
        if desk.notes.values.contains(where: { $0.isDue && $0.refusals == 0 }) { return true }
        return desk.known.contains { order in
            switch order.phase {
            case .sending, .unsure, .cancelling, .unwatching: true
            case .held, .watched: order.end != nil || order.told > order.booked
            case .open: order.end != nil || order.told > order.booked || isOutgrown(order)
            }
        }
    }

    /// Whether it rests for less than its lot by now, and is to be replaced.
    private func isOutgrown(_ known: DeskOrder) -> Bool {
        guard let order = order(known.coreID), order.lot != nil, order.state != .cancelInFlight else { return false }
        return order.quantity - order.filledQuantity > known.remaining
    }

    /// Base held by its own books.
    public var holding: Quantity { core.ledger.quantity }

    /// Which events are made for the script.
    public var listening: StrategyEventKinds {
        get { core.listening }
        set { core.listening = newValue }
    }

    /// An order that is not over, as a survey asks the venue about it.
    public struct UnsettledOrder: Sendable, Hashable {
        public var clientID: ClientOrderID
        public var venueID: VenueOrderID?
        public var symbol: Symbol
        /// Booked so far.
        public var filled: Quantity
    }

    /// Those that may be at the venue.
    public var unsettled: [UnsettledOrder] {
        desk.known.filter { $0.phase != .watched }.map {
            UnsettledOrder(clientID: $0.clientID, venueID: $0.venueID, symbol: $0.request.symbol, filled: $0.booked)
        }
    }

    /// Whether an order is not over yet, as far as is known.
    public func isUnsettled(_ id: ClientOrderID) -> Bool { desk.index(id) != nil }

    /// Whether an order waits that opens or adds, and is not being cancelled.
    public var mayOpen: Bool { core.orders.contains(where: Self.opens) }

    private static func opens(_ order: Order) -> Bool {
        order.role == .decided && !order.reduceOnly && order.state != .cancelInFlight
    }

    /// Whether the name is one of this strategy's.
    public func owns(_ id: ClientOrderID) -> Bool { id.prefix == terms.settings.orderPrefix }

    // MARK: What happens

    /// Goes on under other terms with all that is open, sent and watched. Nothing is to be done at the venue; the
    /// memory has to be written down.
    ///
    /// - Parameter cash: what is put in; below zero it is taken out, as far as it is there.
    public mutating func change(_ terms: StrategyTerms, adding cash: Money = .zero) {
        self.terms = terms
        core.change(terms.settings)
        if cash != .zero { _ = core.handle(.cashChanged(max(core.ledger.cash + cash, .zero))) }
    }

    public mutating func handle(_ input: StrategyInput, now: Timestamp) -> StrategyOutput {
        let before = Standpoint(core, desk)
        var turn = DeskTurn(now: now, wasFlat: before.wasFlat)
        take(input, &turn)
        plan(&turn)
        finish(&turn, since: before)
        return turn.output
    }

    private mutating func take(_ input: StrategyInput, _ turn: inout DeskTurn) {
        switch input {
        case .candleClosed(let candle, let index): tell(.candleClosed(candle, index: index), &turn)
        case .decided(let intents, let point, let refusals):
            tell(.intents(intents, at: point, refusals: refusals), &turn)
        case .report(let report): take(report, &turn)
        case .fill(let fill): take(fill, &turn)
        case .sendFailed(let id, let error): sendFailed(id, error, &turn)
        case .cancelFailed(let id, let error): cancelFailed(id, error, &turn)
        case .unknownAtVenue(let id, let askedAt): unknown(id, askedAt, &turn)
        case .openAtVenue(let reports, let askedAt): survey(reports, askedAt, &turn)
        case .price(let price, _): touch(price)
        case .triggeredSent(let id): wasSent(id, &turn)
        case .unwatched(let id): wasUnwatched(id, &turn)
        case .look: break
        case .closePosition(let reason):
            desk.closing = reason
            desk.closingNotBefore = nil
            cancelDecided(&turn)
        case .cancelOrders: cancelDecided(&turn)
        case .holdBack: cancel(core.orders.filter(Self.opens), &turn)
        case .holding(let quantity, let askedAt):
            desk.isBarred = false
            compare(holding: quantity, askedAt ?? turn.now, &turn)
        }
    }

    private mutating func cancelDecided(_ turn: inout DeskTurn) {
        cancel(core.orders.filter { $0.role == .decided }, &turn)
    }

    private mutating func cancel(_ orders: [Order], _ turn: inout DeskTurn) {
        let cancels = orders.map { Intent.cancel($0.id) }
        if !cancels.isEmpty { tell(.intents(cancels, at: core.lastDecisionPoint), &turn) }
    }

    /// Tells the core, and takes over what it says to script and journal. Its orders are looked at when the desk plans.
    mutating func tell(_ event: TradingEvent, _ turn: inout DeskTurn) {
        let trades = turn.output.trades.count
        var former: PositionRepository.Standing?
        // A candle closes nothing.
        if case .candleClosed = event {} else { former = Standpoint.standing(core.ledger, desk.realised) }
        core.handle(event, into: &turn.actions)
        for action in turn.actions {
            switch action {
            case .place, .amend, .cancel: break
            case .journal(let entry): turn.output.journal.append(entry)
            case .notify(let event): note(event, &turn)
            }
        }
        turn.actions.removeAll(keepingCapacity: true)
        notePositionEnd(former, trades: trades, &turn)
    }

    private mutating func note(_ event: StrategyEvent, _ turn: inout DeskTurn) {
        if case .positionClosed(let trade) = event {
            turn.output.trades.append(trade)
            desk.realised += trade.profit
            guard core.listening.contains(.positions) else { return }
        }
        turn.output.events.append(event)
    }

    func order(_ id: OrderID) -> Order? { core.orders.last { $0.id == id } }
}
