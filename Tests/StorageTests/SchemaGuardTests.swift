import Postgres
import TestSupport
import Testing

@testable import Storage

/// The schema refuses by itself what no program should write; each row of the tables below is such a thing.
@Suite struct SchemaGuardTests {
    private static let unit = """
        INSERT INTO users (name, created_at) VALUES ('one', 1), ('two', 1);
        INSERT INTO brokers (user_id, name, venue, created_at) VALUES (1, 'b', 'binance', 1), (2, 'b', 'binance', 1);
        INSERT INTO candle_series (id, venue, symbol, timeframe) VALUES (10000001, 'binance', 'BTC/USDT', 1);
        SELECT candles_make_partition(1, 0);
        BEGIN;
        INSERT INTO strategies (user_id, name, timeframe, current_version, created_at, updated_at)
            VALUES (1, 's', '1h', 1, 1, 1), (2, 's', '1h', 1, 1, 1);
        INSERT INTO strategy_versions (user_id, strategy_id, version, source, created_at)
            VALUES (1, 1, 1, 'return', 1), (2, 2, 1, 'return', 1);
        COMMIT;
        INSERT INTO active_strategies
            (user_id, name, strategy_id, version, broker_id, symbol, timeframe, capital, seed, starts_at, created_at)
            VALUES (1, 'a', 1, 1, 1, 'BTC/USDT', '1h', 1, 0, 1, 1), (2, 'a', 2, 1, 2, 'BTC/USDT', '1h', 1, 0, 1, 1);
        INSERT INTO webhooks (user_id, broker_id, name, token_hash, created_at)
            VALUES (1, 1, 'w', decode(repeat('aa', 32), 'hex'), 1), (2, 2, 'w', decode(repeat('bb', 32), 'hex'), 1);
        INSERT INTO webhook_calls (user_id, webhook_id, source, idempotency_key, payload, received_at)
            VALUES (1, 1, 'tv', 'k', '{}', 1), (2, 2, 'tv', 'k', '{}', 1);
        INSERT INTO orders (user_id, broker_id, origin, client_order_id, symbol, side, kind, quantity, created_at,
            updated_at) VALUES (1, 1, 'manual', 'a-1', 'BTC/USDT', 'buy', 'market', 2, 1, 1),
            (2, 2, 'manual', 'a-1', 'BTC/USDT', 'buy', 'market', 2, 1, 1);
        INSERT INTO trades (user_id, broker_id, trade_type, order_id, symbol, side, order_type, created_at)
            VALUES (1, 1, 'manual', 1, 'BTC/USDT', 'buy', 'market', 1);
        INSERT INTO positions (user_id, broker_id, symbol, direction, quantity, entry_price, opened_at, updated_at)
            VALUES (1, 1, 'BTC/USDT', 'long', 1, 1, 1, 1);
        INSERT INTO decisions (user_id, active_strategy_id, candle_open, outcome, decided_at)
            VALUES (1, 1, 0, 'nothing', 1);
        INSERT INTO audit (user_id, action, subject, created_at) VALUES (1, 'login', '', 1);
        INSERT INTO engines (name, life, started_at, renewed_at) VALUES ('e', 1000, 1, 1);
        INSERT INTO account_leases (broker_id, user_id) VALUES (1, 1);
        INSERT INTO heartbeat_runners (venue, name, life, is_at_work, started_at, renewed_at)
            VALUES ('binance', 'host:1', 1000, true, 1, 1);
        INSERT INTO strategy_sessions (user_id, active_strategy_id, number, version, seed, started_at)
            VALUES (1, 1, 1, 1, 0, 1);
        INSERT INTO strategy_log (user_id, active_strategy_id, slot, number, written_at, level, source, text_en,
            text_fr) VALUES (1, 1, 1, 1, 1, 'info', 'script', '', '');
        INSERT INTO strategy_events (user_id, active_strategy_id, number, event) VALUES (1, 1, 1, '\\x01');
        """

    /// A table with values that it takes; a case changes some of them.
    private struct Sample {
        var table: String
        var values: [(column: String, value: String)]

        func insert(_ changes: [String: String]) -> String {
            let names = values.map(\.column) + changes.keys.filter { key in !values.contains { $0.column == key } }
            let texts = names.map { name in changes[name] ?? values.first { $0.column == name }?.value ?? "NULL" }
            return "INSERT INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(texts.joined(separator: ", ")))"
        }
    }

