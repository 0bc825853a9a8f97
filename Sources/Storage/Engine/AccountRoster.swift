import Broker
import Market
import Trading
import Wording

/// All that an engine needs to go on with an account, as of one instant.
public struct AccountRoster: Sendable, Hashable {
    public var broker: StoredBroker
    /// What all strategies of the account may do together, a JSON object.
    public var limits: String
    /// Nothing is opened for the user while it is on.
    public var killSwitch: Bool
    /// Those that are not stopped, and stopped ones whose orders or positions are not over; by number.
    public var strategies: [RosterStrategy]
    /// Texts of all versions that they run, each once.
    public var scripts: [ScriptKey: String]
    /// Of these strategies, not over, the oldest first.
    public var orders: [StoredOrder]
    public var positions: [StoredPosition]
    /// Pending, the oldest first.
    public var commands: [StrategyCommand]
    /// The newest execution booked on each symbol: from there the venue is asked.
    public var latestFills: [Symbol: FillMark]
    /// Strategies that cannot be read, and why: they are not among the others.
    public var unreadable: [ActiveStrategyID: Message] = [:]
    /// The same of pending commands.
    public var unreadableCommands: [StrategyCommandID: Message] = [:]

    public struct ScriptKey: Sendable, Hashable {
        public var strategy: StrategyID
        public var version: Int

        public init(strategy: StrategyID, version: Int) {
            self.strategy = strategy
            self.version = version
        }
    }

    public struct FillMark: Sendable, Hashable {
        public var id: FillID
        public var time: Timestamp
    }
}

/// A strategy with what it remembers.
public struct RosterStrategy: Sendable, Hashable {
    public var strategy: ActiveStrategy
    /// The script's name, for people and in worker messages.
    public var scriptName: String
    public var scriptState: [UInt8]?
    /// The trading core's memory, a JSON object; nil before its first commit.
    public var memory: String?
    /// What its script has not been told yet, in the order it happened.
    public var events: [KeptEvent]
    /// When its first script was loaded, by the venue's clock; nil before that, and where it is long ago.
    public var firstSession: Timestamp?
}
