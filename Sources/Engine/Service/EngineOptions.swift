import Broker
import Storage
import Wording

/// How an engine paces itself. The defaults are for production; tests make everything faster.
public struct EngineOptions: Sendable {
    /// What the engine is called among others that share the database; two live ones of one name are refused.
    public var name: String
    /// Where brokers are that name no server of their own; nil: the real venue.
    public var marketURL: String?
    /// How often it says that it lives.
    public var renewInterval: Duration = .seconds(3)
    /// After so long without a word, by the database's clock, its accounts are free for others.
    public var deadAfter: Duration = .seconds(10)
    /// After so long without having been able to say so, by its own monotonic clock, it sends nothing. Below
    /// `deadAfter`, so that it has stopped before another one begins.
    public var fenceAfter: Duration = .seconds(7)
    /// How often free accounts are looked for.
    public var takeInterval: Duration = .seconds(2)
    /// How often the roster is read again without a notification: the net below them.
    public var rosterInterval: Duration = .seconds(30)
    /// How often signals are asked for without a notification.
    public var signalInterval: Duration = .seconds(1)
    /// How often an account loop looks what is due.
    public var tickInterval: Duration = .milliseconds(500)
    /// How long after a send could last have left a venue's "unknown order" counts as "never sent".
    public var unknownSettle: Duration = VenueTraits.usualSettle
    /// How often orders, prices of watched stops and balances are checked without a cause.
    public var checkInterval: Duration = .seconds(60)
    /// How often a broker that goes on refusing the keys is tried again: at first it is tried sooner
    /// (`AccountNotices.keysPause`), and other keys as soon as they are entered.
    public var keysInterval: Duration = .seconds(600)
    /// How long a venue gives no answer before its user is told.
    public var venuePatience: Duration = .seconds(30)
    /// The longest pause between two tries while the database or the venue is away.
    public var longestPause: Duration = .seconds(2)
    /// Calls to one broker that run at the same time; those about orders of one strategy go one after the other.
    public var sendsAtOnce = 16
    /// Messages that wait for one account at most; market prices are kept as ranges and do not count.
    public var mailboxLimit = 10_000
    /// Strategies whose changes are written in one transaction at most.
    public var commitLimit = 1_000
    /// Signals that are read in one go at most.
    public var signalLimit = 5_000
    /// How often rows that are older than `retention` are deleted.
    public var sweepInterval: Duration = .seconds(3600)
    /// How long the store keeps what engines and heartbeats write all the time.
    public var retention = Retention()
    /// How long a stop waits for what is under way.
    public var stopPatience: Duration = .seconds(10)

    public init(name: String) {
        self.name = name
    }
}
