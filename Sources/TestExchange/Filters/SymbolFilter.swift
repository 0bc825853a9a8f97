import Market

/// One of the rules that a market's orders must keep, as Binance names and words them. A bound of 0 is no bound.
public enum SymbolFilter: Sendable, Hashable {
    case price(minimum: FixedDecimal, maximum: FixedDecimal, tick: FixedDecimal)
    case lotSize(minimum: FixedDecimal, maximum: FixedDecimal, step: FixedDecimal)
    case marketLotSize(minimum: FixedDecimal, maximum: FixedDecimal, step: FixedDecimal)
    case minimumNotional(minimum: FixedDecimal, appliesToMarket: Bool, averageMinutes: Int)
    case notional(
        minimum: FixedDecimal, minimumAppliesToMarket: Bool, maximum: FixedDecimal, maximumAppliesToMarket: Bool,
        averageMinutes: Int)
    case percentPrice(up: FixedDecimal, down: FixedDecimal, averageMinutes: Int)
    case percentPriceBySide(
        bidUp: FixedDecimal, bidDown: FixedDecimal, askUp: FixedDecimal, askDown: FixedDecimal, averageMinutes: Int)
    case icebergParts(Int)
    case maximumOrders(Int)
    /// Stop loss and take profit orders.
    case maximumAlgoOrders(Int)
    case maximumIcebergOrders(Int)
    case maximumOrderLists(Int)
    case maximumAmendments(Int)
    /// The largest sum of the base balance and all open buy orders.
    case maximumPosition(FixedDecimal)
    /// Bounds of `trailingDelta` in hundredths of a per cent: above the price for stops of buyers and take profits of
    /// sellers, below it for the others.
    case trailingDelta(minimumAbove: Int, maximumAbove: Int, minimumBelow: Int, maximumBelow: Int)

    /// The name on the wire.
    public var name: String {
        switch self {
        case .price: "PRICE_FILTER"
        case .lotSize: "LOT_SIZE"
        case .marketLotSize: "MARKET_LOT_SIZE"
        case .minimumNotional: "MIN_NOTIONAL"
        case .notional: "NOTIONAL"
        case .percentPrice: "PERCENT_PRICE"
        case .percentPriceBySide: "PERCENT_PRICE_BY_SIDE"
        case .icebergParts: "ICEBERG_PARTS"
        case .maximumOrders: "MAX_NUM_ORDERS"
        case .maximumAlgoOrders: "MAX_NUM_ALGO_ORDERS"
        case .maximumIcebergOrders: "MAX_NUM_ICEBERG_ORDERS"
        case .maximumOrderLists: "MAX_NUM_ORDER_LISTS"
        case .maximumAmendments: "MAX_NUM_ORDER_AMENDS"
        case .maximumPosition: "MAX_POSITION"
        case .trailingDelta: "TRAILING_DELTA"
        }
    }
}

/// A rule over all markets together.
public enum ExchangeFilter: Sendable, Hashable {
    case maximumOrders(Int)
    case maximumAlgoOrders(Int)
    case maximumIcebergOrders(Int)
    case maximumOrderLists(Int)

    /// The name on the wire.
    public var name: String {
        switch self {
        case .maximumOrders: "EXCHANGE_MAX_NUM_ORDERS"
        case .maximumAlgoOrders: "EXCHANGE_MAX_NUM_ALGO_ORDERS"
        case .maximumIcebergOrders: "EXCHANGE_MAX_NUM_ICEBERG_ORDERS"
        case .maximumOrderLists: "EXCHANGE_MAX_NUM_ORDER_LISTS"
        }
    }
}
