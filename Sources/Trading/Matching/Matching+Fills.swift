import Market
import Wording

/// Turning a reached order into a fill: price, cut to position and cash, fee.
extension Matching {
    mutating func takeMarket(
        _ order: Order, at price: Double, _ funds: some MatchingFunds, isAmbiguous: Bool = false
    ) -> MatchingEvent {
        do {
            // A stop that fills at its own price keeps the exact one; the Double is only its shadow.
            let exact: FixedDecimal?
            if let stop = order.stopPrice, stop.value.double == price {
                exact = stop.value
            } else {
                exact = FixedDecimal(price, rounding: .nearest)
            }
            guard let exact, let taken = try pricing.taken(exact, side: order.side) else {
                return .refused(order.id, Self.noPrice(price))
            }
            return try fill(order, at: taken, isMaker: false, funds, isAmbiguous: isAmbiguous)
        } catch {
            return .refused(order.id, Self.tooLarge)
        }
    }

    mutating func takeLimit(
        _ order: Order, at price: Double, _ funds: some MatchingFunds, isAmbiguous: Bool = false
    ) -> MatchingEvent {
        do {
            let exact: FixedDecimal?
            if let limit = order.limitPrice, limit.value.double == price {
                exact = limit.value
            } else {
                exact = FixedDecimal(price, rounding: .nearest)
            }
            guard let exact, exact.isPositive else { return .refused(order.id, Self.noPrice(price)) }
            return try fill(order, at: Price(exact), isMaker: true, funds, isAmbiguous: isAmbiguous)
        } catch {
            return .refused(order.id, Self.tooLarge)
        }
    }

    private mutating func fill(
        _ order: Order, at price: Price, isMaker: Bool, _ funds: some MatchingFunds, isAmbiguous: Bool
    ) throws(FixedDecimal.Failure) -> MatchingEvent {
        let wanted = order.quantity - order.filledQuantity
        let reducible = funds.reducible(by: order)
        let opens = !order.reduceOnly && !(market == .spot && order.side == .sell)
        var quantity = wanted
        var reason: Message?
        var cash = Money.zero
        if quantity > reducible {
            if opens {
                cash = try funds.cash(for: order, afterClosing: reducible, at: price, isMaker: isMaker, pricing)
                // Buying back and selling on must not be compared with more cash than one order can have.
                let addable = try pricing.affordable(cash, at: price, isMaker: isMaker)
                if quantity > reducible + addable {
                    quantity = reducible + addable
                    reason = Message(
                        "cash \(cash) covers \(quantity) of \(wanted) at \(price)",
                        fr: "les liquidités \(cash) couvrent \(quantity) sur \(wanted) à \(price)")
                }
            } else {
                quantity = reducible
                reason = Message(
                    "the position holds \(quantity) of \(wanted)", fr: "la position contient \(quantity) sur \(wanted)")
            }
        }
        guard quantity.value.isPositive else {
            return .refused(order.id, opens ? Self.noCash(cash, price) : Self.noPosition)
        }
        if let refusal = reason == nil || order.role != .decided
            ? nil : pricing.rules.refusal(of: quantity, at: price)
        {
            return .refused(order.id, refusal)
        }
        fillCount += 1
        let fill = Fill(
            id: FillID(number: fillCount), order: order.id, side: order.side, price: price, quantity: quantity,
            fee: try pricing.fee(quantity, at: price, isMaker: isMaker), time: bar.time, index: bar.index,
            isMaker: isMaker, isAmbiguous: isAmbiguous)
        let total = order.filledQuantity + quantity
        return .filled(fill, cut: reason.map { MatchingEvent.Cut(quantity: total, reason: $0) })
    }

    private static var tooLarge: Message {
        Message("the amount is too large to be counted", fr: "le montant est trop grand pour être compté")
    }

    private static var noPosition: Message {
        Message("there is no position left to reduce", fr: "il ne reste aucune position à réduire")
    }

    private static func noCash(_ cash: Money, _ price: Price) -> Message {
        Message(
            "cash \(cash) covers no quantity at \(price)", fr: "les liquidités \(cash) ne couvrent rien à \(price)")
    }

    private static func noPrice(_ price: Double) -> Message {
        Message("\(price) is no price to trade at", fr: "\(price) n'est pas un prix auquel traiter")
    }
}

extension InstrumentRules {
    /// Why the symbol's rules refuse this quantity at this price, or nil.
    public func refusal(of quantity: Quantity, at price: Price) -> Message? {
        if let least = minimumQuantity, quantity < least {
            return Message(
                "quantity \(quantity) is below the symbol's minimum of \(least)",
                fr: "la quantité \(quantity) est sous le minimum du symbole, \(least)")
        }
        if let most = maximumQuantity, most < quantity {
            return Message(
                "quantity \(quantity) is above the symbol's maximum of \(most)",
                fr: "la quantité \(quantity) dépasse le maximum du symbole, \(most)")
        }
        guard minimumNotional != nil || maximumNotional != nil else { return nil }
        let value: Money
        do {
            value = try price.notional(of: quantity, rounding: .down)
        } catch {
            return Message("the order's value is too large", fr: "la valeur de l'ordre est trop grande")
        }
        if let least = minimumNotional, value < least {
            return Message(
                "order value \(value) is below the symbol's minimum of \(least)",
                fr: "la valeur de l'ordre \(value) est sous le minimum du symbole, \(least)")
        }
        if let most = maximumNotional, most < value {
            return Message(
                "order value \(value) is above the symbol's maximum of \(most)",
                fr: "la valeur de l'ordre \(value) dépasse le maximum du symbole, \(most)")
        }
        return nil
    }
}
