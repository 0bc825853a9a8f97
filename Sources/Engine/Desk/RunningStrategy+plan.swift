import Broker
import Market
import Storage
import Trading
import Wording

/// Brings the venue to what the core wants, one careful step at a time: what is not wanted is taken away, and what is
/// wanted is sent once nothing else of the same order can still fill.
extension RunningStrategy {
    /// A send without any answer is asked about after this long.
    static var sendingTime: Duration { .seconds(60) }
    /// How long a stop or target may rest for less than its lot while the entry goes on filling.
    static var growingTime: Duration { .seconds(1) }
    /// Every round ends orders or sends some; this many are never needed.
    private static var mostRounds: Int { 2 * TradingCore.maximumWorkingOrders }

    mutating func plan(_ turn: inout DeskTurn) {
        if core.orders.isEmpty, desk.known.isEmpty, desk.closing == nil {
            if !desk.notes.isEmpty { desk.notes = [:] }
            return
        }
        for index in desk.known.indices where desk.known[index].phase == .unsure && desk.known[index].leftBy == nil {
            desk.known[index].leftBy = turn.now
        }
        var rounds = 0
        repeat {
            rounds += 1
            keepNotes(&turn)
        } while planOnce(&turn) && rounds < Self.mostRounds
        sendQuestions(&turn)
    }

    private mutating func keepNotes(_ turn: inout DeskTurn) {
        for order in core.orders {
            guard var note = desk.notes[order.id] else {
                desk.notes[order.id] = OrderNote(revision: order.revision, decidedAt: turn.now)
                continue
            }
            if let time = note.notBefore, time > turn.now { turn.lookAt(time) }
            guard note.revision != order.revision else { continue }
            note.revision = order.revision
            note.refusals = 0
            if !note.isDue { note.notBefore = nil }
            desk.notes[order.id] = note
        }
        if desk.notes.count > core.orders.count {
            let open = Set(core.orders.map(\.id))
            desk.notes = desk.notes.filter { open.contains($0.key) }
        }
    }

    /// Whether the core has changed, so that the plan has to be made again.
    private mutating func planOnce(_ turn: inout DeskTurn) -> Bool {
        let wants = desk.wants(of: core, terms, turn.now)
        for id in wants.unservable {
            core.now = turn.now
            tell(
                .orderCancelled(id, Message("there is no position left", fr: "il n'y a plus de position")), &turn)
        }
        if !wants.unservable.isEmpty { return true }
        withdrawUnwanted(wants, &turn)
        for want in wants.list where !desk.hasOrder(for: want.id) {
            if place(want, wants, &turn) { return true }
        }
        if endCancelled(&turn) { return true }
        return close(&turn)
    }

    // MARK: Taking away

    private mutating func withdrawUnwanted(_ wants: DeskWants, _ turn: inout DeskTurn) {
        var served: Set<OrderID> = []
        for id in desk.known.map(\.clientID) {
            guard let index = desk.index(id), desk.known[index].end == nil else { continue }
            let order = desk.known[index]
            if let want = wants[order.coreID], want.matches(order), served.insert(want.id).inserted {
                if case .held(let until) = order.phase { handOut(index, until, want, &turn) }
                if order.isUnarmed {
                    desk.known[index].isUnarmed = false
                    watch(order.request, order.watch, &turn)
                }
                continue
            }
            if let want = wants[order.coreID], waitsForMore(want, order, &turn), served.insert(want.id).inserted {
                continue
            }
            withdraw(index, &turn)
        }
    }

    /// Whether a stop or target that rests for a part of its lot stays a little longer, since the lot's entry is still
    /// filling. Each replacement takes the protection of the whole lot from the venue for a moment; so what has been
    /// added since goes without for up to `growingTime`, and the rest keeps its own. The entry's end replaces at once.
    private func waitsForMore(_ want: DeskWant, _ order: DeskOrder, _ turn: inout DeskTurn) -> Bool {
        guard want.outgrows(order), let lot = self.order(want.id)?.lot, let since = order.openSince,
            let entry = self.order(lot.order), entry.filledQuantity < entry.quantity, entry.state != .cancelInFlight
        else { return false }
        let until = since.later(by: Self.growingTime)
        guard until > turn.now else { return false }
        turn.lookAt(until)
        return true
    }

