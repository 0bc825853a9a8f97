import Broker
import Market
import Postgres
import Storage

/// Where a heartbeat keeps what it has made, and reads what it is to follow.
public protocol HeartbeatShelf: Sendable {
    /// Writes in one transaction; the same again changes nothing. Answers the candles that could not be shared just
    /// now, to be given again with a later pulse.
    @discardableResult
    func record(_ pulse: HeartbeatPulse) async throws -> [ClosedCandle]
    /// The last minutes that were recorded here, oldest first; not those that came into the store another way.
    func minutes(of symbol: Symbol, last count: Int) async throws -> [Candle]
    /// When the newest candle opened that was recorded here, of each timeframe that has one.
    func newest(of symbol: Symbol) async throws -> [Timeframe: Timestamp]
    /// The symbols that strategies need.
    func symbols() async throws -> Set<Symbol>
    /// Calls whenever they may have changed, until its task is cancelled; throws when it cannot tell any more.
    func watch(_ changed: @Sendable () -> Void) async throws
    /// For whoever looks at the live stream; lost where nobody does.
    func publish(_ json: String) async throws
}

/// One market's place in the store.
public struct StoredHeartbeat: HeartbeatShelf {
    private let store: Store
    private let market: VenueName
    private let defaultURL: String?

    /// - Parameter defaultURL: where brokers without an address of their own are, as in
    ///   `StoredBroker.marketVenue(defaultURL:)`.
    public init(_ store: Store, market: VenueName, defaultURL: String? = nil) {
        self.store = store
        self.market = market
        self.defaultURL = defaultURL
    }

    public func record(_ pulse: HeartbeatPulse) async throws -> [ClosedCandle] {
        try await store.heartbeat.record(pulse).deferred
    }

    public func minutes(of symbol: Symbol, last count: Int) async throws -> [Candle] {
        try await store.heartbeat.recorded(
            CandleKey(venue: market, symbol: symbol, timeframe: .m1), last: count)
    }

    public func newest(of symbol: Symbol) async throws -> [Timeframe: Timestamp] {
        try await store.heartbeat.newest(of: symbol, at: market)
    }

    public func symbols() async throws -> Set<Symbol> {
        try await store.activeStrategies.demands(defaultURL: defaultURL).first { $0.market == market }?.symbols ?? []
    }

    public func watch(_ changed: @Sendable () -> Void) async throws {
        // Whatever is heard, that messages were lost included, means: look again.
        for try await _ in try await store.pool.listen([StoreChannel.roster]) { changed() }
    }

    public func publish(_ json: String) async throws {
        try await store.heartbeat.publish(live: json)
    }
}
