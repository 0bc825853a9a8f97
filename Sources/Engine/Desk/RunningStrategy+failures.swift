import Broker
import Market
import Storage
import Trading
import Wording

/// Calls that failed, and what follows for what they were for.
extension RunningStrategy {
    mutating func sendFailed(_ id: ClientOrderID, _ error: BrokerError, _ turn: inout DeskTurn) {
        guard let index = desk.index(id) else { return }
        // Of a pair both halves have failed. The other one first, as ending this one parts them.
        if let partner = desk.known[index].partner, let other = desk.index(partner) {
            desk.known[other].partner = nil
            desk.known[index].partner = nil
            if case .retryable = error {
                desk.known[other].partner = id
                desk.known[index].partner = partner
            }
            if case .outcomeUnknown = error {
                desk.known[other].partner = id
                desk.known[index].partner = partner
            }
            fail(other, error, &turn)
        }
        if let index = desk.index(id) { fail(index, error, &turn) }
    }

    private mutating func fail(_ index: Int, _ error: BrokerError, _ turn: inout DeskTurn) {
        guard desk.known[index].phase == .sending else {
            // It is known to be there, or nothing was sent: only the venue can tell.
            return ask(index, after: .zero, &turn)
        }
        let order = desk.known[index]
        switch error {
        case .rejected(.duplicateOrder, _):
            beUnsure(index, after: .zero, &turn)
        case .rejected(let rejection, let reason):
            refused(order, rejection, reason, &turn)
        case .unsupported(let reason):
            desk.notes[order.coreID]?.refusals += 1
            refused(order, nil, reason, &turn)
        case .retryable(_, let after):
            desk.known[index].failures += 1
            let backOff = Duration.seconds(min(30, 1 << min(5, order.failures)))
            // However long the venue bans this machine: by then another one may have taken over, or the ban be gone.
            desk.known[index].phase = .held(until: turn.now.later(by: min(after ?? backOff, Self.longestHold)))
            desk.known[index].askAt = nil
        case .outcomeUnknown:
            beUnsure(index, after: .seconds(1), &turn)
        case .unauthorised(let reason):
            refusedKeys(order, reason, &turn)
        }
    }

    /// An order that the venue could not take is handed out again after this long at the latest.
    private static var longestHold: Duration { .seconds(60) }

    private mutating func beUnsure(_ index: Int, after wait: Duration, _ turn: inout DeskTurn) {
        desk.known[index].phase = .unsure
        desk.known[index].leftBy = turn.now
        desk.known[index].askAt = nil
        ask(index, after: wait, &turn)
    }

    private mutating func refused(
        _ order: DeskOrder, _ rejection: BrokerError.Rejection?, _ reason: Message, _ turn: inout DeskTurn
    ) {
        guard let index = desk.index(order.clientID) else { return }
        if rejection == .wouldTrigger, !order.isHalf, self.order(order.coreID)?.role == .stop {
            // The price is beyond the stop already: that is its touch.
            desk.known[index].isWithdrawn = true
            desk.notes[order.coreID]?.isDue = true
        }
        desk.known[index].wasNeverThere = true
        settle(index, as: .rejected(reason), &turn)
    }

    private mutating func refusedKeys(_ order: DeskOrder, _ reason: Message, _ turn: inout DeskTurn) {
        barKeys(reason, &turn)
        guard let index = desk.index(order.clientID) else { return }
        let role = self.order(order.coreID)?.role
        if role == .stop || role == .target {
            // Not its fault: it is tried again, as long as it is wanted.
            desk.known[index].isWithdrawn = true
            desk.notes[order.coreID]?.notBefore = turn.now.later(by: .seconds(60))
        }
        desk.known[index].wasNeverThere = true
        settle(index, as: .rejected(reason), &turn)
    }

    private mutating func barKeys(_ reason: Message, _ turn: inout DeskTurn) {
        guard !desk.isBarred else { return }
        desk.isBarred = true
        turn.output.alerts.append(
            StrategyAlert(
                .keysRefused, nil,
                Message(
                    "the venue refuses the keys, nothing is opened any more; stops and targets that stand there stay: "
                        + reason.english,
                    fr: "la place refuse les clés, plus rien n'est ouvert ; les stops et objectifs qui y sont y "
                        + "restent : " + reason.french)))
    }

    mutating func cancelFailed(_ id: ClientOrderID, _ error: BrokerError, _ turn: inout DeskTurn) {
        guard let index = desk.index(id) else { return }
        for index in [index] + (desk.known[index].partner.flatMap { desk.index($0) }.map { [$0] } ?? []) {
            guard desk.known[index].phase == .cancelling else { continue }
            desk.known[index].failures += 1
            let backOff = Duration.seconds(min(60, 1 << min(6, desk.known[index].failures)))
            desk.known[index].phase = .open
            switch error {
            case .retryable(_, let after):
                desk.known[index].waitUntil = turn.now.later(by: after ?? backOff)
            case .unauthorised(let reason):
                barKeys(reason, &turn)
                desk.known[index].waitUntil = turn.now.later(by: .seconds(60))
            case .rejected, .unsupported:
                // Over already, as a rule: its end is on its way.
                desk.known[index].waitUntil = turn.now.later(by: backOff + .seconds(2))
                ask(index, after: .zero, &turn)
            case .outcomeUnknown:
                desk.known[index].waitUntil = turn.now.later(by: backOff + .seconds(10))
                ask(index, after: .seconds(1), &turn)
            }
        }
    }

