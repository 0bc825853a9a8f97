import Broker
import Market
import Storage
import TestSupport
import Trading

@testable import Engine

/// A random strategy on a random market, and what must be true once everything is quiet.
extension DeskSession {
    mutating func runMinutes(_ count: Int) {
        for _ in 0..<count where problems.isEmpty { runMinute() }
        comeToRest()
    }

    private mutating func runMinute() {
        let start = now
        let opened = venue.price
        var high = venue.price
        var low = venue.price
        for part in 1...6 {
            run(until: Timestamp(milliseconds: start.milliseconds + Int64(part) * 10_000 - 1))
            let cents = venue.price.value.units / FixedDecimal("0.01")!.units
            let moved = max(2000, cents + Int128(numbers.below(161)) - 80)
            movePrice(to: Price(FixedDecimal(units: moved * FixedDecimal("0.01")!.units)))
            high = max(high, venue.price)
            low = min(low, venue.price)
            if faults.interference > 0, numbers.below(1000) < faults.interference { interfere() }
        }
        run(until: Timestamp(milliseconds: start.milliseconds + 60_000))
        let index = terms.candleIndex(at: start)
        schedule(
            .candleClosed(
                Candle(
                    openTime: terms.timeframe.openTime(containing: start), open: opened.value.double,
                    high: high.value.double, low: low.value.double, close: venue.price.value.double, volume: 1),
                index: index), after: 0)
        schedule(
            .decided(
                intents(),
                at: DecisionPoint(time: start, index: index, close: venue.price.value.double)), after: 1)
        if numbers.chance(50) { schedule(.look, after: 30) }
        // The balance as it is now, told a while later.
        schedule(.holding(venue.base, askedAt: now), after: numbers.below(40_000))
    }

    mutating func movePrice(to price: Price) {
        venue.move(to: price, &numbers)
        checkWatches()
    }

    private mutating func intents() -> [Intent] {
        var intents: [Intent] = []
        while numbers.chance(40), intents.count < 3 { intents.append(intent()) }
        return intents
    }

    private mutating func intent() -> Intent {
        let close = venue.price.value.double
        let value = Double(50 + numbers.below(2000))
        switch numbers.below(14) {
        case 0, 1, 2:
            return .enter(
                EntryIntent(
                    .long, size: .value(value), stop: numbers.chance(85) ? .distance(distance()) : nil,
                    target: numbers.chance(70) ? .distance(distance()) : nil))
        case 3: return .exit(reason: "")
        case 4, 5, 6:
            return .submit(
                OrderIntent(
                    .buy, size: .value(value), limit: numbers.chance(60) ? close * (1 - distance() / 4) : nil,
                    stop: numbers.chance(70) ? close * (1 - distance()) : nil,
                    take: numbers.chance(60) ? close * (1 + distance()) : nil,
                    expires: numbers.chance(30) ? 1 + numbers.below(3) : nil))
        case 7, 8:
            return .submit(
                OrderIntent(
                    .sell, size: .value(value), limit: numbers.chance(60) ? close * (1 + distance() / 4) : nil,
                    expires: numbers.chance(30) ? 1 + numbers.below(3) : nil))
        case 9:
            let open = strategy.openOrders.filter { $0.role == .decided }
            return .cancel(open.isEmpty ? OrderID(999_999) : open[numbers.below(open.count)].id)
        case 10, 11: return .moveStop(numbers.chance(85) ? close * (1 - distance() / 2) : nil)
        case 12: return .moveTarget(numbers.chance(85) ? close * (1 + distance() / 2) : nil)
        default: return .moveStop(close * (1 + distance() / 8))
        }
    }

    private mutating func distance() -> Double { Double(2 + numbers.below(40)) / 1000 }

    // MARK: Rest

    /// No fault any more, no new decision, the price stands still: everything under way comes to its end.
    mutating func comeToRest() {
        faults = .none
        survey()
        schedule(.holding(venue.base), after: 100_000)
        for _ in 0..<8 where problems.isEmpty {
            venue.finishMarketOrders(&numbers)
            checkWatches()
            schedule(.look, after: 0)
            run(until: Timestamp(milliseconds: now.milliseconds + 61_000))
        }
        checkRest()
    }

