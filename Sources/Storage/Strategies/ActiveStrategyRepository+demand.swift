import Broker
import Market
import Postgres

/// What the strategies of one market need to hear of it.
public struct MarketDemand: Sendable, Hashable {
    public var market: VenueName
    /// Brokers that trade there; any of them tells where the market is.
    public var brokers: [StoredBroker]
    public var symbols: Set<Symbol>
    /// Series that strategies trade on or read.
    public var feeds: Set<StrategyFeed>
}

extension ActiveStrategyRepository {
    /// What all users' strategies that are not stopped need, by market. For the heartbeat, which belongs to no user.
    ///
    /// - Parameter defaultURL: as in `StoredBroker.marketVenue(defaultURL:)`.
    public func demands(defaultURL: String? = nil) async throws -> [MarketDemand] {
        let rows = try await pool.query(
            """
            SELECT b.id, b.user_id, b.name, b.venue, b.settings, b.credentials IS NOT NULL AS has_credentials,
                md5(b.credentials) AS keys_mark,
                b.is_default, b.created_at, a.symbol, a.timeframe, a.feeds::text AS feeds
            FROM (
                SELECT DISTINCT user_id, broker_id, symbol, timeframe, feeds FROM active_strategies
                WHERE state <> 'stopped') AS a
            JOIN brokers b ON b.user_id = a.user_id AND b.id = a.broker_id
            WHERE b.removed_at IS NULL
            ORDER BY b.id
            """)
        var demands: [VenueName: MarketDemand] = [:]
        for row in rows {
            let broker = try BrokerRepository.broker(row)
            guard let timeframe = Timeframe(rawValue: try row.text("timeframe")) else {
                throw ActiveStrategyRow.damaged
            }
            let own = StrategyFeed(symbol: try Symbol(try row.text("symbol")), timeframe: timeframe)
            let feeds = [own] + (try ActiveStrategyRow.feeds(try row.text("feeds")))
            let market = broker.marketVenue(defaultURL: defaultURL)
            var demand = demands[market] ?? MarketDemand(market: market, brokers: [], symbols: [], feeds: [])
            if demand.brokers.last?.id != broker.id { demand.brokers.append(broker) }
            demand.feeds.formUnion(feeds)
            demand.symbols.formUnion(feeds.map(\.symbol))
            demands[market] = demand
        }
        return demands.values.sorted { $0.market < $1.market }
    }

    /// How many strategies that are not stopped there are, by user.
    public func counts() async throws -> [UserID: Int] {
        let rows = try await pool.query(
            "SELECT user_id, count(*) AS n FROM active_strategies WHERE state <> 'stopped' GROUP BY user_id")
        var counts: [UserID: Int] = [:]
        for row in rows { counts[UserID(try row.int64("user_id"))] = try row.int("n") }
        return counts
    }
}
