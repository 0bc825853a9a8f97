import Broker
import Market
import Postgres
import Trading
import Wording

/// How everything stands, of all users at once: for whoever keeps the program running, never for a user. Read only.
public struct StatusRepository: Sendable {
    let pool: PostgresPool

    /// Eight timeframes of 500 symbols, as many as a heartbeat follows, for four markets.
    private static let mostSeries = 4 * 8 * 500

    /// Whether the database answers, and what its clock shows.
    public func now() async throws -> Timestamp {
        let rows = try await pool.query("SELECT clock_milliseconds() AS now", timeout: .seconds(2))
        return try rows[0].time("now")
    }

    /// Strategies that are not stopped, by number.
    ///
    /// - Parameters:
    ///   - limit: at most so many, 1 … 1,000.
    ///   - defaultURL: as in `StoredBroker.marketVenue(defaultURL:)`.
    public func strategies(limit: Int = 100, defaultURL: String? = nil) async throws -> [StrategyStanding] {
        try await pool.query(
            """
            SELECT a.id, a.user_id, u.name AS owner, a.name, a.broker_id, b.name AS broker, b.venue,
                b.settings::text AS settings, b.created_at AS broker_created, a.symbol, a.timeframe, a.state,
                a.reason_en, a.reason_fr, p.direction, p.quantity, p.entry_price, p.stop_price, p.target_price,
                (SELECT coalesce(sum(q.realised_profit), 0) FROM positions q
                    WHERE q.active_strategy_id = a.id) AS profit,
                d.decisions, d.failures
            FROM active_strategies a
            JOIN users u ON u.id = a.user_id
            JOIN brokers b ON b.user_id = a.user_id AND b.id = a.broker_id
            LEFT JOIN positions p ON p.user_id = a.user_id AND p.broker_id = a.broker_id AND p.symbol = a.symbol
                AND p.active_strategy_id = a.id AND p.closed_at IS NULL
            CROSS JOIN LATERAL (
                SELECT count(*) AS decisions, count(*) FILTER (WHERE outcome = 'failed') AS failures
                FROM decisions WHERE active_strategy_id = a.id AND candle_open > (
                    SELECT max(candle_open) - 86400000 FROM decisions WHERE active_strategy_id = a.id)) AS d
            WHERE a.state <> 'stopped' ORDER BY a.id LIMIT \(min(max(limit, 1), 1000))
            """
        ).map { try Self.strategy($0, defaultURL) }
    }

    /// Markets that have, or had, a heartbeat; those that were heard of within a time only. With the newest candles of
    /// the timeframes that it beats in.
    public func markets(heardWithin time: Duration = .seconds(3600)) async throws -> [MarketStanding] {
        let oldest = time.components.seconds * 1000
        let rows = try await pool.query(
            """
            SELECT venue, is_connected, is_coherent, last_heartbeat, detail::text AS detail, updated_at,
                clock_milliseconds() - updated_at AS silence
            FROM heartbeat_status WHERE updated_at > clock_milliseconds() - \(oldest) ORDER BY venue LIMIT 100
            """)
        let newest = try await pool.query(
            """
            SELECT s.venue, s.symbol, s.timeframe, h.open_time, h.close
            FROM candle_series s
            CROSS JOIN LATERAL (
                SELECT open_time, close FROM candles_heartbeat WHERE series_id = s.id
                ORDER BY open_time DESC LIMIT 1) AS h
            WHERE s.timeframe = ANY(\(Timeframe.heartbeat.map { Int64($0.code) })) AND s.venue IN (
                SELECT venue FROM heartbeat_status WHERE updated_at > clock_milliseconds() - \(oldest))
            ORDER BY s.venue, s.symbol, s.timeframe LIMIT \(Self.mostSeries)
            """)
        var series: [String: [MarketStanding.Series]] = [:]
        for row in newest { series[try row.text("venue"), default: []].append(try Self.series(row)) }
        let runners = try await HeartbeatRepository(pool: pool, now: Store.systemTime).runners().filter(\.isAlive)
        return try rows.map { row in
            let status = try HeartbeatRepository.status(row)
            return MarketStanding(
                status: status, silence: .milliseconds(max(0, try row.int64("silence"))),
                series: (series[status.market.text] ?? []).sorted {
                    ($0.symbol.description, $0.timeframe) < ($1.symbol.description, $1.timeframe)
                },
                runners: runners.filter { $0.market == status.market })
        }
    }

    /// Engines that have not left, with what each has to do.
    public func engines() async throws -> [EngineStanding] {
        let rows = try await pool.query(
            """
            SELECT l.engine_id, count(*) AS n FROM account_leases l
            JOIN active_strategies a ON a.broker_id = l.broker_id AND a.state <> 'stopped'
            WHERE l.engine_id IS NOT NULL GROUP BY l.engine_id
            """)
        var counts: [EngineID: Int] = [:]
        for row in rows { counts[EngineID(try row.int64("engine_id"))] = try row.int("n") }
        return try await EngineRepository(pool: pool, now: Store.systemTime).list().map {
            EngineStanding(engine: $0, strategies: counts[$0.id] ?? 0)
        }
    }

