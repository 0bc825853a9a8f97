import Market
import TestExchange

/// What the exchange itself knows of an account, read from its core and not over the wire.
struct ExchangeBooks: Sendable {
    struct Order: Sendable {
        var id: String
        var clientID: String
        var symbol: String
        var side: Side
        var kind: OrderKind
        var status: OrderStatus
        var quantity: FixedDecimal
        var executed: FixedDecimal

        var isOpen: Bool { status.isOpen }
    }

    struct Trade: Sendable, Hashable {
        var symbol: String
        var id: String
        var order: String
        var side: Side
        var price: FixedDecimal
        var quantity: FixedDecimal
        var fee: FixedDecimal
        var feeAsset: String
    }

    var orders: [Order] = []
    var trades: [Trade] = []
    /// Free and locked together.
    var balances: [String: FixedDecimal] = [:]
    var steps: [String: FixedDecimal] = [:]
    /// Last prices, and the least value of an order.
    var prices: [String: FixedDecimal] = [:]
    var minimums: [String: FixedDecimal] = [:]

    var open: [Order] { orders.filter(\.isOpen) }

    init(_ core: ExchangeCore, account: AccountID) throws {
        for (number, market) in core.markets.enumerated() {
            let symbol = "\(market.base)/\(market.quote)"
            steps[symbol] = market.lot
            prices[symbol] = core.lastPrice(MarketID(number))
            for case .notional(let minimum, _, _, _, _) in market.filters { minimums[symbol] = minimum }
            try readOrders(core, MarketID(number), symbol, account)
            try readTrades(core, MarketID(number), symbol, account)
        }
        for balance in core.accountState(account)?.balances ?? [] { balances["\(balance.asset)"] = balance.total }
    }

    private mutating func readOrders(
        _ core: ExchangeCore, _ market: MarketID, _ symbol: String, _ account: AccountID
    ) throws {
        var from: OrderID? = OrderID(0)
        while let first = from {
            let page = try core.allOrders(OrderHistoryQuery(market: market, from: first, limit: 1000), account: account)
            orders += page.map { order in
                Order(
                    id: "\(order.id.rawValue)", clientID: order.clientOrderID, symbol: symbol, side: order.side,
                    kind: order.kind, status: order.status, quantity: order.quantity,
                    executed: order.executedQuantity)
            }
            from = page.count < 1000 ? nil : page.last.map { OrderID($0.id.rawValue + 1) }
        }
    }

    private mutating func readTrades(
        _ core: ExchangeCore, _ market: MarketID, _ symbol: String, _ account: AccountID
    ) throws {
        var from: TradeID? = TradeID(0)
        while let first = from {
            let page = try core.trades(TradeHistoryQuery(market: market, from: first, limit: 1000), account: account)
            trades += page.map { trade in
                Trade(
                    symbol: symbol, id: "\(trade.id.rawValue)", order: "\(trade.orderID.rawValue)",
                    side: trade.isBuyer ? .buy : .sell, price: trade.price, quantity: trade.quantity,
                    fee: trade.commission, feeAsset: "\(trade.commissionAsset)")
            }
            from = page.count < 1000 ? nil : page.last.map { TradeID($0.id.rawValue + 1) }
        }
    }
}
