import Market

/// One market of a venue.
public struct Instrument: Sendable, Hashable {
    public var symbol: Symbol
    public var rules: InstrumentRules
    /// Whether orders are taken now.
    public var isTrading: Bool
    public var orderKinds: Set<OrderKindName>
    public var hasOrderPairs: Bool
    /// The most that one market order takes, where that is less than `rules` say; nil where nothing is known.
    public var maximumMarketQuantity: Quantity?

    public init(
        symbol: Symbol, rules: InstrumentRules, isTrading: Bool, orderKinds: Set<OrderKindName>, hasOrderPairs: Bool,
        maximumMarketQuantity: Quantity? = nil
    ) {
        self.symbol = symbol
        self.rules = rules
        self.isTrading = isTrading
        self.orderKinds = orderKinds
        self.hasOrderPairs = hasOrderPairs
        self.maximumMarketQuantity = maximumMarketQuantity
    }
}

/// The best prices and the last one; exact, as the venue prints them.
public struct Ticker: Sendable, Hashable {
    public var symbol: Symbol
    public var last: Price
    /// Nil where nobody bids or the venue does not tell.
    public var bid: Price?
    public var ask: Price?
    public var time: Timestamp

    public init(symbol: Symbol, last: Price, bid: Price?, ask: Price?, time: Timestamp) {
        self.symbol = symbol
        self.last = last
        self.bid = bid
        self.ask = ask
        self.time = time
    }
}

/// Which candles are wanted: those whose open time is in `from ..< to`.
public struct CandleRequest: Sendable, Hashable {
    public var symbol: Symbol
    public var timeframe: Timeframe
    public var from: Timestamp
    public var to: Timestamp
    /// At most this many, the oldest; 1 … `largestLimit`.
    public var limit: Int
    public static let largestLimit = 1_000_000

    public init(
        symbol: Symbol, timeframe: Timeframe, from: Timestamp, to: Timestamp,
        limit: Int = CandleRequest.largestLimit
    ) {
        self.symbol = symbol
        self.timeframe = timeframe
        self.from = from
        self.to = to
        self.limit = limit
    }
}
