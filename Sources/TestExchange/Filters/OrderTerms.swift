import Market

/// An order request whose shape is right: every parameter that its kind needs is there, none that it forbids, and
/// every amount is a whole number of ticks and lots. Filters and funds are looked at later.
struct OrderTerms {
    let order: NewOrder
    let timeInForce: TimeInForce
    /// nil for orders that take any price.
    let limit: Int64?
    let stop: Int64?
    /// 0 when the quote quantity rules.
    let lots: Int64
    /// In quote; nil when the quantity rules.
    let quoteQuantity: FixedDecimal?
    let prevention: SelfTradePrevention

    /// The largest number of ticks and of lots in one order: their product stays far inside 128 bits.
    static let mostUnits: Int64 = 1_000_000_000_000_000

    init(_ order: NewOrder, _ market: MarketDefinition) throws(ExchangeRefusal) {
        self.order = order
        try Self.checkShape(order)
        try Self.checkPrecision(order, market)
        try Self.checkSupport(order, market)
        timeInForce = order.timeInForce ?? .goodTillCancel
        limit = try order.price.map { price throws(ExchangeRefusal) in
            try Self.units(of: price, step: market.tick, failing: "PRICE_FILTER")
        }
        stop = try order.stopPrice.map { price throws(ExchangeRefusal) in
            try Self.units(of: price, step: market.tick, failing: "PRICE_FILTER")
        }
        quoteQuantity = order.quoteQuantity
        let failing = order.kind == .market && market.hasMarketLotStep ? "MARKET_LOT_SIZE" : "LOT_SIZE"
        lots =
            try order.quantity.map { quantity throws(ExchangeRefusal) in
                try Self.units(of: quantity, step: market.lot, failing: failing)
            } ?? 0
        prevention = order.selfTradePrevention ?? market.defaultSelfTradePrevention
        guard market.allowedSelfTradePrevention.contains(prevention) else {
            throw ExchangeRefusal(
                code: -1013, text: "This symbol does not allow the specified self-trade prevention mode.")
        }
    }

    /// How many steps make an amount; a part of a step, and a number beyond every bound, break the filter.
    private static func units(
        of amount: FixedDecimal, step: FixedDecimal, failing filter: String
    ) throws(ExchangeRefusal) -> Int64 {
        let (units, rest) = amount.units.quotientAndRemainder(dividingBy: step.units)
        guard rest == 0, units > 0, units <= Int128(mostUnits) else { throw .filter(filter) }
        return Int64(units)
    }

    /// What the kind of order needs and forbids.
    private static func checkShape(_ order: NewOrder) throws(ExchangeRefusal) {
        if order.kind == .market {
            guard order.quantity != nil || order.quoteQuantity != nil else {
                throw .neither("quantity", "quoteOrderQty")
            }
            guard order.quantity == nil || order.quoteQuantity == nil else { throw .notRequired("quoteOrderQty") }
        } else {
            guard order.quantity != nil else { throw .missing("quantity") }
            guard order.quoteQuantity == nil else { throw .notRequired("quoteOrderQty") }
        }
        if order.kind.hasPrice {
            guard order.price != nil else { throw .missing("price") }
        } else if order.price != nil {
            throw .notRequired("price")
        }
        if order.kind.hasPrice, order.kind != .limitMaker {
            guard order.timeInForce != nil else { throw .missing("timeInForce") }
        } else if order.timeInForce != nil {
            throw .notRequired("timeInForce")
        }
        if order.kind.isConditional {
            guard order.stopPrice != nil || order.trailingDelta != nil else {
                throw .neither("stopPrice", "trailingDelta")
            }
        } else {
            guard order.stopPrice == nil else { throw .notRequired("stopPrice") }
            guard order.trailingDelta == nil else { throw .notRequired("trailingDelta") }
        }
        if let type = order.strategyType, type < 1_000_000 {
            throw ExchangeRefusal(code: -1134, text: "strategyType was less than 1000000.")
        }
        if let id = order.clientOrderID, !Self.isClientOrderID(id) {
            throw .illegalClientOrderID("newClientOrderId")
        }
    }

    static func isClientOrderID(_ text: String) -> Bool {
        (1...36).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func checkPrecision(_ order: NewOrder, _ market: MarketDefinition) throws(ExchangeRefusal) {
        let amounts: [(String, FixedDecimal?, Int)] = [
            ("quantity", order.quantity, market.basePrecision),
            ("icebergQty", order.icebergQuantity, market.basePrecision),
            ("quoteOrderQty", order.quoteQuantity, market.quotePrecision),
            ("price", order.price, market.quotePrecision), ("stopPrice", order.stopPrice, market.quotePrecision),
        ]
        for (name, amount, digits) in amounts {
            guard let amount else { continue }
            // A price of 0 is no price; where it is mandatory it counts as malformed.
            guard amount.isPositive else {
                throw ExchangeRefusal(code: -1013, text: "Invalid \(Self.shortName(name)).")
            }
            guard amount.rounded(toStep: .step(digits: digits), rounding: .down) == amount else {
                throw .precision(name)
            }
        }
    }

    private static func shortName(_ parameter: String) -> String {
        parameter == "quoteOrderQty" ? "quote order qty" : parameter == "icebergQty" ? "iceberg qty" : parameter
    }

    private static func checkSupport(_ order: NewOrder, _ market: MarketDefinition) throws(ExchangeRefusal) {
        guard market.orderKinds.contains(order.kind) else {
            let name =
                switch order.kind {
                case .limit: "Limit"
                case .limitMaker: "Limit maker"
                case .market: "Market"
                case .stopLoss: "Stop loss"
                case .stopLossLimit: "Stop loss limit"
                case .takeProfit: "Take profit"
                case .takeProfitLimit: "Take profit limit"
                }
            throw .unsupported("\(name) orders are not supported for this symbol.")
        }
        if order.icebergQuantity != nil { throw .unsupported("Iceberg orders are not supported for this symbol.") }
        if order.quoteQuantity != nil, !market.allowsQuoteQuantity {
            throw .unsupported("Quote order qty market orders are not support for this symbol.")
        }
        if order.trailingDelta != nil, !market.allowsTrailingStop {
            throw .unsupported("Trailing stop orders are not supported for this symbol.")
        }
    }
}

extension MarketDefinition {
    /// Whether market orders have a step of their own.
    var hasMarketLotStep: Bool {
        filters.contains { if case .marketLotSize(_, _, let step) = $0 { step.isPositive } else { false } }
    }

    /// Whether a filter asks how much of the base an account holds and buys.
    var boundsPosition: Bool {
        filters.contains { if case .maximumPosition = $0 { true } else { false } }
    }
}

extension FixedDecimal {
    /// 10 to the power of minus so many digits, 0 to 12.
    static func step(digits: Int) -> FixedDecimal {
        var units = unitsPerOne
        for _ in 0..<digits { units /= 10 }
        return FixedDecimal(units: units)
    }
}
