import Market
import Trading

/// The balances of a paper account and the orders that hold some of them back: what an order can be served from.
struct PaperBook: Sendable {
    private(set) var balances: [String: Balance] = [:]
    /// Open ones, by number.
    private(set) var orders: [Int64: PaperOrder] = [:]
    private(set) var numbers: [ClientOrderID: Int64] = [:]

    func balance(of asset: String) -> Balance {
        balances[asset] ?? Balance(asset: asset, free: .zero, locked: .zero)
    }

    mutating func set(_ balance: Balance) {
        balances[balance.asset] = balance
    }

    /// Keeps the order as it is now; one that is over is forgotten.
    mutating func set(_ order: PaperOrder) {
        if order.status.isTerminal {
            orders[order.number] = nil
            numbers[order.request.clientID] = nil
        } else {
            orders[order.number] = order
            numbers[order.request.clientID] = order.number
        }
    }

    /// The order that holds back what this one is served from: the target for both halves of a pair.
    func holder(of order: PaperOrder) -> PaperOrder {
        guard order.locked.isZero, let partner = order.partner, let other = orders[partner] else { return order }
        return other
    }

    /// What the order can have: the free balance and what is held back for it.
    func available(to order: PaperOrder) -> FixedDecimal {
        balance(of: order.lockedAsset).free + holder(of: order).locked
    }
}

extension PaperBook: MatchingFunds {
    /// What is held on spot can only be sold, which an order's side says already.
    var direction: Direction? { nil }

    func reducible(by order: Order) -> Quantity {
        guard order.side == .sell, let known = orders[Int64(order.id.number)] else { return .zero }
        return Quantity(available(to: known))
    }

    func cash(
        for order: Order, afterClosing quantity: Quantity, at price: Price, isMaker: Bool, _ pricing: FillPricing
    ) -> Money {
        orders[Int64(order.id.number)].map { Money(available(to: $0)) } ?? .zero
    }
}
