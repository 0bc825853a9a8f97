import Market
import Testing

@testable import TestExchange

/// What is wrong with an order, and how the exchange says it.
@Suite struct RefusalTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let order: NewOrder
        let code: Int
        let text: String

        init(_ name: String, _ code: Int, _ text: String, _ change: (inout NewOrder) -> Void) {
            testDescription = name
            var order = NewOrder(
                market: Bourse.market, side: .buy, kind: .limit, timeInForce: .goodTillCancel, quantity: 1, price: 90)
            change(&order)
            self.order = order
            self.code = code
            self.text = text
        }
    }

    static func missing(_ name: String) -> String {
        "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed."
    }

    static let cases: [Case] = [
        Case("no quantity", -1102, missing("quantity")) { $0.quantity = nil },
        Case("no price", -1102, missing("price")) { $0.price = nil },
        Case("no time in force", -1102, missing("timeInForce")) { $0.timeInForce = nil },
        Case("a limit with a stop", -1106, "Parameter 'stopPrice' sent when not required.") { $0.stopPrice = 80 },
        Case("a market order with a price", -1106, "Parameter 'price' sent when not required.") { $0.kind = .market },
        Case(
            "a market order without any quantity", -1102,
            "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"
        ) {
            $0.kind = .market
            $0.quantity = nil
            $0.price = nil
            $0.timeInForce = nil
        },
        Case(
            "a stop without its price", -1102,
            "Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!"
        ) { $0.kind = .stopLossLimit },
        Case("too fine a quantity", -1111, "Parameter 'quantity' has too much precision.") {
            $0.quantity = decimal("1.000000001")
        },
        Case("too fine a price", -1111, "Parameter 'price' has too much precision.") {
            $0.price = decimal("90.000000001")
        },
        Case("no quantity at all", -1013, "Invalid quantity.") { $0.quantity = 0 },
        Case("a negative price", -1013, "Invalid price.") { $0.price = -1 },
        Case("a price off the tick", -1013, "Filter failure: PRICE_FILTER") { $0.price = decimal("90.005") },
        Case("a stop off the tick", -1013, "Filter failure: PRICE_FILTER") {
            $0.kind = .stopLossLimit
            $0.stopPrice = decimal("110.001")
        },
        Case("a price beyond all", -1013, "Filter failure: PRICE_FILTER") { $0.price = 100_000_000_000 },
        Case("a quantity off the step", -1013, "Filter failure: LOT_SIZE") { $0.quantity = decimal("1.0005") },
        Case("a quantity beyond all", -1013, "Filter failure: LOT_SIZE") { $0.quantity = 10_000_000_000_000 },
        Case("a small value", -1013, "Filter failure: NOTIONAL") { $0.quantity = decimal("0.01") },
        Case("a large value", -1013, "Filter failure: NOTIONAL") { $0.quantity = 200_000 },
        Case("a price far below", -1013, "Filter failure: PERCENT_PRICE_BY_SIDE") {
            $0.price = 19
            $0.quantity = 10
        },
        Case("a price far above", -1013, "Filter failure: PERCENT_PRICE_BY_SIDE") { $0.price = 501 },
        Case("a small market order", -1013, "Filter failure: NOTIONAL") {
            $0.kind = .market
            $0.price = nil
            $0.timeInForce = nil
            $0.quantity = decimal("0.009")
        },
        Case("a trailing delta out of bounds", -1013, "Filter failure: TRAILING_DELTA") {
            $0.kind = .stopLossLimit
            $0.trailingDelta = 9
        },
        Case("an iceberg", -1013, "Iceberg orders are not supported for this symbol.") { $0.icebergQuantity = 1 },
        Case("a client id with a space", -1100, "legal range") { $0.clientOrderID = "a b" },
        Case("a client id of 37 letters", -1100, "legal range") {
            $0.clientOrderID = String(repeating: "a", count: 37)
        },
        Case("a small strategy type", -1134, "strategyType") { $0.strategyType = 999_999 },
        Case("more than the balance", -2010, "Account has insufficient balance for requested action.") {
            $0.side = .sell
            $0.price = 400
            $0.quantity = 20_000
        },
        Case("an unknown market", -1121, "Invalid symbol.") { $0.market = MarketID(7) },
        Case("a maker that would take", -2010, "Order would immediately match and take.") {
            $0.kind = .limitMaker
            $0.timeInForce = nil
            $0.price = 120
        },
        Case("a quote order in an empty book", -2010, "Order book liquidity is less than symbol minimum quantity.") {
            $0 = NewOrder(market: Bourse.market, side: .sell, kind: .market, quoteQuantity: 50)
        },
    ]

    @Test(arguments: cases)
    func `an order with a fault is refused in the venue's own words`(fault: Case) throws {
        let bourse = try Bourse()
        try bourse.core.credit(-990_000, of: Bourse.base, to: Bourse.alice, now: bourse.now)
        try bourse.place(bourse.limit(.sell, 1, at: 120), by: Bourse.bob)
        _ = bourse.core.drainEvents()
        let refusal = bourse.refusal { try bourse.place(fault.order) }
        #expect(refusal?.code == fault.code)
        #expect(refusal?.text.contains(fault.text) == true, "\(refusal?.text ?? "accepted")")
        #expect(bourse.core.drainEvents().isEmpty, "a refusal leaves no event")
        #expect(bourse.locked(Bourse.quote).isZero && bourse.locked(Bourse.base).isZero)
    }

    @Test func `unsupported kinds and modes are named`() throws {
        let bourse = try Bourse {
            $0.orderKinds.remove(.stopLoss)
            $0.allowedSelfTradePrevention = [.expireMaker]
        }
        let stop = NewOrder(market: Bourse.market, side: .sell, kind: .stopLoss, quantity: 1, stopPrice: 90)
        #expect(
            bourse.refusal { try bourse.place(stop) }
                == ExchangeRefusal(code: -1013, text: "Stop loss orders are not supported for this symbol."))
        var limit = bourse.limit(.buy, 1, at: 90)
        limit.selfTradePrevention = SelfTradePrevention.none
        #expect(
            bourse.refusal { try bourse.place(limit) }?.text
                == "This symbol does not allow the specified self-trade prevention mode.")
    }

    @Test func `the number of orders, waiting orders and the position are bounded`() throws {
        let bourse = try Bourse {
            $0.filters = [.maximumOrders(3), .maximumAlgoOrders(1), .maximumPosition(1_000_002)]
        }
        let stop = NewOrder(market: Bourse.market, side: .sell, kind: .stopLoss, quantity: 1, stopPrice: 90)
        try bourse.place(stop)
        #expect(bourse.refusal { try bourse.place(stop) }?.text == "Filter failure: MAX_NUM_ALGO_ORDERS")
        try bourse.place(bourse.limit(.buy, 1, at: 90))
        let beyond = bourse.refusal { try bourse.place(bourse.limit(.buy, 2, at: 90)) }
        #expect(beyond == ExchangeRefusal(code: -2010, text: "Filter failure: MAX_POSITION"))
        try bourse.place(bourse.limit(.buy, 1, at: 90))
        let full = bourse.refusal { try bourse.place(bourse.limit(.sell, 1, at: 190)) }
        #expect(full?.text == "Filter failure: MAX_NUM_ORDERS")
    }

    @Test(arguments: [("1.2", false), ("1.21", true), ("0.8", false), ("0.79", true)])
    func `the older filters of value and distance hold as well`(factor: String, isRefused: Bool) throws {
        let bourse = try Bourse {
            $0.filters = [
                .percentPrice(up: decimal("1.2"), down: decimal("0.8"), averageMinutes: 5),
                .minimumNotional(minimum: 10, appliesToMarket: true, averageMinutes: 0),
            ]
        }
        let far = try bourse.limit(.sell, 1, at: decimal(factor).multiplied(by: 100, rounding: .down))
        #expect(bourse.refusal { try bourse.place(far) }?.text == (isRefused ? "Filter failure: PERCENT_PRICE" : nil))
        let small = NewOrder(market: Bourse.market, side: .sell, kind: .market, quantity: decimal("0.099"))
        #expect(bourse.refusal { try bourse.place(small) }?.text == "Filter failure: MIN_NOTIONAL")
    }

    @Test func `orders over all markets are bounded too`() throws {
        var settings = ExchangeSettings()
        settings.filters = [.maximumOrders(1)]
        let bourse = try Bourse(settings: settings)
        try bourse.place(bourse.limit(.buy, 1, at: 90))
        let second = bourse.refusal { try bourse.place(bourse.limit(.buy, 1, at: 90)) }
        #expect(second?.text == "Filter failure: EXCHANGE_MAX_NUM_ORDERS")
    }
}
