import StrategyHost
import Trading
import Wording

/// One strategy's turn: what it is told before its newest candle closes, and how its account stands.
///
/// In this order: candles are observed until only the newest is unseen, the events are delivered, the open orders are
/// shown, the newest candle closes.
public struct DecisionItem: Sendable, Equatable {
    public var instance: InstanceNumber
    /// Candles taken in without asking, before. A worker that has lost its memory observes what it must; the number
    /// is what the caller expects, and is kept in the record of the decision.
    public var observing: Int
    public var events: [StrategyEvent]
    public var account: AccountView
    /// The number that the first order of this decision will get.
    public var nextOrderID: OrderID
    /// All open orders of version `account.ordersVersion`; nil where the strategy has been told that version.
    public var openOrders: [Order]?

    public init(
        instance: InstanceNumber, observing: Int = 0, events: [StrategyEvent] = [], account: AccountView,
        nextOrderID: OrderID, openOrders: [Order]? = nil
    ) {
        self.instance = instance
        self.observing = observing
        self.events = events
        self.account = account
        self.nextOrderID = nextOrderID
        self.openOrders = openOrders
    }
}

extension DecisionItem {
    /// Whether a message may hold so many events and orders.
    var fits: Bool {
        events.count <= WireBounds.events && (openOrders?.count ?? 0) <= WireBounds.openOrders
    }
}

/// Everything one signal asks of one executor: new candles, and whose turn it is.
public struct DecisionBatch: Sendable, Equatable {
    /// The most items of one batch.
    public static let mostItems = 100_000

    /// Appended before any item is worked off.
    public var feeds: [FeedCandles]
    /// Worked off in this order; an instance appears at most once.
    public var items: [DecisionItem]

    public init(feeds: [FeedCandles], items: [DecisionItem]) {
        self.feeds = feeds
        self.items = items
    }

    /// Refuses what no executor takes.
    func check() throws(ExecutorError) {
        guard items.count <= Self.mostItems else {
            throw .invalid(
                Message(
                    "a batch of \(items.count) items: expected at most \(Self.mostItems)",
                    fr: "un lot de \(items.count) éléments : attendu au plus \(Self.mostItems)"))
        }
        var seen: Set<InstanceNumber> = []
        seen.reserveCapacity(items.count)
        for item in items where !seen.insert(item.instance).inserted {
            throw .invalid(
                Message(
                    "strategy \(item.instance) is twice in one batch",
                    fr: "la stratégie \(item.instance) est deux fois dans un lot"))
        }
    }
}