    private mutating func withdraw(_ index: Int, _ turn: inout DeskTurn) {
        let order = desk.known[index]
        switch order.phase {
        case .open:
            if let until = order.waitUntil, until > turn.now { return turn.lookAt(until) }
            cancel(index, &turn)
        case .held:
            forget(index, &turn)
        case .watched:
            turn.output.sends.append(.unwatch(order.clientID))
            guard order.watch?.sendsAtOnce == true else { return forget(index, &turn) }
            desk.known[index].phase = .unwatching
        case .sending, .unsure, .cancelling, .unwatching:
            // Its answer is awaited: a cancel could overtake it.
            return
        }
    }

    /// Of a pair, cancelling one half cancels both.
    private mutating func cancel(_ index: Int, _ turn: inout DeskTurn) {
        let order = desk.known[index]
        let partner = order.partner.flatMap { desk.index($0) }
        // Once a half has filled, the other one is gone.
        let isPartnerAlive = partner.map { desk.known[$0].told > order.told } == true
        turn.output.sends.append(
            .cancel(isPartnerAlive ? order.partner ?? order.clientID : order.clientID, order.request.symbol))
        for index in [index] + (partner.map { [$0] } ?? []) {
            desk.known[index].phase = .cancelling
            desk.known[index].isWithdrawn = true
            ask(index, after: Self.sendingTime, &turn)
            step(index, to: .cancelInFlight, &turn)
        }
    }

    private mutating func endCancelled(_ turn: inout DeskTurn) -> Bool {
        var hasEnded = false
        for order in core.orders where order.state == .cancelInFlight && !desk.hasOrder(for: order.id) {
            core.now = turn.now
            tell(.orderCancelled(order.id, nil), &turn)
            hasEnded = true
        }
        return hasEnded
    }

    // MARK: Sending

    /// Whether the core has changed instead.
    private mutating func place(_ want: DeskWant, _ wants: DeskWants, _ turn: inout DeskTurn) -> Bool {
        guard let note = desk.notes[want.id] else { return false }
        if let time = note.notBefore, time > turn.now { return false }
        if !want.reduces, let refusal = refusal(of: want, note, turn.now) {
            core.now = turn.now
            tell(refusal, &turn)
            return true
        }
        var halves = [want]
        if let partner = want.partner {
            guard let other = wants[partner], !desk.hasOrder(for: partner) else { return false }
            halves.append(other)
        }
        guard !want.reduces || hasRoom(for: want) else { return false }
        send(halves, &turn)
        return false
    }

    /// An order that opens is sent while it is fresh and the keys are accepted.
    private func refusal(of want: DeskWant, _ note: OrderNote, _ now: Timestamp) -> TradingEvent? {
        if desk.isBarred {
            return .orderRejected(
                want.id, Message("the venue refuses the keys", fr: "la place refuse les clés"))
        }
        guard now > note.decidedAt.later(by: terms.freshness) else { return nil }
        return .orderCancelled(want.id, Self.neverSent)
    }

    /// Whether the position holds it besides all that may fill before it.
    private func hasRoom(for want: DeskWant) -> Bool {
        // What is told of first takes nothing yet.
        if want.watch?.sendsAtOnce == false { return true }
        let held = core.ledger.quantity
        return desk.taken(by: want.side, exceptGroup: want.watch?.group) + min(want.quantity, held) <= held
    }

