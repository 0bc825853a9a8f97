import Broker
import Market
import Trading
import Wording

/// What became of one strategy, written whole or not at all.
public struct StrategyCommit: Sendable, Hashable {
    /// Where an order of ours stands now, as we have decided it: on its way to a cancel, never sent …
    public struct OrderStanding: Sendable, Hashable {
        public var order: ClientOrderID
        public var state: OrderState
        public var venueID: VenueOrderID?

        public init(_ order: ClientOrderID, _ state: OrderState, venueID: VenueOrderID? = nil) {
            self.order = order
            self.state = state
            self.venueID = venueID
        }
    }

    /// What closing by an order has brought, after fees.
    public struct Profit: Sendable, Hashable {
        public var order: ClientOrderID
        public var amount: Money

        public init(_ order: ClientOrderID, _ amount: Money) {
            self.order = order
            self.amount = amount
        }
    }

    /// What changes about the strategy itself; nil keeps what is.
    public struct Change: Sendable, Hashable {
        public var state: ActiveStrategy.State?
        /// Taken over whenever `state` is given, so that nil forgets the former reason.
        public var reason: Message?
        public var failures: Int?
        public var version: Int?
        public var parameters: [String: String]?
        /// A JSON object.
        public var settings: String?
        public var capital: Money?
        public var feeds: [StrategyFeed]?

        public init(
            state: ActiveStrategy.State? = nil, reason: Message? = nil, failures: Int? = nil, version: Int? = nil,
            parameters: [String: String]? = nil, settings: String? = nil, capital: Money? = nil,
            feeds: [StrategyFeed]? = nil
        ) {
            self.state = state
            self.reason = reason
            self.failures = failures
            self.version = version
            self.parameters = parameters
            self.settings = settings
            self.capital = capital
            self.feeds = feeds
        }
    }

    public var strategy: ActiveStrategyID
    public var symbol: Symbol
    /// The trading core's memory, a JSON object; nil keeps what is.
    public var memory: String?
    /// The script's, at most 64 KiB; nil keeps what is.
    public var scriptState: [UInt8]?
    public var session: StrategySession?
    public var decision: DecisionRecord?
    /// Written down as pending; to be sent once the commit has returned.
    public var orders: [OrderRequest]
    /// Looked at after `orders`, before `fills`. One that cannot follow what is written down is passed over.
    public var standings: [OrderStanding]
    /// A fill that is booked already is passed over.
    public var fills: [FillReport]
    /// Looked at last, so that an order is filled once its fills are booked.
    public var reports: [OrderReport]
    public var profits: [Profit]
    /// How the position came to stand, one after the other: more than one where it was closed, or opened anew. A
    /// quantity of zero closes it, where there is one.
    public var positions: [PositionRepository.Standing]
    /// For the script's next decision. Numbers go on where those of the strategy ended.
    public var events: [KeptEvent]
    /// Kept events up to this number are over: the script was told them with `decision`, or there are too many.
    public var eventsThrough: Int64?
    public var log: [StrategyLogLine]
    public var alerts: [Alert]
    public var change: Change?
    public var commands: [StrategyCommand.Outcome]

    public init(
        strategy: ActiveStrategyID, symbol: Symbol, memory: String? = nil, scriptState: [UInt8]? = nil,
        session: StrategySession? = nil, decision: DecisionRecord? = nil, orders: [OrderRequest] = [],
        fills: [FillReport] = [], reports: [OrderReport] = [], standings: [OrderStanding] = [],
        profits: [Profit] = [], positions: [PositionRepository.Standing] = [], events: [KeptEvent] = [],
        eventsThrough: Int64? = nil, log: [StrategyLogLine] = [], alerts: [Alert] = [], change: Change? = nil,
        commands: [StrategyCommand.Outcome] = []
    ) {
        self.strategy = strategy
        self.symbol = symbol
        self.memory = memory
        self.scriptState = scriptState
        self.session = session
        self.decision = decision
        self.orders = orders
        self.fills = fills
        self.reports = reports
        self.standings = standings
        self.profits = profits
        self.positions = positions
        self.events = events
        self.eventsThrough = eventsThrough
        self.log = log
        self.alerts = alerts
        self.change = change
        self.commands = commands
    }
}
