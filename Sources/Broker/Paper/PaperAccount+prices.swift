import Market
import Trading
import Wording

/// Prices as they come in, and what they fill.
extension PaperAccount {
    /// Takes in a bar and all that it fills.
    public mutating func take(_ bar: MatchingBar, on symbol: Symbol) {
        begin(bar, on: symbol)
        // Each step fills, refuses, triggers or ends one order; an order is triggered once at most.
        while step(on: symbol) {}
    }

    /// Begins a bar; its first event is `step`'s. A bar that is not worked off yet is given up.
    public mutating func begin(_ bar: MatchingBar, on symbol: Symbol) {
        guard let desk = desks[symbol] else { return }
        let waiting = desk.waiting
        work(on: symbol) { desk in
            desk.waiting = []
            desk.immediate = []
            desk.lastPrice = bar.open
            desk.phase = .open
            desk.bar = bar
            desk.matching.begin(bar)
        }
        for number in waiting {
            guard let order = book.orders[number] else { continue }
            let sized = size(order, at: bar.open)
            if let refusal = sized.map(sizeRefusal) ?? Self.tooLarge {
                _ = end(order, as: .rejected(refusal), now: bar.time)
                continue
            }
            guard let sized else { continue }
            if sized != order { write(sized) }
            work(on: symbol) { desk in
                if case .limit(let price, _) = order.request.instruction {
                    desk.matching.place(sized.matchingOrder(remaining: .limit(price)))
                    desk.immediate.append(number)
                } else {
                    desk.matching.place(sized.matchingOrder(remaining: .market))
                }
            }
        }
    }

    /// Does the next thing that the bar leads to; false when it is worked off.
    public mutating func step(on symbol: Symbol) -> Bool {
        guard let desk = desks[symbol], let bar = desk.bar else { return false }
        let funds = book
        if desk.phase == .open {
            if let event = work(on: symbol, { $0.matching.nextAtOpen(funds) }) ?? nil {
                _ = perform(event, at: bar.time)
                return true
            }
            // What had to be served at the open and was not is dropped before the range is looked at.
            for number in desk.immediate {
                if let order = book.orders[number] { _ = end(order, as: .expired, now: bar.time) }
            }
            work(on: symbol) { desk in
                desk.immediate = []
                desk.phase = .inside
            }
        }
        guard desks[symbol]?.phase == .inside else { return false }
        if let event = work(on: symbol, { $0.matching.nextInside(funds) }) ?? nil {
            work(on: symbol) { $0.lastPrice = $0.matching.priceReached }
            _ = perform(event, at: bar.time)
            return true
        }
        work(on: symbol) { desk in
            desk.phase = .idle
            desk.lastPrice = bar.close
        }
        return false
    }

    /// Books what the fill model did; answers the order as it is then.
    mutating func perform(_ event: MatchingEvent, at time: Timestamp) -> OrderReport? {
        switch event {
        case .filled(let fill, _): return bookFill(fill, at: time)
        case .refused(let id, let reason):
            guard let order = book.orders[Int64(id.number)] else { return nil }
            let report = end(order, as: .rejected(reason), now: time)
            if let partner = order.partner.flatMap({ book.orders[$0] }) { _ = end(partner, as: .expired, now: time) }
            return report
        case .triggered(let id, let price): return trigger(Int64(id.number), at: price, time)
        }
    }

    /// An order whose trigger was touched becomes a market order at that price, or a limit order.
    private mutating func trigger(_ number: Int64, at price: Double, _ time: Timestamp) -> OrderReport? {
        guard var order = book.orders[number] else { return nil }
        order.isTriggered = true
        order.updatedAt = time
        if let partner = order.partner.flatMap({ book.orders[$0] }) {
            // The hold goes over to the half that lives on.
            order.locked = book.holder(of: order).locked
            order.partner = nil
            var other = partner
            other.locked = .zero
            write(order)
            write(other)
            _ = end(other, as: .expired, now: time)
        } else {
            write(order)
        }
        if order.request.instruction.isLimited {
            tell(.orderChanged(order.report()))
            rest(order)
            return order.report()
        }
        let funds = book
        let taker = order.matchingOrder(remaining: .market)
        guard let event = work(on: order.symbol, { $0.matching.take(taker, at: price, funds) }) else { return nil }
        return perform(event, at: time)
    }

    /// The order with its quantity in base: an amount in quote currency is turned into what it buys or sells at the
    /// price an order pays there, rounded down to the step. Nil when that cannot be counted.
    func size(_ order: PaperOrder, at price: Double) -> PaperOrder? {
        guard case .quote(let money) = order.request.amount, let desk = desks[order.symbol] else { return order }
        do {
            guard let exact = FixedDecimal(price, rounding: .nearest),
                let taken = try desk.pricing.taken(exact, side: order.side)
            else { return nil }
            var sized = order
            sized.quantity = try money.quantity(at: taken, rounding: .down)
                .rounded(toStep: desk.rules.quantityStep, rounding: .down)
            return sized
        } catch {
            return nil
        }
    }
}
