import Broker
import Market
import Trading
import Wording

/// Prices under watch, surveys, and a venue that holds something else than the books.
extension RunningStrategy {
    /// Of those that are not sent at once: something rests at the venue that has to go first.
    mutating func touch(_ price: Double) {
        for order in desk.known {
            guard order.phase == .watched, let watch = order.watch, !watch.sendsAtOnce, watch.isTouched(by: price)
            else { continue }
            desk.notes[order.coreID]?.isDue = true
        }
    }

    mutating func wasSent(_ id: ClientOrderID, _ turn: inout DeskTurn) {
        guard let index = desk.index(id) else { return }
        switch desk.known[index].phase {
        case .watched, .unwatching:
            desk.known[index].phase = .sending
            desk.known[index].watch = nil
            desk.known[index].askAt = turn.now.later(by: Self.sendingTime)
            desk.notes[desk.known[index].coreID]?.isDue = true
        case .held, .sending, .unsure, .open, .cancelling: break
        }
    }

    mutating func wasUnwatched(_ id: ClientOrderID, _ turn: inout DeskTurn) {
        guard let index = desk.index(id), desk.known[index].phase == .unwatching else { return }
        forget(index, &turn)
    }

    /// Nothing of it is at the venue, and nothing will be.
    mutating func forget(_ index: Int, _ turn: inout DeskTurn) {
        desk.known[index].isWithdrawn = true
        desk.known[index].wasNeverThere = true
        if let partner = desk.known[index].partner.flatMap({ desk.index($0) }) { desk.known[partner].partner = nil }
        desk.known[index].partner = nil
        settle(index, as: .cancelled(Message("not wanted any more", fr: "n'est plus voulu")), &turn)
    }

    /// Every order that waits at the venue is in the list: one that is not in it is over, or was not there yet.
    mutating func survey(_ reports: [OrderReport], _ askedAt: Timestamp, _ turn: inout DeskTurn) {
        // Whoever may ask that has keys which are accepted.
        desk.isBarred = false
        let named = Set(reports.compactMap(\.clientID))
        for report in reports where report.clientID.map(owns) == true { take(report, &turn) }
        for index in desk.known.indices where !named.contains(desk.known[index].clientID) {
            switch desk.known[index].phase {
            case .open, .cancelling:
                if let since = desk.known[index].openSince, since < askedAt { ask(index, after: .zero, &turn) }
            case .held, .sending, .unsure, .watched, .unwatching: break
            }
        }
    }

    /// How long the venue's balance must be less than the position before that is believed.
    var shortTime: Duration { terms.venue.unknownSettle * 3 }

    /// Two answers that far apart must say so, with no fill between or after them.
    mutating func compare(holding: Quantity, _ askedAt: Timestamp, _ turn: inout DeskTurn) {
        if let time = desk.lastFillAt, askedAt <= time { return }
        let missing = core.ledger.quantity - holding
        guard core.ledger.direction == .long, terms.settings.market == .spot,
            desk.tradable(missing, terms).value.isPositive, isQuiet
        else {
            desk.shortSince = nil
            return
        }
        guard let since = desk.shortSince else {
            desk.shortSince = askedAt
            return
        }
        guard askedAt >= since.later(by: shortTime) else { return }
        desk.shortSince = nil
        let held = core.ledger.quantity
        tell(.positionLost(downTo: holding, at: turn.now), &turn)
        turn.output.alerts.append(
            StrategyAlert(
                .positionLost, nil,
                Message(
                    "the venue holds \(holding) \(terms.venue.baseAsset) of a position of \(held): the rest counts as "
                        + "closed by somebody else",
                    fr: "la place détient \(holding) \(terms.venue.baseAsset) d'une position de \(held) : le reste "
                        + "est compté comme fermé par quelqu'un d'autre")))
    }

    /// Whether nothing is on its way that could move the balance.
    private var isQuiet: Bool {
        desk.known.allSatisfy { order in
            (order.phase == .open || order.phase == .watched) && order.end == nil && order.told == order.booked
        }
    }
}
