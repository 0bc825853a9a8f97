import Broker
import Market

/// The venue's description of itself: markets and limits.
struct ExchangeInfoReply: Sendable {
    /// A limit on calls: `limit` of them in `count` units of time.
    struct Limit: Sendable, Hashable {
        enum Kind: Sendable, Hashable {
            case weight, orders, rawRequests
        }

        var kind: Kind
        var window: Duration
        /// As headers name it: `1M`, `10S`, `1D`.
        var windowName: String
        var limit: Int
    }

    let book: MarketBook
    let limits: [Limit]

    init(_ document: JSONDocument) throws(UnreadableReply) {
        let root = document.root
        limits = root["rateLimits"].map { $0.elements.compactMap(Self.limit) } ?? []
        var markets: [VenueMarket] = []
        var leftOut = 0
        for entry in try root.array("symbols") {
            if let market = Self.market(entry) { markets.append(market) } else { leftOut += 1 }
        }
        book = MarketBook(markets: markets, leftOut: leftOut)
    }

    private static func limit(_ value: JSONValue) -> Limit? {
        let kind: Limit.Kind
        switch value["rateLimitType"]?.text {
        case "REQUEST_WEIGHT": kind = .weight
        case "ORDERS": kind = .orders
        case "RAW_REQUESTS": kind = .rawRequests
        default: return nil
        }
        guard let count = value["intervalNum"]?.int64, (1...1000).contains(count),
            let limit = value["limit"]?.int64, limit > 0, let unit = value["interval"]?.text
        else { return nil }
        let seconds: Int64
        switch unit {
        case "SECOND": seconds = 1
        case "MINUTE": seconds = 60
        case "HOUR": seconds = 3600
        case "DAY": seconds = 86_400
        default: return nil
        }
        return Limit(
            kind: kind, window: .seconds(seconds * count), windowName: "\(count)\(unit.prefix(1))", limit: Int(limit))
    }

    /// Nil for a market without a `Symbol`, or one whose filters cannot be read: an order for it could not be checked.
    private static func market(_ value: JSONValue) -> VenueMarket? {
        guard let spelling = value["symbol"]?.text, let status = value["status"]?.text,
            let base = value["baseAsset"]?.text, let quote = value["quoteAsset"]?.text,
            let filters = MarketFilters(value["filters"]),
            // An asset that is not of ASCII letters and digits has no Symbol; the caller counts it.
            let symbol = try? Symbol("\(base)/\(quote)")
        else { return nil }
        // A market that exists for margin only takes no spot orders.
        let isSpot = value["isSpotTradingAllowed"]?.bool ?? true
        let instrument = Instrument(
            symbol: symbol, rules: filters.rules, isTrading: status == "TRADING" && isSpot,
            orderKinds: Set((value["orderTypes"]?.elements).map { $0.compactMap { kind($0.text) } } ?? []),
            hasOrderPairs: value["ocoAllowed"]?.bool ?? false,
            maximumMarketQuantity: filters.marketQuantity.largest.isPositive
                ? Quantity(filters.marketQuantity.largest) : nil)
        return VenueMarket(
            spelling: spelling, instrument: instrument, status: status, filters: filters,
            hasQuoteAmounts: value["quoteOrderQtyMarketAllowed"]?.bool ?? false)
    }

    private static func kind(_ type: String?) -> OrderKindName? {
        switch type {
        case "MARKET": .market
        case "LIMIT": .limit
        case "LIMIT_MAKER": .postOnly
        case "STOP_LOSS": .stop
        case "STOP_LOSS_LIMIT": .stopLimit
        case "TAKE_PROFIT": .takeProfit
        case "TAKE_PROFIT_LIMIT": .takeProfitLimit
        default: nil
        }
    }
}