    private static let samples: [String: Sample] = [
        "users": Sample(table: "users", values: [("name", "'three'"), ("created_at", "1")]),
        "brokers": Sample(
            table: "brokers", values: [("user_id", "1"), ("name", "'c'"), ("venue", "'paper'"), ("created_at", "1")]),
        "candle_series": Sample(
            table: "candle_series",
            values: [("id", "10000002"), ("venue", "'binance'"), ("symbol", "'ETH/USDT'"), ("timeframe", "1")]),
        "candles": Sample(
            table: "candles",
            values: [
                ("series_id", "10000001"), ("open_time", "60000"), ("open", "2"), ("high", "3"), ("low", "1"),
                ("close", "2"), ("volume", "0"),
            ]),
        "candles_heartbeat": Sample(
            table: "candles_heartbeat",
            values: [
                ("series_id", "10000001"), ("open_time", "60000"), ("open", "2"), ("high", "3"), ("low", "1"),
                ("close", "2"), ("volume", "0"), ("trade_count", "1"), ("closed_at", "2"),
            ]),
        "strategies": Sample(
            table: "strategies",
            values: [
                ("user_id", "1"), ("name", "'t'"), ("timeframe", "'1h'"), ("current_version", "1"),
                ("created_at", "1"), ("updated_at", "1"),
            ]),
        "strategy_versions": Sample(
            table: "strategy_versions",
            values: [
                ("user_id", "1"), ("strategy_id", "1"), ("version", "2"), ("source", "'x'"), ("created_at", "1"),
            ]),
        "active_strategies": Sample(
            table: "active_strategies",
            values: [
                ("user_id", "1"), ("strategy_id", "1"), ("version", "1"), ("broker_id", "1"),
                ("symbol", "'ETH/USDT'"), ("timeframe", "'1h'"), ("starts_at", "1"), ("created_at", "1"),
                ("name", "'b'"), ("capital", "1"), ("seed", "0"),
            ]),
        "backtest_results": Sample(
            table: "backtest_results",
            values: [
                ("user_id", "1"), ("strategy_id", "1"), ("version", "1"), ("venue", "'binance'"),
                ("symbol", "'BTC/USDT'"), ("timeframe", "'1h'"), ("from_time", "1"), ("to_time", "2"), ("cash", "1"),
                ("created_at", "1"),
            ]),
        "webhooks": Sample(
            table: "webhooks",
            values: [
                ("user_id", "1"), ("broker_id", "1"), ("name", "'x'"),
                ("token_hash", "decode(repeat('cc', 32), 'hex')"), ("created_at", "1"),
            ]),
        "webhook_calls": Sample(
            table: "webhook_calls",
            values: [
                ("user_id", "1"), ("webhook_id", "1"), ("source", "'tv'"), ("idempotency_key", "'l'"),
                ("payload", "'{}'"), ("received_at", "1"),
            ]),
        "orders": Sample(
            table: "orders",
            values: [
                ("user_id", "1"), ("broker_id", "1"), ("origin", "'manual'"), ("client_order_id", "'a-2'"),
                ("symbol", "'BTC/USDT'"), ("side", "'buy'"), ("kind", "'limit'"), ("time_in_force", "'gtc'"),
                ("limit_price", "5"), ("quantity", "2"), ("created_at", "1"), ("updated_at", "1"),
            ]),
        "fills": Sample(
            table: "fills",
            values: [
                ("user_id", "1"), ("broker_id", "1"), ("order_id", "1"), ("symbol", "'BTC/USDT'"), ("side", "'buy'"),
                ("venue_fill_id", "'1'"), ("price", "2"), ("quantity", "1"), ("value", "2"), ("fee_amount", "0"),
                ("fee_asset", "'BNB'"), ("filled_at", "1"), ("is_maker", "true"), ("booked_at", "1"),
            ]),
        "trades": Sample(
            table: "trades",
            values: [
                ("user_id", "1"), ("broker_id", "1"), ("trade_type", "'manual'"), ("symbol", "'BTC/USDT'"),
                ("side", "'buy'"), ("order_type", "'market'"), ("status", "'failed'"), ("error_en", "'a'"),
                ("error_fr", "'b'"), ("created_at", "1"),
            ]),
        "positions": Sample(
            table: "positions",
            values: [
                ("user_id", "1"), ("broker_id", "1"), ("symbol", "'ETH/USDT'"), ("direction", "'long'"),
                ("quantity", "1"), ("entry_price", "1"), ("opened_at", "1"), ("updated_at", "1"),
            ]),
        "decisions": Sample(
            table: "decisions",
            values: [
                ("user_id", "1"), ("active_strategy_id", "1"), ("candle_open", "60000"), ("outcome", "'nothing'"),
                ("decided_at", "1"),
            ]),
        "instruments": Sample(
            table: "instruments",
            values: [
                ("venue", "'binance'"), ("symbol", "'BTC/USDT'"), ("quantity_step", "0.1"), ("is_trading", "true"),
                ("order_kinds", "'market,limit'"), ("has_order_pairs", "true"), ("refreshed_at", "1"),
            ]),
        "heartbeat_signals": Sample(
            table: "heartbeat_signals",
            values: [("series_id", "10000001"), ("open_time", "0"), ("signalled_at", "1")]),
        "heartbeat_status": Sample(
            table: "heartbeat_status",
            values: [
                ("venue", "'binance'"), ("is_connected", "true"), ("is_coherent", "true"), ("updated_at", "1"),
            ]),
        "heartbeat_runners": Sample(
            table: "heartbeat_runners",
            values: [
                ("venue", "'binance'"), ("name", "'host:2'"), ("life", "1"), ("started_at", "2"), ("renewed_at", "2"),
            ]),
        "alerts": Sample(
            table: "alerts",
            values: [
                ("severity", "'info'"), ("code", "'gap'"), ("message_en", "''"), ("message_fr", "''"),
                ("created_at", "2"),
            ]),
        "engines": Sample(
            table: "engines", values: [("name", "'f'"), ("life", "1"), ("started_at", "2"), ("renewed_at", "2")]),
        "account_leases": Sample(table: "account_leases", values: [("user_id", "2"), ("broker_id", "2")]),
        "strategy_sessions": Sample(
            table: "strategy_sessions",
            values: [
                ("user_id", "1"), ("active_strategy_id", "1"), ("number", "2"), ("version", "1"), ("seed", "0"),
                ("started_at", "1"),
            ]),
        "strategy_commands": Sample(
            table: "strategy_commands",
            values: [
                ("user_id", "1"), ("active_strategy_id", "1"), ("kind", "'stop'"), ("submitted_at", "1"),
            ]),
        "strategy_log": Sample(
            table: "strategy_log",
            values: [
                ("user_id", "1"), ("active_strategy_id", "1"), ("slot", "2"), ("number", "1002"), ("written_at", "1"),
                ("level", "'info'"), ("source", "'script'"), ("text_en", "''"), ("text_fr", "''"),
            ]),
        "strategy_events": Sample(
            table: "strategy_events",
            values: [("user_id", "1"), ("active_strategy_id", "1"), ("number", "2"), ("event", "'\\x01'")]),
        "audit": Sample(
            table: "audit", values: [("action", "'login'"), ("subject", "''"), ("created_at", "1")]),
    ]

