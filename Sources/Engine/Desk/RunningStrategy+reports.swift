import Broker
import Market
import Storage
import Trading
import Wording

/// What the venue tells of orders and fills. Fills are booked first, each once; an order is over when all the fills
/// that the venue told of are booked.
extension RunningStrategy {
    mutating func take(_ report: OrderReport, _ turn: inout DeskTurn) {
        desk.isBarred = false
        adoptIfForgotten(report, &turn)
        for fill in report.fills {
            var fill = fill
            fill.clientID = fill.clientID ?? report.clientID
            take(fill, &turn)
        }
        guard let index = desk.index(report.clientID, report.venueID) else { return }
        if desk.known[index].isStranger { return takeStranger(report, index, &turn) }
        desk.known[index].venueID = report.venueID
        desk.known[index].told = max(desk.known[index].told, report.filledQuantity)
        guard desk.known[index].end == nil else { return settleIfComplete(index, &turn) }
        desk.known[index].askAt = nil
        // That it is still there says nothing of whether it can be cancelled: the first repeat is at once, no other is.
        if !desk.known[index].isWithdrawn { desk.known[index].failures = 0 }
        if desk.known[index].failures < 2 { desk.known[index].waitUntil = nil }
        if report.status.isTerminal {
            desk.known[index].end = OrderState(report.status)
            settleIfComplete(index, &turn)
        } else {
            acknowledge(index, &turn)
            if desk.known[index].told > desk.known[index].booked { ask(index, after: .seconds(1), &turn) }
        }
    }

    mutating func take(_ told: FillReport, _ turn: inout DeskTurn) {
        guard let index = desk.index(told.clientID, told.venueOrderID) else { return takeLate(told, &turn) }
        let order = desk.known[index]
        guard !order.isStranger, !order.fills.contains(told.id) else { return }
        guard order.booked + told.quantity <= order.quantity, told.quantity.value.isPositive,
            told.side == order.request.side
        else { return refuse(told, of: order, &turn) }
        desk.known[index].fills.append(told.id)
        desk.known[index].booked += told.quantity
        desk.known[index].told = max(desk.known[index].told, desk.known[index].booked)
        if desk.known[index].venueID == nil { desk.known[index].venueID = told.venueOrderID }
        acknowledge(index, &turn)
        book(told, order.clientID, &turn)
        // Booking may have led to nothing that moves orders of the desk: the index still holds.
        let booked = desk.known[index].booked
        if booked == desk.known[index].quantity {
            desk.known[index].row = .filled
            settle(index, as: .filled, &turn)
        } else {
            if OrderStep.isAllowed(from: desk.known[index].row, to: .partiallyFilled),
                desk.known[index].row != .cancelInFlight
            {
                desk.known[index].row = .partiallyFilled
            }
            if desk.known[index].booked == desk.known[index].told { desk.known[index].askAt = nil }
            settleIfComplete(index, &turn)
        }
    }

    /// A fill of an order that is over: told before, or told late by a venue that had called the order ended.
    private mutating func takeLate(_ told: FillReport, _ turn: inout DeskTurn) {
        guard let index = desk.pastIndex(told.clientID, told.venueOrderID) else { return }
        let order = desk.past[index]
        guard !order.fills.contains(told.id) else { return }
        guard order.booked + told.quantity <= order.quantity, told.side == order.request.side else {
            return refuse(told, of: order, &turn)
        }
        desk.past[index].fills.append(told.id)
        desk.past[index].booked += told.quantity
        desk.past[index].told = max(order.told, desk.past[index].booked)
        book(told, order.clientID, &turn)
    }

