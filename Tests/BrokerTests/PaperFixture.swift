import Broker
import Market
import Trading

/// One market, one account and short words for orders and bars.
enum PaperFixture {
    static let symbol = try! Symbol("BTC/USDT")
    static let other = try! Symbol("ETH/USDT")
    static let rules = InstrumentRules(
        quantityStep: Quantity(FixedDecimal("0.001")!), priceTick: Price(FixedDecimal("0.01")!),
        minimumQuantity: Quantity(FixedDecimal("0.001")!), maximumQuantity: Quantity(1000),
        minimumNotional: Money(10))

    static func instrument(_ symbol: Symbol = symbol, isTrading: Bool = true) -> Instrument {
        Instrument(
            symbol: symbol, rules: rules, isTrading: isTrading, orderKinds: Set(OrderKindName.allCases),
            hasOrderPairs: true)
    }

    static func settings(_ fill: PaperMarketFill = .nextPrice) throws -> PaperAccountSettings {
        try PaperAccountSettings(
            fees: FeeRates(maker: FixedDecimal("0.001")!, taker: FixedDecimal("0.002")!),
            slippage: .zero, marketFill: fill)
    }

    static func account(
        cash: FixedDecimal, base: FixedDecimal = .zero, fill: PaperMarketFill = .nextPrice
    ) throws -> PaperAccount {
        var account = try PaperAccount(
            PaperSnapshot(settings: settings(fill)), instruments: [instrument(), instrument(other)])
        try account.credit(cash, of: "USDT")
        if base.isPositive { try account.credit(base, of: "BTC") }
        _ = account.takeChanges()
        return account
    }

    static func time(_ minute: Int64) -> Timestamp { Timestamp(milliseconds: minute * 60_000) }

    static func bar(_ open: Double, _ high: Double, _ low: Double, _ close: Double, minute: Int64 = 0) -> MatchingBar {
        MatchingBar(open: open, high: high, low: low, close: close, time: time(minute), index: 0)
    }

    static func tick(_ price: Double, minute: Int64 = 0) -> MatchingBar {
        bar(price, price, price, price, minute: minute)
    }

    static func order(
        _ number: Int, _ side: Side, _ instruction: OrderInstruction, _ quantity: FixedDecimal,
        on symbol: Symbol = symbol
    ) -> OrderRequest {
        OrderRequest(
            clientID: ClientOrderID(prefix: "t", number: number), symbol: symbol, side: side,
            instruction: instruction, amount: .base(Quantity(quantity)))
    }

    static func pair(
        _ number: Int, _ side: Side, _ quantity: FixedDecimal, target: FixedDecimal, stop: FixedDecimal,
        limit: FixedDecimal? = nil
    ) -> OrderPairRequest {
        OrderPairRequest(
            symbol: symbol, side: side, quantity: Quantity(quantity), target: Price(target),
            targetID: ClientOrderID(prefix: "t", number: number), stop: Price(stop), stopLimit: limit.map { Price($0) },
            stopID: ClientOrderID(prefix: "t", number: number + 1))
    }
}