    @Test func `every guard refuses what it is there for, and takes what is sound`() async throws {
        try await ScratchStore.with { store in
            try await store.pool.withConnection { try await $0.script(unsafeSQL: Self.unit) }
            try await Self.expectSamplesTaken(store.pool)
            for (table, changes, refusal) in Self.cases {
                let sample = try #require(Self.samples[table])
                let found = try await Self.refusal(of: sample.insert(changes), on: store.pool)
                #expect(found == refusal, "\(table) with \(changes)")
            }
            try await store.pool.execute(
                PostgresQuery(unsafeSQL: try #require(Self.samples["candles"]).insert([:])))
            for (sql, refusal) in Self.changes {
                let found = try await Self.refusal(of: sql, on: store.pool)
                #expect(found == refusal, "\(sql)")
            }
        }
    }

    /// The values that the cases start from are refused for no other reason than the change.
    private static func expectSamplesTaken(_ pool: PostgresPool) async throws {
        // A strategy comes with its version and a fill with its order's totals: alone they are cases.
        for (table, sample) in samples where table != "strategies" && table != "fills" {
            let found = try await refusal(of: sample.insert([:]), on: pool)
            #expect(found == nil, "\(table) as it should be")
        }
    }

    private struct Undone: Error {}

    /// What refuses a statement, be it at the commit; nothing of it stays.
    private static func refusal(of sql: String, on pool: PostgresPool) async throws -> String? {
        do {
            try await pool.transaction { connection in
                try await connection.execute(PostgresQuery(unsafeSQL: sql))
                try await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                throw Undone()
            }
        } catch is Undone {
            return nil
        } catch let error as PostgresError {
            switch error {
            case .uniqueViolation(_, let name), .checkViolation(_, let name), .foreignKeyViolation(_, let name),
                .exclusionViolation(_, let name), .notNullViolation(_, let name):
                return name
            default: return "\(error)"
            }
        }
        return nil
    }
}
