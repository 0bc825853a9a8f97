import Broker
import Market
import Storage
import Trading
import Wording

/// What runs and how it stands at one instant, for the status view.
struct StatusSnapshot: Sendable {
    var now: Timestamp
    var uptime: Duration
    /// What this process is for, such as the demonstration and its speed.
    var occasion: Message?
    var database: DatabaseLine
    var markets: [MarketLine] = []
    var prices: [PriceLine] = []
    var engines: [EngineLine] = []
    /// Median and 99th part of the time from signal to decision, in seconds.
    var decisionTimes: (median: Double, slow: Double)?
    var workers: WorkersLine?
    var strategies: [StrategyLine] = []
    /// Newest first.
    var activity: [ActivityLine] = []
    /// Newest first.
    var alerts: [AlertLine] = []

    struct DatabaseLine: Sendable {
        var place: String
        /// Nil while it answers.
        var fault: Message?
    }

    struct MarketLine: Sendable {
        var name: VenueName
        var isConnected: Bool
        var isCoherent: Bool
        /// Seconds between the end of the last candle, by the venue's clock, and its signal.
        var lag: Double?
        /// Seconds since the heartbeat last wrote anything; by the database's clock.
        var silence: Double
        /// Open times of the last candles that were signalled, finest first.
        var signals: [(timeframe: Timeframe, open: Timestamp)] = []
        /// The process that is at work, and how many more are ready to take its place.
        var runner: String?
        var standbys = 0

        /// A heartbeat that has written nothing for so long is taken for dead.
        static let longestSilence = 30.0
        var isAlive: Bool { silence <= Self.longestSilence }
    }

    struct PriceLine: Sendable {
        var symbol: Symbol
        var price: Double
        /// As a fraction of the former price shown; nil for the first one.
        var change: Double?
    }

    struct EngineLine: Sendable {
        var name: String
        var isAlive: Bool
        var accounts: Int
        var strategies: Int
    }

    struct WorkersLine: Sendable {
        var count: Int
        var restarts: Int
        /// Names of walls that this system does not let them raise; nil before the first one ran.
        var missingWalls: [String]?
    }

    struct StrategyLine: Sendable {
        var id: Int64
        var owner: String
        var name: String
        var broker: String
        var symbol: Symbol
        var timeframe: Timeframe
        var state: State
        /// Why it is suspended or has failed.
        var reason: Message?
        var position: Position?
        /// Of what is closed, after fees, in quote currency.
        var profit: Double
        var decisions: Int
        var errors: Int

        enum State: Sendable {
            case active, suspended, stopped, failed
        }
    }

    struct Position: Sendable {
        var direction: Direction
        var quantity: Double
        var entry: Double
        var stop: Double?
        var target: Double?
        /// At the last price; nil where none is known.
        var openProfit: Double?
    }

    struct ActivityLine: Sendable {
        var time: Timestamp
        var isFill: Bool
        var text: Message
        /// Nil where nothing was won or lost by it.
        var profit: Double?
    }

    struct AlertLine: Sendable {
        enum Severity: Sendable {
            case info, warning, error
        }

        var time: Timestamp
        var severity: Severity
        var text: Message
    }
}