    private mutating func book(_ told: FillReport, _ id: ClientOrderID, _ turn: inout DeskTurn) {
        var told = told
        told.clientID = id
        turn.output.fills.append(told)
        desk.lastFillAt = turn.now
        desk.shortSince = nil
        var fee = Money.zero
        var baseFee = Quantity.zero
        if told.fee.asset == terms.venue.quoteAsset {
            fee = Money(told.fee.amount)
        } else if told.fee.asset == terms.venue.baseAsset {
            baseFee = Quantity(told.fee.amount)
        } else if told.fee.amount.isPositive, desk.uncountedFees.count < 8,
            desk.uncountedFees.insert(told.fee.asset).inserted
        {
            journal(
                .cut, OrderID(id.number),
                Message(
                    "fees in \(told.fee.asset) are kept with the fills and not counted in the strategy's profit",
                    fr: "les frais en \(told.fee.asset) sont gardés avec les exécutions et ne comptent pas dans le "
                        + "résultat de la stratégie"), &turn)
        }
        let trades = turn.output.trades.count
        tell(
            .filled(
                Fill(
                    id: told.id, order: OrderID(id.number), side: told.side, price: told.price,
                    quantity: told.quantity, fee: fee, baseFee: baseFee, time: told.time,
                    index: terms.candleIndex(at: told.time), isMaker: told.isMaker)), &turn)
        let profit = turn.output.trades[trades...].reduce(Money.zero) { $0 + $1.profit }
        if turn.output.trades.count > trades { turn.output.profits.append(StrategyCommit.Profit(id, profit)) }
    }

    private mutating func refuse(_ told: FillReport, of order: DeskOrder, _ turn: inout DeskTurn) {
        let message = Message(
            "fill \(told.id), \(told.side.rawValue) \(told.quantity), does not fit order \(order.clientID), "
                + "\(order.request.side.rawValue) \(order.quantity) with \(order.booked) filled: not booked",
            fr: "l'exécution \(told.id), \(told.side.rawValue) \(told.quantity), ne correspond pas à l'ordre "
                + "\(order.clientID), \(order.request.side.rawValue) \(order.quantity) dont \(order.booked) exécuté : "
                + "non inscrite")
        journal(.conflict, order.coreID, message, &turn)
        turn.output.alerts.append(StrategyAlert(.conflict, order.clientID, message))
    }

    // MARK: States

    /// The venue has it.
    private mutating func acknowledge(_ index: Int, _ turn: inout DeskTurn) {
        switch desk.known[index].phase {
        case .held, .sending, .unsure, .watched, .unwatching:
            // A watched one that the venue knows was sent by the price watch.
            if desk.known[index].watch != nil { desk.notes[desk.known[index].coreID]?.isDue = true }
            desk.known[index].watch = nil
            desk.known[index].phase = .open
            desk.known[index].askAt = nil
        case .open, .cancelling: break
        }
        if desk.known[index].openSince == nil {
            desk.known[index].openSince = turn.now
            if desk.known[index].row == .pendingNew { step(index, to: .open, &turn) }
        }
        accept(desk.known[index].coreID, &turn)
    }

    mutating func accept(_ id: OrderID, _ turn: inout DeskTurn) {
        if order(id)?.state == .pendingNew { tell(.orderAccepted(id), &turn) }
    }

    /// Writes down a state of the row, where it can follow the one that the row has.
    mutating func step(_ index: Int, to state: OrderState, _ turn: inout DeskTurn) {
        let order = desk.known[index]
        guard !order.isStranger, state.name != order.row.name, OrderStep.isAllowed(from: order.row, to: state) else {
            return
        }
        desk.known[index].row = state
        turn.output.standings.append(
            StrategyCommit.OrderStanding(order.clientID, state, venueID: order.venueID))
    }

    mutating func settleIfComplete(_ index: Int, _ turn: inout DeskTurn) {
        guard let end = desk.known[index].end else { return }
        if desk.known[index].told > desk.known[index].booked {
            return ask(index, after: .seconds(1), &turn)
        }
        settle(index, as: end, &turn)
    }

    /// The order is over, with all of its fills.
    mutating func settle(_ index: Int, as end: OrderState, _ turn: inout DeskTurn) {
        if desk.known[index].isStranger {
            desk.known.remove(at: index)
            return
        }
        // The row is filled by its fills, and a part that filled cannot be refused any more.
        if end.name == "rejected", desk.known[index].booked.value.isPositive {
            step(index, to: .cancelled(end.reason), &turn)
        } else if end != .filled {
            step(index, to: end, &turn)
        }
        var order = desk.known.remove(at: index)
        order.end = end
        order.askAt = nil
        desk.remember(order)
        if let partner = order.partner.flatMap({ desk.index($0) }) { leave(partner, &turn) }
        if end != .filled, !order.isWithdrawn { follow(order, end, &turn) }
    }

