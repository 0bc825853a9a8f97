import Broker
import Market
import Storage
import Trading
import Wording

public struct RunningStrategy: Sendable {
    public let terms: StrategyTerms
    public private(set) var core: TradingCore

    public init(_ terms: StrategyTerms, memory: StrategyMemory?, orders: [KnownOrder]) {
        self.terms = terms
        if let memory {
            core = TradingCore(terms.settings, restoring: memory.trading, listening: terms.listening)
        } else {
            core = TradingCore(terms.settings, cash: terms.capital, listening: terms.listening)
        }
    }

    public var memory: StrategyMemory { StrategyMemory(trading: core.memory, desk: OrderDesk()) }
    public var account: AccountView { core.account }
    public var nextOrderID: OrderID { core.nextOrderID }
    public var openOrders: [Order] { core.orders }
    public var isFlat: Bool { core.ledger.isFlat }
    /// Flat, and no order of it is under way: nothing has to be guarded.
    public var isIdle: Bool { core.ledger.isFlat && core.orders.isEmpty }
    /// Base held by its own books.
    public var holding: Quantity { core.ledger.quantity }
    /// Which events are made for the script.
    public var listening: StrategyEventKinds {
        get { core.listening }
        set { core.listening = newValue }
    }
    /// An order that is not over, as a survey asks the venue about it.
    public struct UnsettledOrder: Sendable, Hashable {
        public var clientID: ClientOrderID
        public var venueID: VenueOrderID?
        public var symbol: Symbol
        /// Booked so far.
        public var filled: Quantity
    }
    public var unsettled: [UnsettledOrder] { [] }
    public func owns(_ id: ClientOrderID) -> Bool { id.prefix == terms.settings.orderPrefix }

    public mutating func handle(_ input: StrategyInput, now: Timestamp) -> StrategyOutput {
        var output = StrategyOutput()
        var actions: [TradingAction] = []
        switch input {
        case .candleClosed(let candle, let index):
            core.handle(.candleClosed(candle, index: index), into: &actions)
        case .decided(let intents, let point, let refusals):
            core.handle(.intents(intents, at: point, refusals: refusals), into: &actions)
        case .cashIs(let cash): core.handle(.cashChanged(cash), into: &actions)
        default: break
        }
        for action in actions {
            if case .notify(let event) = action { output.events.append(event) }
            if case .journal(let entry) = action { output.journal.append(entry) }
        }
        return output
    }
}
