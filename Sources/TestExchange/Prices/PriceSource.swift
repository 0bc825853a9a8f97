import Market

/// Where the reference price of a market comes from.
public enum PriceSource: Sendable {
    /// A caller sets it with `ExchangeCore.setPrice`; the market begins at this price.
    case manual(start: FixedDecimal)
    /// Candles, each walked along open, one extreme, the other extreme, close. Those that end before the exchange
    /// starts are the market's history.
    case candles(CandleSeries)
    /// Trades in rising order of time, at most `mostTrades`. Those before the exchange's start make no history.
    case trades([Tick])
    /// Candles of a seeded market that never was; `history` of them lie before the exchange's start.
    case synthetic(SyntheticMarket.Options, history: Int)

    /// The largest number of trades of a replay: 2 million, 64 MB.
    public static let mostTrades = 2_000_000
}

/// How the house account makes a market around the reference price.
public struct HouseSettings: Sendable, Hashable {
    /// From the reference price to the best bid and to the best ask, in ticks; at least 1.
    public var halfSpreadTicks: Int64 = 1
    /// Levels a side, one tick apart; at most 1000.
    public var levels = 20
    /// In base, on each level.
    public var quantityPerLevel: FixedDecimal
    /// How long, in milliseconds of the exchange, a level that was hit stays thin. 0 fills it up at the next
    /// `advance`, whatever the time.
    public var refillDelay: Int64 = 0
    /// Whether a resting order also fills when the reference price only touches it, up to the volume traded there.
    /// When the price goes through, orders fill whole.
    public var fillsAtTouch = true
    /// Trades printed for each candle of a replay, 4 to 1000: more make a finer path.
    public var ticksPerCandle = 8

    public init(quantityPerLevel: FixedDecimal = 1) {
        self.quantityPerLevel = quantityPerLevel
    }
}

/// A market, where its prices come from and how its book is kept filled.
public struct MarketSetup: Sendable {
    public var definition: MarketDefinition
    public var source: PriceSource
    public var house: HouseSettings

    public init(_ definition: MarketDefinition, source: PriceSource, house: HouseSettings = HouseSettings()) {
        self.definition = definition
        self.source = source
        self.house = house
    }
}
