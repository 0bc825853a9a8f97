import Market

/// What an order can be served from; `Matching` asks when an order is reached.
///
/// A backtest has the ledger of one strategy, a paper account the balances of all its symbols.
public protocol MatchingFunds {
    /// Which way what is held gains; nil where nothing is held.
    var direction: Direction? { get }
    /// How much of the order makes the position smaller.
    func reducible(by order: Order) -> Quantity
    /// The cash the order can have once that much of the position, oldest lots first, is closed at the price.
    func cash(
        for order: Order, afterClosing quantity: Quantity, at price: Price, isMaker: Bool, _ pricing: FillPricing
    ) throws(FixedDecimal.Failure) -> Money
}

extension Ledger: MatchingFunds {
    public func reducible(by order: Order) -> Quantity {
        guard let direction, order.side == direction.exitSide else { return .zero }
        if let lot = order.lot { return lotIndex(lot).map { lots[$0].quantity } ?? .zero }
        return quantity
    }

    public func cash(
        for order: Order, afterClosing quantity: Quantity, at price: Price, isMaker: Bool, _ pricing: FillPricing
    ) throws(FixedDecimal.Failure) -> Money {
        guard quantity.value.isPositive else { return cash }
        var trial = self
        var rest = quantity
        while rest.value.isPositive, let lot = trial.lots.first {
            let part = min(rest, lot.quantity)
            let fee = try pricing.fee(part, at: price, isMaker: isMaker)
            _ = try trial.close(lotAt: 0, quantity: part, price: price, fee: fee)
            rest -= part
        }
        return trial.cash
    }
}