    /// The other half of a pair is over: this one is too, most likely, and its report on its way.
    private mutating func leave(_ index: Int, _ turn: inout DeskTurn) {
        desk.known[index].partner = nil
        switch desk.known[index].phase {
        case .open, .cancelling:
            // The cancel went by the name of the half that is over, and may have missed this one.
            desk.known[index].phase = .open
            ask(index, after: .seconds(1), &turn)
            desk.known[index].waitUntil = turn.now.later(by: .seconds(3))
        case .held, .sending, .unsure, .watched, .unwatching: break
        }
    }

    /// Tells the core of an end that we have not asked for.
    private mutating func follow(_ ended: DeskOrder, _ end: OrderState, _ turn: inout DeskTurn) {
        guard let order = order(ended.coreID), order.state != .cancelInFlight else { return }
        switch order.role {
        case .decided:
            if order.limitPrice != nil, desk.notes[order.id]?.isDue == true {
                watchAgain(order, hasFilled: ended.booked.value.isPositive, &turn)
                if case .rejected(let reason) = end { tellEnd(order.id, .rejected(reason), &turn) }
                return
            }
            tellEnd(order.id, end, &turn)
        case .exit:
            exitFailed(order.id, end.reason, &turn)
            tellEnd(order.id, end, &turn)
        case .stop where ended.booked.value.isPositive:
            sellRest(of: order, &turn)
        case .stop, .target:
            // A half that ends since the other one was executed has not failed.
            if case .rejected = end {} else if wasLeft(ended) { return }
            protectionFailed(order, ended.clientID, end.reason, &turn)
        }
    }

    /// A limit that was sent at a touch, and the price was gone: it is watched again, but not at once. Until then the
    /// stop that made room for it stands there undisturbed, however often the price touches the limit.
    private mutating func watchAgain(_ limit: Order, hasFilled: Bool, _ turn: inout DeskTurn) {
        let tries = hasFilled ? 0 : (desk.notes[limit.id]?.refusals ?? 0) + 1
        desk.notes[limit.id]?.isDue = false
        desk.notes[limit.id]?.refusals = tries
        desk.notes[limit.id]?.notBefore = turn.now.later(by: .seconds(min(60, 1 << min(6, tries))))
    }

    /// A stop that was reached has sold a part of its lot, and the book had no more: what is left goes out again, once
    /// a second as long as that brings something.
    private mutating func sellRest(of stop: Order, _ turn: inout DeskTurn) {
        desk.notes[stop.id]?.isDue = true
        desk.notes[stop.id]?.refusals = 0
        desk.notes[stop.id]?.notBefore = turn.now.later(by: .seconds(1))
    }

    private func wasLeft(_ half: DeskOrder) -> Bool {
        guard half.isHalf else { return false }
        if half.booked.value.isPositive { return true }
        return desk.known.contains { $0.isHalf && $0.request.side == half.request.side && $0.partner == nil }
            || desk.past.contains { $0.partner == half.clientID && $0.booked.value.isPositive }
    }

    private mutating func tellEnd(_ id: OrderID, _ end: OrderState, _ turn: inout DeskTurn) {
        core.now = turn.now
        switch end {
        case .rejected(let reason): tell(.orderRejected(id, reason), &turn)
        default:
            tell(
                .orderCancelled(
                    id,
                    end.reason
                        ?? Message("ended at the venue, not by us", fr: "terminé sur la place, pas par nous")),
                &turn)
        }
    }

    // MARK: Asking

    /// An answer that does not come is asked for again.
    static var answerTime: Duration { .seconds(30) }