    mutating func unknown(_ id: ClientOrderID, _ askedAt: Timestamp, _ turn: inout DeskTurn) {
        guard let index = desk.index(id) else { return }
        switch desk.known[index].phase {
        case .unsure: neverHeardOf(index, askedAt, &turn)
        case .open, .cancelling: goneAtVenue(index, askedAt, &turn)
        case .held, .sending, .watched, .unwatching: break
        }
    }

    /// Counts once no send can be on its way any more.
    private mutating func neverHeardOf(_ index: Int, _ askedAt: Timestamp, _ turn: inout DeskTurn) {
        let leftBy = desk.known[index].leftBy ?? turn.now
        desk.known[index].leftBy = leftBy
        let countsFrom = leftBy.later(by: terms.venue.unknownSettle)
        guard askedAt >= countsFrom else {
            desk.known[index].askAt = max(countsFrom, turn.now)
            return
        }
        let order = desk.known[index]
        desk.known[index].isWithdrawn = true
        desk.known[index].wasNeverThere = true
        if let partner = order.partner.flatMap({ desk.index($0) }) { desk.known[partner].partner = nil }
        desk.known[index].partner = nil
        settle(index, as: .cancelled(Self.neverSent), &turn)
    }

    /// The venue had it and has forgotten it: what it filled is booked, and it is not there any more.
    private mutating func goneAtVenue(_ index: Int, _ askedAt: Timestamp, _ turn: inout DeskTurn) {
        let known = desk.known[index].openSince ?? turn.now
        guard askedAt >= known.later(by: terms.venue.unknownSettle) else { return }
        let message = Message(
            "the venue does not know order \(desk.known[index].clientID) any more",
            fr: "la place ne connaît plus l'ordre \(desk.known[index].clientID)")
        turn.output.alerts.append(StrategyAlert(.conflict, desk.known[index].clientID, message))
        settle(index, as: .cancelled(message), &turn)
    }

    static var neverSent: Message { Message("was never sent", fr: "n'a jamais été envoyé") }

    // MARK: What follows

    /// A stop or target that the venue does not take, or that somebody has taken away there.
    mutating func protectionFailed(
        _ order: Order, _ id: ClientOrderID, _ reason: Message?, _ turn: inout DeskTurn
    ) {
        desk.notes[order.id]?.refusals += 1
        let refusals = desk.notes[order.id]?.refusals ?? 0
        let why = reason ?? Message("ended at the venue, not by us", fr: "terminé sur la place, pas par nous")
        journal(.rejected, order.id, why, &turn)
        if desk.notes[order.id]?.isDue == true {
            // It has to be closed, and cannot be: again and again, once a minute at least, since nobody says when what
            // stands in the way is gone.
            desk.notes[order.id]?.notBefore = turn.now.later(by: .seconds(min(60, 1 << min(6, refusals))))
            // A stop stays reached. A target is left to the market again, behind the stop.
            if order.role == .target { desk.notes[order.id]?.isDue = false }
            guard refusals <= 3 else { return }
            turn.output.alerts.append(
                StrategyAlert(
                    .closeFailed, id,
                    Message(
                        "the \(order.role.rawValue) \(order.id) was reached and could not be closed: \(why.english)",
                        fr:
                            "le niveau \(order.role.rawValue) \(order.id) est atteint et n'a pu être fermé : "
                            + why.french)))
            return
        }
        guard refusals == 2 else { return }
        turn.output.alerts.append(
            StrategyAlert(
                .protectionWatched, id,
                Message(
                    "the venue does not hold the \(order.role.rawValue), so the engine watches it: \(why.english)",
                    fr: "la place ne tient pas le niveau \(order.role.rawValue), le moteur le surveille : \(why.french)"
                )))
    }

    mutating func exitFailed(_ id: OrderID, _ reason: Message?, _ turn: inout DeskTurn) {
        desk.closingFailures += 1
        desk.closingNotBefore = turn.now.later(by: .seconds(min(60, 1 << min(6, desk.closingFailures))))
        let why = reason ?? Message("ended at the venue, not by us", fr: "terminé sur la place, pas par nous")
        turn.output.alerts.append(
            StrategyAlert(
                .closeFailed, nil,
                Message(
                    "the position could not be closed, its stop is put back: \(why.english)",
                    fr: "la position n'a pu être fermée, son stop est remis : \(why.french)")))
    }
}