    private mutating func checkRest() {
        guard problems.isEmpty else { return }
        checkVenue()
        checkLedger()
        for lot in strategy.core.ledger.lots { checkProtection(of: lot) }
        var again = strategy
        let output = again.handle(.look, now: now)
        if !output.isEmpty || !output.sends.isEmpty { problems.append("a quiet look asks for \(output.sends)") }
    }

    private mutating func checkVenue() {
        if !venue.reusedNames.isEmpty { problems.append("names sent twice: \(venue.reusedNames)") }
        for alert in alerts where alert.kind == .conflict || alert.kind == .positionLost {
            problems.append("\(alert.kind): \(alert.message)")
        }
        if !venue.uncovered.isEmpty { problems.append("sold more than was free: \(venue.uncovered)") }
        let missing = venue.fills.filter { !bookedFills.contains($0.id) }
        if !missing.isEmpty { problems.append("fills never booked: \(missing.map(\.id))") }
        let known = Set(strategy.desk.known.map(\.clientID))
        let strangers = venue.open.map(\.request.clientID).filter { !known.contains($0) }
        if !strangers.isEmpty { problems.append("forgotten at the venue: \(strangers)") }
        let unsettled = Set(rows.values.filter { !$0.isOver }.map(\.request.clientID))
        if unsettled != known { problems.append("rows not over \(unsettled), known \(known)") }
        for id in known where strategy.desk.known.first(where: { $0.clientID == id })?.phase == .open {
            if venue.orders[id]?.status.isTerminal != false { problems.append("\(id) is not open at the venue") }
        }
        let core = Set(strategy.openOrders.map(\.id))
        for id in known where !core.contains(OrderID(id.number)) { problems.append("\(id) is of no open order") }
    }

    private mutating func checkLedger() {
        let ledger = strategy.core.ledger
        if ledger.quantity + ledger.dust != venue.base {
            problems.append("the books hold \(ledger.quantity), dust \(ledger.dust), the venue \(venue.base)")
        }
        // What is bound in lots is their cost; all else is the cash that the venue has, to the last digit.
        let spent = Money(1_000_000) - venue.quote
        let paid = Money(10_000) - ledger.cash
        if spent != paid { problems.append("the venue took \(spent), the books paid \(paid)") }
        let bound = ledger.lots.reduce(Money.zero) { $0 + $1.value + $1.fees }
        let profit = trades.reduce(Money.zero) { $0 + $1.profit }
        if -paid != profit - bound { problems.append("profits \(profit) and lots \(bound) are not the cash \(-paid)") }
    }

    private mutating func checkProtection(of lot: Lot) {
        let step = terms.settings.rules.quantityStep
        let quantity = lot.quantity.rounded(toStep: step, rounding: .down)
        guard lot.stop != nil, quantity.value.isPositive else { return }
        guard let order = strategy.openOrders.first(where: { $0.lot == lot.id && $0.role == .stop }) else {
            return problems.append("lot \(lot.id.order) has a stop and no order for it")
        }
        // Reached, and refused by the venue again and again: it is tried on, and the owner knows.
        if let note = strategy.desk.notes[order.id], note.isDue, note.notBefore != nil {
            return alerts.contains { $0.kind == .closeFailed } ? () : problems.append("a stop that fails, untold")
        }
        let live = strategy.desk.known.filter { $0.coreID == order.id }
        guard live.count == 1, let stop = live.first else {
            return problems.append("the stop of lot \(lot.id.order) stands \(live.count) times")
        }
        let held = venue.orders[stop.clientID].map(\.remaining)
        let watched = armed[stop.clientID].map { _ in stop.remaining }
        if held ?? watched != quantity {
            problems.append("lot of \(quantity): its stop holds \(held ?? watched ?? .zero)")
        }
    }
}