    /// Has the venue asked after that long, unless what is missing has come until then.
    mutating func ask(_ index: Int, after wait: Duration, _ turn: inout DeskTurn) {
        let time = turn.now.later(by: wait)
        desk.known[index].askAt = desk.known[index].askAt.map { min($0, time) } ?? time
    }

    mutating func sendQuestions(_ turn: inout DeskTurn) {
        for index in desk.known.indices {
            guard let time = desk.known[index].askAt else { continue }
            guard time <= turn.now else {
                turn.lookAt(time)
                continue
            }
            if desk.known[index].phase == .cancelling {
                desk.known[index].phase = .open
                desk.known[index].waitUntil = turn.now.later(by: .seconds(5))
            }
            if desk.known[index].phase == .sending {
                // No answer for so long: it may have gone or not.
                desk.known[index].phase = .unsure
                desk.known[index].leftBy = turn.now
            }
            let order = desk.known[index]
            turn.output.sends.append(.ask(order.clientID, order.request.symbol, after: .zero))
            desk.known[index].askAt = turn.now.later(by: Self.answerTime)
            turn.lookAt(turn.now.later(by: Self.answerTime))
        }
    }

    /// A report of an order that counts as over, and tells of more than is known, or of one that is not known at all.
    private mutating func adoptIfForgotten(_ report: OrderReport, _ turn: inout DeskTurn) {
        guard desk.index(report.clientID, report.venueID) == nil, let id = report.clientID, owns(id) else { return }
        guard let past = desk.pastIndex(id, report.venueID) else { return meet(report, id, &turn) }
        var order = desk.past[past]
        let isMissing = report.filledQuantity > order.booked
        guard isMissing || (!report.status.isTerminal && order.wasNeverThere) else { return }
        desk.past.remove(at: past)
        order.end = nil
        order.wasNeverThere = false
        order.phase = .open
        order.watch = nil
        order.partner = nil
        order.isWithdrawn = true
        desk.known.append(order)
        tellConflict(
            id,
            Message(
                "the venue has order \(id), which counted as over: it is taken back",
                fr: "la place connaît l'ordre \(id), qui passait pour terminé : il est repris"), &turn)
    }

    /// One that waits at the venue, or did a while ago: it may be one of those that were forgotten, told late.
    private mutating func meet(_ report: OrderReport, _ id: ClientOrderID, _ turn: inout DeskTurn) {
        guard !report.status.isTerminal else { return }
        var order = DeskOrder(
            OrderRequest(
                clientID: id, symbol: report.symbol, side: report.side, instruction: report.instruction,
                amount: .base(report.quantity)), phase: .unsure)
        order.isStranger = true
        order.isWithdrawn = true
        order.venueID = report.venueID
        order.leftBy = turn.now
        order.askAt = turn.now
        desk.known.append(order)
    }

    /// Nothing of it is written down: there is no row that it could be sure of.
    private mutating func takeStranger(_ report: OrderReport, _ index: Int, _ turn: inout DeskTurn) {
        let order = desk.known[index]
        guard report.status.isTerminal else {
            // The first report is what made it known; after a question it is there for sure.
            guard order.phase == .unsure, let time = order.askAt, time > turn.now else { return }
            desk.known[index].phase = .open
            desk.known[index].askAt = nil
            return
        }
        desk.known.remove(at: index)
        guard order.phase == .cancelling, report.status == .cancelled else { return }
        tellConflict(
            order.clientID,
            Message(
                "the venue had order \(order.clientID), of which nothing was known here: it is cancelled",
                fr: "la place avait l'ordre \(order.clientID), inconnu ici : il est annulé"), &turn)
    }

    private mutating func tellConflict(_ id: ClientOrderID, _ message: Message, _ turn: inout DeskTurn) {
        journal(.conflict, OrderID(id.number), message, &turn)
        turn.output.alerts.append(StrategyAlert(.conflict, id, message))
    }

    mutating func journal(_ kind: JournalEntry.Kind, _ id: OrderID?, _ message: Message, _ turn: inout DeskTurn) {
        turn.output.journal.append(JournalEntry(time: turn.now, kind: kind, order: id, message: message))
    }
}
