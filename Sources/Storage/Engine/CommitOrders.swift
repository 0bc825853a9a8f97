import Broker
import Market
import Postgres
import Trading
import Wording

/// New orders of a commit with their lines in the journal, all in one statement: when a thousand strategies enter at
/// one signal, none waits for a thousand round trips.
struct CommitOrders: Sendable {
    let user: UserID
    let broker: BrokerID
    let time: Timestamp

    /// Rows of one statement.
    private static let mostRows = 5_000

    private typealias Row = (strategy: Int64, request: OrderRequest)

    func write(_ commits: [StrategyCommit], on connection: PostgresConnection) async throws {
        let rows = commits.flatMap { commit in commit.orders.map { Row(commit.strategy.number, $0) } }
        guard !rows.isEmpty else { return }
        for start in stride(from: 0, to: rows.count, by: Self.mostRows) {
            let piece = Array(rows[start..<min(start + Self.mostRows, rows.count)])
            let written = try await written(piece, on: connection)
            // The broker was removed, which its engine will hear of.
            guard written == piece.count else { throw BrokerRepository.unknown }
        }
    }

    private func written(_ rows: [Row], on connection: PostgresConnection) async throws -> Int {
        do throws(PostgresError) {
            return try await connection.execute(insert(rows))
        } catch {
            guard case .uniqueViolation(_, "orders_client_order_id_key") = error else { throw error }
            let first = rows[0].request.clientID
            throw EngineStoreError.conflict(
                Message(
                    "one of \(rows.count) orders from '\(first)' on is there already",
                    fr: "un de \(rows.count) ordres à partir de '\(first)' existe déjà"))
        }
    }

    /// Arrays hold no NULL: an empty text stands for what an order does not have.
    private func insert(_ rows: [Row]) -> PostgresQuery {
        let requests = rows.map(\.request)
        func text(_ amount: FixedDecimal?) -> String { amount?.description ?? "" }
        return """
            WITH added AS (
                INSERT INTO orders AS o (user_id, broker_id, origin, active_strategy_id, client_order_id, symbol, side,
                    kind, time_in_force, limit_price, trigger_price, quantity, quote_amount, created_at, updated_at)
                SELECT b.user_id, b.id, 'strategy', n.strategy, n.client, n.symbol, n.side, n.kind,
                    nullif(n.time_in_force, ''), nullif(n.limit_price, '')::numeric, nullif(n.trigger, '')::numeric,
                    nullif(n.quantity, '')::numeric, nullif(n.quote, '')::numeric, \(time.milliseconds),
                    \(time.milliseconds)
                FROM unnest(\(rows.map(\.strategy)), \(requests.map(\.clientID.text)),
                    \(requests.map(\.symbol.description)), \(requests.map(\.side.rawValue)),
                    \(requests.map(\.instruction.name.rawValue)),
                    \(requests.map { $0.instruction.timeInForce?.rawValue ?? "" }),
                    \(requests.map { text($0.instruction.limitPrice?.value) }),
                    \(requests.map { text($0.instruction.triggerPrice?.value) }),
                    \(requests.map { text($0.amount.base?.value) }), \(requests.map { text($0.amount.quote?.value) }))
                    WITH ORDINALITY AS n (strategy, client, symbol, side, kind, time_in_force, limit_price, trigger,
                        quantity, quote, place)
                JOIN brokers b ON b.user_id = \(user.number) AND b.id = \(broker.number) AND b.removed_at IS NULL
                ORDER BY n.place
                RETURNING o.*
            )
            INSERT INTO trades (user_id, broker_id, trade_type, active_strategy_id, order_id, symbol, side, order_type,
                quantity, price, created_at)
            SELECT a.user_id, a.broker_id, a.origin, a.active_strategy_id, a.id, a.symbol, a.side, a.kind, a.quantity,
                coalesce(a.limit_price, a.trigger_price), a.created_at
            FROM added a ORDER BY a.id
            """
    }
}
