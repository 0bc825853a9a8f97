import Market
import Wording

/// A strategy that runs for a user on a broker and a symbol.
public struct ActiveStrategy: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Decides on each candle.
        case active
        /// Decides nothing; its positions stay protected. By the user, or by the engine after failures.
        case suspended
        /// Over: it holds nothing and is never run again.
        case stopped
        /// It cannot run (it no longer compiles, its account is gone); its positions stay protected.
        case failed
    }

    public var id: ActiveStrategyID
    public var user: UserID
    /// Unique among the user's strategies that are not stopped.
    public var name: String
    public var strategy: StrategyID
    public var version: Int
    public var broker: BrokerID
    public var symbol: Symbol
    public var timeframe: Timeframe
    /// Values of the script's parameters as text, by name; those that are missing take their defaults.
    public var parameters: [String: String]
    /// A JSON object: limits and whatever else the engine knows for it.
    public var settings: String
    /// Quote currency that it may work with.
    public var capital: Money
    /// Other series that the script reads.
    public var feeds: [StrategyFeed]
    public var seed: UInt64
    public var state: State
    /// Why it is suspended or failed, where it was not the user.
    public var reason: Message?
    /// Failed calls in a row.
    public var failures: Int
    /// The number of its newest session; 0 before the first.
    public var session: Int
    /// It trades from here …
    public var startsAt: Timestamp
    /// … up to here, exclusive; nil: without end.
    public var endsAt: Timestamp?
    public var createdAt: Timestamp
    public var stoppedAt: Timestamp?
    /// The newest candle that was decided on; only in what the engine loads.
    public var lastDecisionOpen: Timestamp?

    /// Whether it trades at a time, as far as its dates tell.
    public func isDue(at time: Timestamp) -> Bool {
        startsAt <= time && endsAt.map { time < $0 } ?? true
    }

    /// Begins the client ids of its orders.
    public var orderPrefix: String { Self.orderPrefix(of: id) }
    public static func orderPrefix(of id: ActiveStrategyID) -> String { "ab" + String(id.number, radix: 36) }
}

/// A series of candles besides the strategy's own, at its market.
public struct StrategyFeed: Sendable, Hashable {
    public var symbol: Symbol
    public var timeframe: Timeframe

    public init(symbol: Symbol, timeframe: Timeframe) {
        self.symbol = symbol
        self.timeframe = timeframe
    }
}

/// What a user asks for when a strategy is to run.
public struct NewActiveStrategy: Sendable, Hashable {
    /// Nil: made from the strategy's name, the symbol and the timeframe.
    public var name: String?
    public var strategy: StrategyID
    /// Nil: the newest.
    public var version: Int?
    public var broker: BrokerID
    public var symbol: Symbol
    /// Nil: what the strategy declares.
    public var timeframe: Timeframe?
    public var parameters: [String: String]
    /// A JSON object.
    public var settings: String
    public var capital: Money
    public var feeds: [StrategyFeed]
    public var seed: UInt64
    /// Nil: now.
    public var startsAt: Timestamp?
    public var endsAt: Timestamp?

    public init(
        name: String? = nil, strategy: StrategyID, version: Int? = nil, broker: BrokerID, symbol: Symbol,
        timeframe: Timeframe? = nil, parameters: [String: String] = [:], settings: String = "{}", capital: Money,
        feeds: [StrategyFeed] = [], seed: UInt64 = 0, startsAt: Timestamp? = nil, endsAt: Timestamp? = nil
    ) {
        self.name = name
        self.strategy = strategy
        self.version = version
        self.broker = broker
        self.symbol = symbol
        self.timeframe = timeframe
        self.parameters = parameters
        self.settings = settings
        self.capital = capital
        self.feeds = feeds
        self.seed = seed
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}
