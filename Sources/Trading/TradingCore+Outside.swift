import Market
import Wording

/// What did not come of the strategy: a position closed by somebody else, taken away, or too small to be sold.
extension TradingCore {
    /// What ended a trade, other than a fill too.
    struct TradeEnd {
        var time: Timestamp
        var index: Int
        var price: Price
        var reason: String
        var order: OrderID
        var isAmbiguous = false
    }

    /// The part of a quantity that the symbol's step lets trade.
    func tradable(_ quantity: Quantity) -> Quantity {
        quantity.rounded(toStep: settings.rules.quantityStep, rounding: .down)
    }

    mutating func closePosition(_ reason: String, at time: Timestamp, into actions: inout [TradingAction]) {
        now = time
        guard !ledger.isFlat else { return }
        // As if the strategy had asked for it after everything that it did ask for.
        let id = nextOrderID
        nextOrderID = OrderID(id.number + 1)
        exit(reason, id, &actions)
    }

    /// The missing part is closed, oldest lots first, at the last close, which is the only price there is, without fee.
    mutating func losePosition(downTo held: Quantity, at time: Timestamp, into actions: inout [TradingAction]) {
        now = time
        let known = ledger.quantity
        var missing = known - max(held, .zero)
        guard missing.value.isPositive else { return }
        note(
            .conflict, nil,
            Message(
                "the broker holds \(held) of a position of \(known): the rest counts as closed at the last close",
                fr: "le courtier détient \(held) d'une position de \(known) : le reste est compté comme fermé à la "
                    + "dernière clôture"), &actions)
        while missing.value.isPositive, let lot = ledger.lots.first {
            let part = min(missing, lot.quantity)
            let left = lot.quantity - part
            let price = Price(lastClose, rounding: .nearest).flatMap { $0.value.isPositive ? $0 : nil }
            do {
                let piece = try ledger.close(
                    lotAt: 0, quantity: part, price: price ?? lot.entryPrice, fee: .zero,
                    writesOffRest: !tradable(left).value.isPositive)
                missing -= part
                record(
                    piece,
                    TradeEnd(
                        time: time, index: max(lastIndex, lot.entryIndex), price: price ?? lot.entryPrice,
                        reason: "closed_outside", order: lot.id.order), &actions)
            } catch {
                break
            }
        }
        refreshPosition()
        if !orders.isEmpty { sumUpOrders() }
    }

    /// Whether this much, left of the only lot, is all there is, less than a step, and nothing may still add to it.
    func isDust(_ left: Quantity) -> Bool {
        ledger.lots.count == 1 && !tradable(left).value.isPositive && !mayGrow
    }

    private var mayGrow: Bool { orders.contains { $0.role == .decided && !$0.reduceOnly } }

    /// Writes off a position of less than a step: nothing will ever sell it. Not while an order may still add to it.
    mutating func dropDust(after id: OrderID, _ actions: inout [TradingAction]) {
        guard !ledger.isFlat, !tradable(ledger.quantity).value.isPositive, !mayGrow else { return }
        noteDust(ledger.quantity, id, &actions)
        while let lot = ledger.lots.first {
            do {
                let piece = try ledger.close(
                    lotAt: 0, quantity: .zero, price: lot.entryPrice, fee: .zero, writesOffRest: true)
                record(
                    piece,
                    TradeEnd(
                        time: now, index: max(lastIndex, lot.entryIndex), price: lot.entryPrice, reason: "dust",
                        order: id), &actions)
            } catch {
                // Nothing is multiplied by more than zero: this cannot overflow.
                break
            }
        }
        refreshPosition()
    }

    func noteDust(_ quantity: Quantity, _ id: OrderID, _ actions: inout [TradingAction]) {
        note(
            .dust, id,
            Message(
                "\(quantity) \(settings.symbol.base) is less than can be sold: written off at its cost",
                fr: "\(quantity) \(settings.symbol.base) est moins que ce qui peut être vendu : passé en perte à son "
                    + "coût"), &actions)
    }
}
