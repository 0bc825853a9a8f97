import StrategyHost
import Trading
import Wording

/// A strategy that is to run: its script, what it reads, and what it remembers.
///
/// It takes in the candles its base feed has by then without being asked: history before the time that counts.
public struct InstanceLoading: Sendable, Equatable {
    /// What is called once the history is taken in.
    public enum FirstCall: Sendable, Equatable {
        case none
        /// `on_start`, with the account as it stands.
        case start(AccountView)
    }

    public var instance: InstanceNumber
    public var script: ScriptText
    /// Overrides of the parameters, as text.
    public var parameters: [String: String]
    /// Seeds `random()` together with the candle.
    public var seed: UInt64
    public var base: FeedNumber
    /// Further feeds it may read; those it does not declare stay unread.
    public var others: [FeedNumber]
    /// The stored `self.state`; nil for none.
    public var state: [UInt8]?
    /// The version of the strategy that stored the state, where it is another one: then `on_upgrade` is asked.
    public var upgradedFrom: String?
    public var firstCall: FirstCall
    /// The orders that are open, and which version of them that is.
    public var openOrders: [Order]
    public var ordersVersion: Int
    /// Failed decisions in a row so far; at the limit the instance is paused from the start.
    public var failuresInARow: Int
    /// How many of the newest candles it does not take in yet: 1 when it is to be asked about the newest one at once.
    public var unseen: Int

    public init(
        instance: InstanceNumber, script: ScriptText, parameters: [String: String] = [:], seed: UInt64 = 0,
        base: FeedNumber, others: [FeedNumber] = [], state: [UInt8]? = nil, upgradedFrom: String? = nil,
        firstCall: FirstCall = .none, openOrders: [Order] = [], ordersVersion: Int = 0, failuresInARow: Int = 0,
        unseen: Int = 0
    ) {
        self.instance = instance
        self.script = script
        self.parameters = parameters
        self.seed = seed
        self.base = base
        self.others = others
        self.state = state
        self.upgradedFrom = upgradedFrom
        self.firstCall = firstCall
        self.openOrders = openOrders
        self.ordersVersion = ordersVersion
        self.failuresInARow = failuresInARow
        self.unseen = unseen
    }

    /// Refuses what no message may hold.
    func check() throws(ExecutorError) {
        let isSmall =
            (state?.count ?? 0) <= WireBounds.stateBytes && openOrders.count <= WireBounds.openOrders
            && others.count <= WireBounds.feedsOfInstance
            && (upgradedFrom?.utf8.count ?? 0) <= WireBounds.messageBytes
        guard isSmall else {
            throw .invalid(
                Message(
                    "strategy \(instance) is too large to be loaded: its state, orders or feeds",
                    fr: "la stratégie \(instance) est trop grosse pour être chargée : état, ordres ou flux"))
        }
    }
}