    /// Executions in the order in which they were booked.
    ///
    /// - Parameters:
    ///   - number: only later ones; nil for the last `limit`.
    ///   - limit: at most so many, 1 … 1,000.
    public func fills(after number: Int64? = nil, limit: Int = 100) async throws -> [FillStanding] {
        let count = min(max(limit, 1), 1000)
        let order: PostgresQuery = number == nil ? "DESC" : "ASC"
        let rows = try await pool.query(
            """
            SELECT f.id, f.booked_at, u.name AS owner, a.name AS strategy, f.symbol, f.side, f.quantity, f.price,
                t.profit_loss
            FROM fills f
            JOIN users u ON u.id = f.user_id
            JOIN orders o ON o.id = f.order_id
            LEFT JOIN active_strategies a ON a.id = o.active_strategy_id
            LEFT JOIN trades t ON t.order_id = o.id
            WHERE f.id > \(number ?? 0) ORDER BY f.id \(order) LIMIT \(count)
            """)
        let fills = try rows.map(Self.fill)
        return number == nil ? fills.reversed() : fills
    }

    /// The newest orders of strategies, the newest first.
    public func orders(limit: Int = 50) async throws -> [OrderStanding] {
        try await pool.query(
            """
            SELECT \(OrderRow.columns), a.name AS strategy FROM orders o
            JOIN active_strategies a ON a.id = o.active_strategy_id
            ORDER BY o.id DESC LIMIT \(min(max(limit, 1), 1000))
            """
        ).map { OrderStanding(order: try OrderRow.order($0), strategy: try $0.optionalText("strategy")) }
    }

    /// Alerts of all users and of the program in the order in which they came; parameters as in `fills`.
    public func alerts(after id: AlertID? = nil, limit: Int = 50) async throws -> [StoredAlert] {
        let order: PostgresQuery = id == nil ? "DESC" : "ASC"
        let rows = try await pool.query(
            """
            SELECT \(AlertRepository.columns) FROM alerts WHERE id > \(id?.number ?? 0)
            ORDER BY id \(order) LIMIT \(min(max(limit, 1), 1000))
            """)
        let alerts = try rows.map(AlertRepository.alert)
        return id == nil ? alerts.reversed() : alerts
    }
}

extension StatusRepository {
    private static func strategy(_ row: PostgresRow, _ defaultURL: String?) throws -> StrategyStanding {
        guard let timeframe = Timeframe(rawValue: try row.text("timeframe")),
            let state = ActiveStrategy.State(rawValue: try row.text("state")),
            let venue = VenueName(try row.text("venue"))
        else { throw ActiveStrategyRow.damaged }
        let broker = StoredBroker(
            id: BrokerID(try row.int64("broker_id")), user: UserID(try row.int64("user_id")),
            name: try row.text("broker"), venue: venue,
            settings: try JSONText.decode(BrokerSettings.self, try row.text("settings")), hasCredentials: false,
            isDefault: false, createdAt: try row.time("broker_created"))
        return StrategyStanding(
            id: ActiveStrategyID(try row.int64("id")), owner: try row.text("owner"), name: try row.text("name"),
            broker: broker.name, market: broker.marketVenue(defaultURL: defaultURL),
            symbol: try Symbol(try row.text("symbol")), timeframe: timeframe, state: state,
            reason: try row.optionalMessage("reason"), position: try position(row),
            profit: Money(try row.amount("profit")), decisions: try row.int("decisions"),
            failures: try row.int("failures"))
    }

    private static func position(_ row: PostgresRow) throws -> StrategyStanding.Position? {
        guard let direction = try row.optionalText("direction").flatMap(Direction.init),
            let quantity = try row.optionalAmount("quantity"), let entry = try row.optionalAmount("entry_price")
        else { return nil }
        return StrategyStanding.Position(
            direction: direction, quantity: Quantity(quantity), entry: Price(entry),
            stop: try row.optionalAmount("stop_price").map(Price.init),
            target: try row.optionalAmount("target_price").map(Price.init))
    }

    private static func series(_ row: PostgresRow) throws -> MarketStanding.Series {
        guard let timeframe = Timeframe(code: try row.int64("timeframe")) else { throw ActiveStrategyRow.damaged }
        return MarketStanding.Series(
            symbol: try Symbol(try row.text("symbol")), timeframe: timeframe, open: try row.time("open_time"),
            price: try row.double("close"))
    }

    private static func fill(_ row: PostgresRow) throws -> FillStanding {
        guard let side = Side(rawValue: try row.text("side")) else { throw OrderRow.damaged }
        return FillStanding(
            number: try row.int64("id"), time: try row.time("booked_at"), owner: try row.text("owner"),
            strategy: try row.optionalText("strategy"), symbol: try Symbol(try row.text("symbol")), side: side,
            quantity: Quantity(try row.amount("quantity")), price: Price(try row.amount("price")),
            profit: try row.optionalAmount("profit_loss").map(Money.init))
    }
}
