import Broker
import Market
import Storage
import TestSupport
import Trading
import Wording

@testable import Engine

/// What becomes of calls on their way to the venue and back.
extension DeskSession {
    mutating func arriveLate(_ action: DeskAction) {
        note("  @ late \(action)")
        do throws(BrokerError) {
            switch action {
            case .place(let request): _ = try venue.place(request, &numbers)
            case .placePair(let pair): _ = try venue.placePair(pair)
            case .cancel, .ask, .watch, .unwatch: break
            }
        } catch {
            note("  refused: \(error)")
        }
        checkDoubles()
    }

    /// Whether the call hangs somewhere: sooner than the time after which it counts as lost it arrives.
    private mutating func isLate(_ action: DeskAction, _ id: ClientOrderID) -> Bool {
        guard chance(faults.lateCall) else { return false }
        add(.lateArrival(action), after: numbers.below(9500), life: nil)
        schedule(.sendFailed(id, .outcomeUnknown(Self.fault)), after: 0)
        return true
    }

    mutating func arrive(_ action: DeskAction, _ askedAt: Timestamp) {
        note("  @ \(action)")
        switch action {
        case .place(let request):
            checkWritten(request)
            if isLate(action, request.clientID) { return }
            call(request.clientID) { session throws(BrokerError) in
                [try session.venue.place(request, &session.numbers)]
            }
        case .placePair(let pair):
            guard rows[pair.stopID] != nil, rows[pair.targetID] != nil else {
                return problems.append("a pair was sent that is not written down")
            }
            if isLate(action, pair.stopID) { return }
            call(pair.stopID) { session throws(BrokerError) in try session.venue.placePair(pair) }
        case .cancel(let id, _):
            do throws(BrokerError) {
                if now < keysFailUntil { throw .unauthorised(Self.fault) }
                if chance(faults.notSent) { throw .retryable(Self.fault, after: nil) }
                if chance(faults.lostCall) { throw .outcomeUnknown(Self.fault) }
                let report = try venue.cancel(id)
                if chance(faults.lostAnswer) { throw .outcomeUnknown(Self.fault) }
                schedule(.report(report), after: numbers.below(300))
            } catch {
                schedule(.cancelFailed(id, error), after: numbers.below(300))
            }
        case .ask(let id, _, _):
            if chance(faults.lostQuestion) || now < keysFailUntil { return }
            guard let report = venue.find(id) else {
                return schedule(.unknownAtVenue(id, askedAt: askedAt), after: numbers.below(300))
            }
            let wait = numbers.below(300)
            for var fill in venue.fills(of: id) {
                if numbers.chance(30) { fill.clientID = nil }
                schedule(.fill(fill), after: wait)
            }
            var bare = report
            bare.fills = []
            schedule(.report(bare), after: wait)
        case .watch, .unwatch: break
        }
    }

    private mutating func call(
        _ id: ClientOrderID, _ body: (inout DeskSession) throws(BrokerError) -> [OrderReport]
    ) {
        do throws(BrokerError) {
            if chance(faults.keys) { keysFailUntil = Timestamp(milliseconds: now.milliseconds + 100_000) }
            if now < keysFailUntil { throw .unauthorised(Self.fault) }
            if chance(faults.notSent) { throw .retryable(Self.fault, after: .seconds(1)) }
            if chance(faults.lostCall) { throw .outcomeUnknown(Self.fault) }
            if chance(faults.refusal) { throw .rejected(.other, Self.fault) }
            let reports = try body(&self)
            checkDoubles()
            if chance(faults.lostAnswer) { throw .outcomeUnknown(Self.fault) }
            for var report in reports {
                if numbers.chance(40) { report.fills = [] }
                schedule(.report(report), after: numbers.below(300))
            }
        } catch {
            schedule(.sendFailed(id, error), after: numbers.below(300))
        }
    }

    /// At no time do two orders wait at the venue for one order of the core.
    private mutating func checkDoubles() {
        let numbers = venue.open.map(\.request.clientID.number)
        if Set(numbers).count < numbers.count { problems.append("an order stands twice at the venue: \(numbers)") }
    }

    static let fault = Message("a fault", fr: "une panne")

    /// Somebody else cancels one of our orders at the venue.
    mutating func interfere() {
        guard let order = venue.open.first else { return }
        note("somebody cancels \(order.request.clientID)")
        venue.end(order.request.clientID, .cancelled)
        if let partner = order.partner, venue.orders[partner]?.status.isTerminal == false {
            venue.end(partner, .cancelled)
        }
    }
}
