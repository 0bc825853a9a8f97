import Market
import Storage
import Trading

/// What the strategies of an account have open together, kept up as each of them changes.
struct AccountStanding: Sendable {
    private struct Share {
        var exposure = Money.zero
        var unanswered = Money.zero
        var quote = ""
        var isHolding: Bool { !exposure.value.isZero }
    }

    private var shares: [ActiveStrategyID: Share] = [:]
    /// Value of all positions and of what waits to open or add, in quote currency.
    private(set) var exposure = Money.zero
    /// Strategies that hold a position or wait to open one.
    private(set) var holders = 0
    /// Value of orders that open and that the venue has not answered yet, by quote asset.
    private var unanswered: [String: Money] = [:]

    func unanswered(in asset: String) -> Money { unanswered[asset] ?? .zero }
    func isHolding(_ id: ActiveStrategyID) -> Bool { shares[id]?.isHolding ?? false }

    /// Takes in how a strategy stands now.
    mutating func follow(_ running: RunningStrategy, _ id: ActiveStrategyID) {
        let core = running.core
        if core.orders.isEmpty, core.ledger.isFlat {
            if shares[id] != nil { forget(id) }
            return
        }
        forget(id)
        var share = Share(quote: core.settings.symbol.quote)
        for lot in core.ledger.lots { share.exposure += lot.value }
        for order in core.orders where order.lot == nil && !order.reduceOnly && order.role == .decided {
            let value = Self.value(of: order, at: core.lastDecisionPoint.close)
            share.exposure += value
            if case .pendingNew = order.state { share.unanswered += value }
        }
        guard share.isHolding else { return }
        shares[id] = share
        exposure += share.exposure
        holders += 1
        unanswered[share.quote, default: .zero] += share.unanswered
    }

    mutating func forget(_ id: ActiveStrategyID) {
        guard let share = shares.removeValue(forKey: id) else { return }
        exposure -= share.exposure
        holders -= 1
        unanswered[share.quote, default: .zero] -= share.unanswered
    }

    /// What is left of an order, at its limit or at the last close; zero where that cannot be counted.
    private static func value(of order: Order, at close: Double) -> Money {
        let price = order.limitPrice ?? Price(close, rounding: .up)
        // Beyond what an amount can hold: the core has refused such an order.
        return (try? price?.notional(of: order.quantity - order.filledQuantity, rounding: .up)) ?? .zero
    }
}
