import Broker
import Market
import Trading
import Wording

/// How one running strategy stands, with the names that people know it by.
public struct StrategyStanding: Sendable, Hashable {
    /// What it holds, in figures for looking at.
    public struct Position: Sendable, Hashable {
        public var direction: Direction
        public var quantity: Quantity
        public var entry: Price
        public var stop: Price?
        public var target: Price?
    }

    public var id: ActiveStrategyID
    public var owner: String
    public var name: String
    public var broker: String
    public var market: VenueName
    public var symbol: Symbol
    public var timeframe: Timeframe
    public var state: ActiveStrategy.State
    public var reason: Message?
    public var position: Position?
    /// Of what is closed, after fees, in quote currency.
    public var profit: Money
    /// Within a day up to its newest decision.
    public var decisions: Int
    /// Those of them that failed.
    public var failures: Int
}

/// How a market's heartbeat stands.
public struct MarketStanding: Sendable, Hashable {
    /// The newest candle of a series that was closed.
    public struct Series: Sendable, Hashable {
        public var symbol: Symbol
        public var timeframe: Timeframe
        public var open: Timestamp
        public var price: Double
    }

    public var status: HeartbeatStatus
    /// Since it last wrote anything; by the database's clock.
    public var silence: Duration
    /// By symbol, then from the finest timeframe to the coarsest.
    public var series: [Series]
    /// Those that live, the one at work first; the others stand by.
    public var runners: [HeartbeatRunner]
}

/// An engine, and how much it has to do.
public struct EngineStanding: Sendable, Hashable {
    public var engine: RegisteredEngine
    /// Strategies that are not stopped on the accounts it has.
    public var strategies: Int
}

/// An execution, with the names that people know.
public struct FillStanding: Sendable, Hashable {
    public var number: Int64
    /// When it was booked here; a test exchange may have a time of its own.
    public var time: Timestamp
    public var owner: String
    /// Nil: ordered by hand.
    public var strategy: String?
    public var symbol: Symbol
    public var side: Side
    public var quantity: Quantity
    public var price: Price
    /// What its order has won or lost by closing, once that is known.
    public var profit: Money?
}

/// An order as it stands, with the name of its strategy.
public struct OrderStanding: Sendable, Hashable {
    public var order: StoredOrder
    public var strategy: String?
}
