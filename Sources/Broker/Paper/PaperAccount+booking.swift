import Market
import Trading
import Wording

/// Moving balances: holds, fills, ends.
extension PaperAccount {
    /// Moves what the order holds back from the free balance.
    mutating func hold(_ order: PaperOrder) {
        guard order.locked.isPositive else { return }
        var balance = book.balance(of: order.lockedAsset)
        balance.free -= order.locked
        balance.locked += order.locked
        write(balance)
        tellBalances([order.lockedAsset])
    }

    /// Gives back what an order holds; answers the order without it.
    private mutating func release(_ order: PaperOrder) -> PaperOrder {
        guard order.locked.isPositive else { return order }
        var balance = book.balance(of: order.lockedAsset)
        balance.free += order.locked
        balance.locked -= order.locked
        write(balance)
        var freed = order
        freed.locked = .zero
        write(freed)
        return freed
    }

    /// Ends an order: it is taken out of the fill model, and what it held back is free again.
    ///
    /// Whoever ends one half of a pair ends the other one too, or has moved the hold over to it.
    mutating func end(_ order: PaperOrder, as status: OrderStatus, now: Timestamp) -> OrderReport {
        let held = order.locked.isPositive
        var ended = release(order)
        ended.status = status
        ended.updatedAt = now
        write(ended)
        work(on: order.symbol) { $0.forget(order.number) }
        tell(.orderChanged(ended.report()))
        if held { tellBalances([order.lockedAsset]) }
        return ended.report()
    }

    /// Books a fill: what is paid is rounded up and what is received rounded down, as in the ledger of a backtest.
    mutating func bookFill(_ fill: Fill, at time: Timestamp) -> OrderReport? {
        guard let known = book.orders[Int64(fill.order.number)] else { return nil }
        _ = release(book.holder(of: known))
        guard var order = book.orders[known.number] else { return nil }
        let value: Money
        do {
            value = try fill.price.notional(of: fill.quantity, rounding: order.side == .buy ? .up : .down)
            order.filledValue += try fill.price.notional(of: fill.quantity, rounding: .nearest)
        } catch {
            return end(order, as: .rejected(Self.tooLarge), now: time)
        }
        // A sale never costs more than it brings: the last unit of a fee that was rounded up is let go.
        let fee = order.side == .buy ? fill.fee : min(fill.fee, value)
        move(order, fill.quantity, value, fee)
        order.filledQuantity += fill.quantity
        order.updatedAt = time
        // What the balance did not cover is dropped.
        order.status = order.filledQuantity < order.quantity ? .expired : .filled
        let report = FillReport(
            id: FillID(String(takeFillNumber())), venueOrderID: order.venueID, clientID: order.request.clientID,
            symbol: order.symbol, side: order.side, price: fill.price, quantity: fill.quantity,
            fee: Fee(amount: fee.value, asset: order.symbol.quote), time: time, isMaker: fill.isMaker)
        write(order)
        write(report)
        work(on: order.symbol) { $0.forget(order.number) }
        tell(.orderChanged(order.report(fills: [report])))
        tell(.filled(report))
        tellBalances([order.symbol.base, order.symbol.quote])
        if let partner = order.partner.flatMap({ book.orders[$0] }) { _ = end(partner, as: .expired, now: time) }
        return order.report(fills: [report])
    }

    private mutating func move(_ order: PaperOrder, _ quantity: Quantity, _ value: Money, _ fee: Money) {
        var base = book.balance(of: order.symbol.base)
        var quote = book.balance(of: order.symbol.quote)
        if order.side == .buy {
            base.free += quantity.value
            quote.free -= (value + fee).value
        } else {
            base.free -= quantity.value
            quote.free += (value - fee).value
        }
        write(base)
        write(quote)
    }
}