    private mutating func send(_ halves: [DeskWant], _ turn: inout DeskTurn) {
        var requests: [OrderRequest] = []
        for want in halves {
            let attempt = desk.notes[want.id]?.attempts ?? 0
            desk.notes[want.id]?.attempts = attempt + 1
            requests.append(
                OrderRequest(
                    clientID: ClientOrderID(
                        prefix: terms.settings.orderPrefix, number: want.id.number, revision: attempt),
                    symbol: terms.settings.symbol, side: want.side, instruction: want.instruction,
                    amount: .base(want.quantity), isTarget: want.isTarget))
        }
        turn.output.newOrders += requests
        for (place, want) in halves.enumerated() {
            var order = DeskOrder(
                requests[place], phase: want.watch == nil ? .sending : .watched, watch: want.watch,
                partner: halves.count == 2 ? requests[1 - place].clientID : nil)
            if want.watch == nil { order.askAt = turn.now.later(by: Self.sendingTime) }
            desk.known.append(order)
        }
        if halves[0].watch != nil {
            watch(requests[0], halves[0].watch, &turn)
            return accept(halves[0].id, &turn)
        }
        handOut(requests, &turn)
    }

    private func watch(_ request: OrderRequest, _ watch: DeskOrder.Watch?, _ turn: inout DeskTurn) {
        guard let watch else { return }
        turn.output.sends.append(
            .watch(
                WatchedOrder(
                    request: request, level: watch.level, isBelow: watch.isBelow, sendsAtOnce: watch.sendsAtOnce,
                    group: watch.group)))
    }

    private func handOut(_ requests: [OrderRequest], _ turn: inout DeskTurn) {
        guard requests.count == 2 else { return turn.output.sends.append(.place(requests[0])) }
        let (stop, target) = requests[0].isStop ? (requests[0], requests[1]) : (requests[1], requests[0])
        guard case .stop(let stopPrice, _) = stop.instruction, case .limit(let targetPrice, _) = target.instruction,
            case .base(let quantity) = stop.amount
        else { preconditionFailure("a pair is a stop and a limit order in base") }
        turn.output.sends.append(
            .placePair(
                OrderPairRequest(
                    symbol: stop.symbol, side: stop.side, quantity: quantity, target: targetPrice,
                    targetID: target.clientID, stop: stopPrice, stopID: stop.clientID)))
    }

    /// What the venue could not take before is sent again under its name: nothing of it has been there.
    private mutating func handOut(
        _ index: Int, _ until: Timestamp, _ want: DeskWant, _ turn: inout DeskTurn
    ) {
        if !want.reduces, let note = desk.notes[want.id], refusal(of: want, note, turn.now) != nil {
            // What becomes of it is said when it is to be placed anew.
            return forget(index, &turn)
        }
        guard until <= turn.now else { return turn.lookAt(until) }
        var indices = [index]
        if let partner = desk.known[index].partner {
            guard let other = desk.index(partner), case .held = desk.known[other].phase else { return }
            indices.append(other)
        }
        for index in indices {
            desk.known[index].phase = .sending
            desk.known[index].askAt = turn.now.later(by: Self.sendingTime)
        }
        handOut(indices.map { desk.known[$0].request }, &turn)
    }

    // MARK: Closing from outside

    private mutating func close(_ turn: inout DeskTurn) -> Bool {
        guard let reason = desk.closing else { return false }
        guard !core.ledger.isFlat else {
            if core.orders.isEmpty, desk.known.isEmpty {
                desk.closing = nil
                desk.closingNotBefore = nil
                desk.closingFailures = 0
            }
            return false
        }
        // What the position still grows by is closed with the rest.
        let isGrowing = core.orders.contains { $0.role == .decided && !$0.reduceOnly }
        guard !isGrowing, !core.orders.contains(where: { $0.role == .exit }) else { return false }
        if let time = desk.closingNotBefore, time > turn.now {
            turn.lookAt(time)
            return false
        }
        core.now = turn.now
        tell(.closePosition(reason: reason, at: turn.now), &turn)
        return true
    }
}

extension OrderRequest {
    fileprivate var isStop: Bool {
        if case .stop = instruction { true } else { false }
    }
}
