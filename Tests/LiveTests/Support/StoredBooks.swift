import Market
import Postgres

/// What the database says of an account, read with statements of the tests' own.
struct StoredBooks: Sendable {
    struct Order: Sendable {
        var clientID: String
        var venueID: String?
        var strategy: Int64
        var symbol: String
        var side: String
        var kind: String
        var state: String
        var isOver: Bool
        var quantity: FixedDecimal
        var filled: FixedDecimal
        /// It waits in the engine until a price touches it, as the strategy's memory has it.
        var isWatched: Bool

        /// A sale that is written and, as far as the books go, nowhere but in the engine.
        var isPending: Bool { state == "pending" && venueID == nil && side == "sell" }
    }

    struct Fill: Sendable {
        var symbol: String
        var id: String
        var clientID: String
        var strategy: Int64
        var side: Side
        var price: FixedDecimal
        var quantity: FixedDecimal
        var value: FixedDecimal
        var fee: FixedDecimal
        var feeAsset: String
    }

    struct Position: Sendable {
        var strategy: Int64
        var symbol: String
        var quantity: FixedDecimal
        var stop: FixedDecimal?
        var target: FixedDecimal?
    }

    /// What a script knows of its fills.
    struct Script: Sendable {
        var strategy: Int64
        /// It was told of so many.
        var told: Int
        /// Of so many it will be told with its next decision.
        var waiting: Int
        /// It holds, or ordered, a position without a stop on purpose.
        var isBare: Bool
    }

    var orders: [Order]
    var fills: [Fill]
    var scripts: [Script]
    /// Those that are open.
    var positions: [Position]

    /// One view of the database.
    init(_ pool: PostgresPool) async throws {
        self = try await pool.transaction(isolation: .repeatableRead, readOnly: true) { connection in
            try await Self(connection)
        }
    }

    private init(_ connection: PostgresConnection) async throws {
        orders = try await connection.query(
            """
            SELECT client_order_id, venue_order_id, coalesce(active_strategy_id, 0) AS strategy, symbol, side, kind,
                state, ended_at IS NOT NULL AS is_over, coalesce(quantity, 0)::text AS quantity,
                filled_quantity::text AS filled,
                client_order_id IN (
                    SELECT known -> 'request' ->> 'clientID'
                    FROM active_strategies, jsonb_array_elements(core_state::jsonb -> 'desk' -> 'known') known
                    WHERE jsonb_exists(known -> 'phase', 'watched')) AS is_watched
            FROM orders ORDER BY id
            """
        ).map { row in
            Order(
                clientID: try row.text("client_order_id"), venueID: try row.optionalText("venue_order_id"),
                strategy: try row.int64("strategy"), symbol: try row.text("symbol"), side: try row.text("side"),
                kind: try row.text("kind"), state: try row.text("state"), isOver: try row.bool("is_over"),
                quantity: try Self.decimal(row, "quantity"), filled: try Self.decimal(row, "filled"),
                isWatched: try row.bool("is_watched"))
        }
        fills = try await connection.query(
            """
            SELECT f.symbol, f.venue_fill_id, o.client_order_id, coalesce(o.active_strategy_id, 0) AS strategy, f.side,
                f.price::text AS price, f.quantity::text AS quantity, f.value::text AS value,
                f.fee_amount::text AS fee, f.fee_asset
            FROM fills f JOIN orders o ON o.id = f.order_id ORDER BY f.id
            """
        ).map { row in
            Fill(
                symbol: try row.text("symbol"), id: try row.text("venue_fill_id"),
                clientID: try row.text("client_order_id"), strategy: try row.int64("strategy"),
                side: try row.text("side") == "buy" ? .buy : .sell, price: try Self.decimal(row, "price"),
                quantity: try Self.decimal(row, "quantity"), value: try Self.decimal(row, "value"),
                fee: try Self.decimal(row, "fee"), feeAsset: try row.text("fee_asset"))
        }
        // The second byte of a stored event tells its kind: 1 is a fill.
        scripts = try await connection.query(
            """
            SELECT a.id AS strategy,
                coalesce(substring(convert_from(a.script_state, 'UTF8') FROM '[{,]fills=([0-9]+)')::bigint, 0) AS told,
                (SELECT count(*) FROM strategy_events e
                    WHERE e.active_strategy_id = a.id AND get_byte(e.event, 1) = 1) AS waiting,
                coalesce(convert_from(a.script_state, 'UTF8') ~ '[{,]bare=true', false) AS is_bare
            FROM active_strategies a ORDER BY a.id
            """
        ).map { row in
            Script(
                strategy: try row.int64("strategy"), told: try row.int("told"), waiting: try row.int("waiting"),
                isBare: try row.bool("is_bare"))
        }
        positions = try await connection.query(
            """
            SELECT coalesce(active_strategy_id, 0) AS strategy, symbol, quantity::text AS quantity,
                stop_price::text AS stop, target_price::text AS target
            FROM positions WHERE closed_at IS NULL ORDER BY id
            """
        ).map { row in
            Position(
                strategy: try row.int64("strategy"), symbol: try row.text("symbol"),
                quantity: try Self.decimal(row, "quantity"),
                stop: try row.optionalText("stop").flatMap { FixedDecimal($0) },
                target: try row.optionalText("target").flatMap { FixedDecimal($0) })
        }
    }

    private static func decimal(_ row: PostgresRow, _ column: PostgresColumn) throws -> FixedDecimal {
        let text = try row.text(column)
        guard let value = FixedDecimal(text) else { throw BookError(text: "\(column) is \(text)") }
        return value
    }
}

struct BookError: Error {
    var text: String
}
