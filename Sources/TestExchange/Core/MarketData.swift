import Market

/// What the public sees of a market. All prices are quote for one unit of base.
public enum MarketData {
    public struct Trade: Sendable, Hashable {
        public let id: TradeID
        public let market: MarketID
        public let price: FixedDecimal
        public let quantity: FixedDecimal
        public let quoteQuantity: FixedDecimal
        public let time: Timestamp
        /// Whether the taker sold.
        public let buyerIsMaker: Bool
    }

    /// The trades of one taker at one price and time.
    public struct AggregateTrade: Sendable, Hashable {
        public let id: TradeID
        public let market: MarketID
        public let price: FixedDecimal
        public internal(set) var quantity: FixedDecimal
        public let firstTradeID: TradeID
        public internal(set) var lastTradeID: TradeID
        public let time: Timestamp
        public let buyerIsMaker: Bool
    }

    public struct Level: Sendable, Hashable {
        public let price: FixedDecimal
        /// 0 in a depth update removes the level.
        public let quantity: FixedDecimal
    }

    /// The best levels, best first.
    public struct Depth: Sendable, Hashable {
        public let market: MarketID
        public let lastUpdateID: Int64
        public let bids: [Level]
        public let asks: [Level]
    }

    /// What changed in the book between two updates: the new quantity of every level that changed, bids falling and
    /// asks rising.
    public struct DepthUpdate: Sendable, Hashable {
        public let market: MarketID
        /// `U` on the wire: one more than the last update's `u`.
        public let firstUpdateID: Int64
        /// `u` on the wire.
        public let lastUpdateID: Int64
        public let bids: [Level]
        public let asks: [Level]
    }

    /// The best bid and ask; nil where the book is empty.
    public struct BookTicker: Sendable, Hashable {
        public let market: MarketID
        public let updateID: Int64
        public let bid: Level?
        public let ask: Level?
    }

    /// Price and volume over a time that ends now.
    public struct Ticker: Sendable, Hashable {
        public let market: MarketID
        public let openTime: Timestamp
        public let closeTime: Timestamp
        public let open: FixedDecimal
        public let high: FixedDecimal
        public let low: FixedDecimal
        public let last: FixedDecimal
        public let lastQuantity: FixedDecimal
        /// The last price before `openTime`.
        public let previousClose: FixedDecimal
        public let volume: FixedDecimal
        public let quoteVolume: FixedDecimal
        /// nil without a trade.
        public let firstTradeID: TradeID?
        public let lastTradeID: TradeID?
        public let tradeCount: Int
        public let book: BookTicker

        public var change: FixedDecimal { last - open }

        /// 0 without volume; rounded to 8 digits.
        public var weightedAverage: FixedDecimal {
            // Volumes of one market never come near the limit of an amount; 0 stands for what has no average.
            (try? quoteVolume.divided(by: volume, rounding: .nearest))?
                .rounded(toStep: FixedDecimal(units: 10_000), rounding: .nearest) ?? .zero
        }

        /// In per cent, rounded to 3 digits as on the wire; 0 when nothing was traded.
        public var changePercent: FixedDecimal {
            // See `weightedAverage`.
            (try? change.scaled(by: 100, over: open, rounding: .nearest))?
                .rounded(toStep: FixedDecimal(units: 1_000_000_000), rounding: .nearest) ?? .zero
        }
    }
}
