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

    /// Table, what is changed, and the constraint (or the column, for NOT NULL) that refuses it.
    private static let cases: [(table: String, changes: [String: String], refusal: String)] =
        accountCases + candleCases + strategyCases + orderCases + bookCases + systemCases + engineCases

    private static let accountCases: [(table: String, changes: [String: String], refusal: String)] = [
        ("users", ["name": "'one'"], "users_name_key"),
        ("users", ["name": "'One'"], "users_name_form"),
        ("users", ["name": "NULL"], "name"),
        ("users", ["language": "'de'"], "users_language"),
        ("users", ["password_hash": "''"], "users_password_hash_form"),
        ("users", ["display_timezone": "''"], "users_timezone"),
        ("users", ["ai_provider": "''"], "users_ai_provider"),
        ("users", ["ai_key": "'\\x00'"], "users_ai_key"),
        ("users", ["created_at": "-1"], "instant_check"),
        ("users", ["created_at": "253402300800000"], "instant_check"),
        ("brokers", ["user_id": "9"], "brokers_user_fkey"),
        ("brokers", ["user_id": "NULL"], "user_id"),
        ("brokers", ["name": "'b'"], "brokers_name_key"),
        ("brokers", ["name": "' c'"], "display_name_check"),
        ("brokers", ["name": "E'c\\nd'"], "display_name_check"),
        ("brokers", ["venue": "'Bin ance'"], "venue_name_check"),
        ("brokers", ["settings": "'[]'"], "json_object_check"),
        ("brokers", ["credentials": "'\\x00'"], "brokers_credentials"),
        ("brokers", ["removed_at": "1", "is_default": "true"], "brokers_removed"),
    ]

    private static let candleCases: [(table: String, changes: [String: String], refusal: String)] = [
        ("candle_series", ["id": "20000001"], "candle_series_number"),
        ("candle_series", ["symbol": "'BTC/USDT'"], "candle_series_name_key"),
        ("candle_series", ["symbol": "'BTCUSDT'"], "symbol_name_check"),
        ("candle_series", ["timeframe": "15", "id": "150000001"], "candle_series_timeframe_fkey"),
        ("candle_series", ["candle_count": "1"], "candle_series_sums"),
        ("candles", ["series_id": "10000009"], "candles_series_fkey"),
        ("candles", ["open_time": "60001"], "candles_grid"),
        ("candles", ["low": "0"], "candles_prices"),
        ("candles", ["low": "2.5"], "candles_prices"),
        ("candles", ["high": "1.5"], "candles_prices"),
        ("candles", ["open": "3.5"], "candles_prices"),
        ("candles", ["close": "0.5"], "candles_prices"),
        ("candles", ["close": "'NaN'"], "candles_prices"),
        ("candles", ["high": "'Infinity'"], "candles_prices"),
        ("candles", ["open": "'NaN'", "high": "'NaN'", "low": "'NaN'", "close": "'NaN'"], "candles_prices"),
        ("candles", ["volume": "-1"], "candles_volume"),
        ("candles", ["volume": "'NaN'"], "candles_volume"),
        ("candles", ["volume": "'Infinity'"], "candles_volume"),
        ("candles", ["open": "NULL"], "open"),
        ("candles_heartbeat", ["series_id": "10000009"], "candles_heartbeat_series_fkey"),
        ("candles_heartbeat", ["low": "-1"], "candles_heartbeat_prices"),
        ("candles_heartbeat", ["volume": "'NaN'"], "candles_heartbeat_volume"),
        ("candles_heartbeat", ["trade_count": "-1"], "candles_heartbeat_trades"),
        ("heartbeat_signals", ["series_id": "10000009"], "heartbeat_signals_series_fkey"),
    ]

    private static let strategyCases: [(table: String, changes: [String: String], refusal: String)] = [
        ("strategies", ["timeframe": "'7m'"], "strategies_timeframe_fkey"),
        ("strategies", ["name": "'s'"], "strategies_name_key"),
        ("strategies", ["current_version": "0"], "strategies_current_version"),
        // A strategy without its version: refused at the commit.
        ("strategies", [:], "strategies_current_version_fkey"),
        ("strategy_versions", ["strategy_id": "2"], "strategy_versions_strategy_fkey"),
        ("strategy_versions", ["version": "1"], "strategy_versions_pkey"),
        ("strategy_versions", ["version": "0"], "strategy_versions_version"),
        ("strategy_versions", ["source": "repeat('x', 262145)"], "strategy_versions_source"),
        ("strategy_versions", ["source": "''"], "strategy_versions_source"),
        ("active_strategies", ["strategy_id": "2"], "active_strategies_version_fkey"),
        ("active_strategies", ["version": "3"], "active_strategies_version_fkey"),
        ("active_strategies", ["broker_id": "2"], "active_strategies_broker_fkey"),
        ("active_strategies", ["state": "'asleep'"], "active_strategies_state"),
        ("active_strategies", ["state": "'stopped'"], "active_strategies_stopped"),
        ("active_strategies", ["ends_at": "1"], "active_strategies_dates"),
        ("active_strategies", ["script_state": "decode(repeat('00', 65537), 'hex')"], "active_strategies_script_state"),
        ("active_strategies", ["params": "'1'"], "json_object_check"),
        ("active_strategies", ["timeframe": "'9h'"], "active_strategies_timeframe_fkey"),
        ("backtest_results", ["strategy_id": "2"], "backtest_results_version_fkey"),
        ("backtest_results", ["to_time": "1"], "backtest_results_period"),
        ("backtest_results", ["cash": "0"], "positive_amount_check"),
        ("backtest_results", ["progress": "1.5"], "backtest_results_progress"),
        ("backtest_results", ["progress": "'NaN'"], "backtest_results_progress"),
        ("backtest_results", ["state": "'done'", "ended_at": "2"], "backtest_results_report"),
        ("backtest_results", ["state": "'cancelled'"], "backtest_results_ended"),
        ("backtest_results", ["state": "'failed'", "ended_at": "2"], "backtest_results_failure"),
        ("backtest_results", ["state": "'paused'"], "backtest_results_state"),
        ("webhooks", ["broker_id": "2"], "webhooks_broker_fkey"),
        ("webhooks", ["token_hash": "decode(repeat('bb', 32), 'hex')"], "webhooks_token_hash_key"),
        ("webhooks", ["token_hash": "'\\x00'"], "webhooks_token_hash"),
        ("webhook_calls", ["webhook_id": "2"], "webhook_calls_webhook_fkey"),
        ("webhook_calls", ["idempotency_key": "'k'"], "webhook_calls_once"),
        ("webhook_calls", ["idempotency_key": "''"], "webhook_calls_idempotency"),
        ("webhook_calls", ["state": "'lost'"], "webhook_calls_state"),
        ("webhook_calls", ["payload": "'[1]'"], "json_object_check"),
        ("webhook_calls", ["source": "''"], "webhook_calls_source"),
    ]

    private static let orderCases: [(table: String, changes: [String: String], refusal: String)] = [
        ("orders", ["broker_id": "2"], "orders_broker_fkey"),
        ("orders", ["user_id": "2"], "orders_broker_fkey"),
        ("orders", ["client_order_id": "'a-1'"], "orders_client_order_id_key"),
        ("orders", ["client_order_id": "'a b'"], "orders_client_order_id"),
        ("orders", ["origin": "'guess'"], "orders_origin"),
        ("orders", ["origin": "'strategy'"], "orders_origin_reference"),
        ("orders", ["active_strategy_id": "1"], "orders_origin_reference"),
        ("orders", ["origin": "'strategy'", "active_strategy_id": "2"], "orders_active_strategy_fkey"),
        ("orders", ["origin": "'webhook'", "webhook_call_id": "2"], "orders_webhook_call_fkey"),
        ("orders", ["side": "'hold'"], "orders_side"),
        ("orders", ["kind": "'iceberg'"], "orders_kind"),
        ("orders", ["state": "'done'"], "orders_state"),
        ("orders", ["quantity": "0"], "positive_amount_check"),
        ("orders", ["quantity": "'NaN'"], "positive_amount_check"),
        ("orders", ["quantity": "1e25"], "positive_amount_check"),
        ("orders", ["quantity": "0.0000000000001"], "positive_amount_check"),
        ("orders", ["quantity": "NULL"], "orders_amount"),
        ("orders", ["quote_amount": "5"], "orders_amount"),
        ("orders", ["quote_amount": "5", "quantity": "NULL"], "orders_amount"),
        ("orders", ["limit_price": "-5"], "positive_amount_check"),
        ("orders", ["limit_price": "NULL"], "orders_limit_price"),
        ("orders", ["trigger_price": "5"], "orders_trigger_price"),
        ("orders", ["time_in_force": "NULL"], "orders_limit_time"),
        ("orders", ["time_in_force": "'day'"], "orders_time_in_force"),
        ("orders", ["filled_quantity": "3", "filled_value": "1"], "orders_filled"),
        ("orders", ["filled_value": "1"], "orders_filled_value"),
        ("orders", ["filled_quantity": "1", "filled_value": "1"], "orders_balance"),
        ("orders", ["state": "'partially_filled'"], "orders_filled_state"),
        ("orders", ["state": "'filled'", "ended_at": "2"], "orders_filled_state"),
        ("orders", ["state": "'cancelled'"], "orders_ended"),
        ("orders", ["ended_at": "2"], "orders_ended"),
        ("orders", ["state": "'rejected'", "ended_at": "2"], "orders_rejected"),
        ("orders", ["reason_en": "'a'"], "orders_reason"),
        ("orders", ["updated_at": "0"], "orders_times"),
        ("orders", ["venue_order_id": "''"], "orders_venue_order_id"),
        ("fills", [:], "orders_balance"),
        ("fills", ["order_id": "2"], "fills_order_fkey"),
        ("fills", ["side": "'sell'"], "fills_order_fkey"),
        ("fills", ["symbol": "'ETH/USDT'"], "fills_order_fkey"),
        ("fills", ["price": "0"], "positive_amount_check"),
        ("fills", ["quantity": "-1"], "positive_amount_check"),
        ("fills", ["value": "3"], "fills_value"),
        ("fills", ["side": "'x'"], "fills_side"),
        ("fills", ["venue_fill_id": "''"], "fills_venue_fill_id"),
        ("fills", ["fee_asset": "'bnb'"], "asset_name_check"),
        ("fills", ["fee_amount": "'NaN'"], "signed_amount_check"),
    ]

    private static let bookCases: [(table: String, changes: [String: String], refusal: String)] = [
        ("trades", ["order_id": "1"], "trades_order_key"),
        ("trades", ["order_id": "2"], "trades_order_fkey"),
        ("trades", ["broker_id": "2"], "trades_broker_fkey"),
        ("trades", ["trade_type": "'gift'"], "trades_type"),
        ("trades", ["trade_type": "'strategy'", "active_strategy_id": "2"], "trades_active_strategy_fkey"),
        ("trades", ["trade_type": "'webhook'", "webhook_call_id": "2"], "trades_webhook_call_fkey"),
        ("trades", ["trade_type": "'strategy'"], "trades_origin_reference"),
        ("trades", ["status": "'pending'"], "trades_order_or_failure"),
        ("trades", ["status": "'maybe'", "order_id": "1"], "trades_status"),
        ("trades", ["error_en": "NULL", "error_fr": "NULL"], "trades_error"),
        ("trades", ["quantity": "1", "filled_quantity": "2", "filled_price": "1"], "trades_filled"),
        ("trades", ["filled_quantity": "2"], "trades_filled_price"),
        ("trades", ["order_type": "'x'"], "trades_order_type"),
        ("trades", ["side": "'x'"], "trades_side"),
        ("trades", ["fees": "'[]'"], "json_object_check"),
        ("trades", ["notes": "repeat('x', 10001)"], "trades_notes"),
        ("positions", ["symbol": "'BTC/USDT'"], "positions_open_key"),
        ("positions", ["broker_id": "2"], "positions_broker_fkey"),
        ("positions", ["active_strategy_id": "2"], "positions_active_strategy_fkey"),
        ("positions", ["direction": "'up'"], "positions_direction"),
        ("positions", ["quantity": "0"], "positions_closed"),
        ("positions", ["closed_at": "2"], "positions_closed"),
        ("positions", ["quantity": "0", "closed_at": "0"], "positions_times"),
        ("positions", ["stop_price": "0"], "positive_amount_check"),
        ("decisions", ["candle_open": "0"], "decisions_once"),
        ("decisions", ["active_strategy_id": "2"], "decisions_active_strategy_fkey"),
        ("decisions", ["outcome": "'perhaps'"], "decisions_outcome"),
    ]

    private static let systemCases: [(table: String, changes: [String: String], refusal: String)] = [
        ("instruments", ["quantity_step": "0"], "positive_amount_check"),
        ("instruments", ["minimum_quantity": "2", "maximum_quantity": "1"], "instruments_quantities"),
        ("instruments", ["minimum_notional": "2", "maximum_notional": "1"], "instruments_notionals"),
        ("instruments", ["order_kinds": "'Market'"], "instruments_order_kinds"),
        ("heartbeat_status", ["venue": "''"], "venue_name_check"),
        ("heartbeat_runners", ["name": "''"], "heartbeat_runners_name"),
        ("heartbeat_runners", ["life": "0"], "heartbeat_runners_life"),
        ("heartbeat_runners", ["renewed_at": "1"], "heartbeat_runners_times"),
        ("heartbeat_runners", ["is_at_work": "true"], "heartbeat_runners_at_work"),
        ("alerts", ["severity": "'panic'"], "alerts_severity"),
        ("alerts", ["code": "'Bad code'"], "alerts_code"),
        ("alerts", ["seen_at": "1"], "alerts_seen_at"),
        ("alerts", ["user_id": "9"], "alerts_user_fkey"),
        ("audit", ["action": "''"], "audit_action"),
        ("audit", ["subject": "repeat('x', 201)"], "audit_subject"),
    ]

    private static let engineCases: [(table: String, changes: [String: String], refusal: String)] = [
        ("users", ["kill_switch": "NULL"], "kill_switch"),
        ("brokers", ["limits": "'[]'"], "json_object_check"),
        ("strategy_versions", ["source_hash": "'\\x00'"], "strategy_versions_source_hash"),
        ("active_strategies", ["name": "NULL"], "name"),
        ("active_strategies", ["name": "'a'"], "active_strategies_name_key"),
        ("active_strategies", ["capital": "0"], "positive_amount_check"),
        ("active_strategies", ["feeds": "'{}'"], "active_strategies_feeds"),
        ("active_strategies", ["failures": "-1"], "active_strategies_failures"),
        ("active_strategies", ["session": "-1"], "active_strategies_session"),
        ("active_strategies", ["reason_en": "'a'"], "active_strategies_reason"),
        ("active_strategies", ["state": "'failed'"], "active_strategies_failed"),
        ("decisions", ["input": "decode(repeat('00', 4194305), 'hex')"], "decisions_input"),
        ("decisions", ["script_state": "decode(repeat('00', 65537), 'hex')"], "decisions_script_state"),
        ("decisions", ["feeds": "'{}'"], "decisions_feeds"),
        ("engines", ["name": "'e'"], "engines_name_key"),
        ("engines", ["name": "'-'"], "engines_name"),
        ("engines", ["life": "0"], "engines_life"),
        ("engines", ["renewed_at": "1"], "engines_times"),
        ("engines", ["left_at": "1"], "engines_times"),
        ("account_leases", ["user_id": "1"], "account_leases_broker_fkey"),
        ("account_leases", ["broker_id": "1", "user_id": "1"], "account_leases_pkey"),
        ("account_leases", ["engine_id": "1"], "account_leases_taken"),
        ("account_leases", ["engine_id": "9", "taken_at": "1"], "account_leases_engine_fkey"),
        ("strategy_sessions", ["number": "1"], "strategy_sessions_pkey"),
        ("strategy_sessions", ["number": "0"], "strategy_sessions_number"),
        ("strategy_sessions", ["active_strategy_id": "2"], "strategy_sessions_strategy_fkey"),
        ("strategy_sessions", ["loading": "decode(repeat('00', 4194305), 'hex')"], "strategy_sessions_loading"),
        ("strategy_sessions", ["script_state": "decode(repeat('00', 65537), 'hex')"], "strategy_sessions_script_state"),
        ("strategy_commands", ["active_strategy_id": "2"], "strategy_commands_strategy_fkey"),
        ("strategy_commands", ["kind": "'dance'"], "strategy_commands_kind"),
        ("strategy_commands", ["state": "'lost'", "finished_at": "1"], "strategy_commands_state"),
        ("strategy_commands", ["state": "'done'"], "strategy_commands_finished"),
        ("strategy_commands", ["finished_at": "1"], "strategy_commands_finished"),
        ("strategy_commands", ["state": "'refused'", "finished_at": "1"], "strategy_commands_refused"),
        ("strategy_commands", ["answer_en": "''"], "strategy_commands_answer"),
        ("strategy_events", ["active_strategy_id": "2"], "strategy_events_strategy_fkey"),
        ("strategy_events", ["number": "0"], "strategy_events_number"),
        ("strategy_events", ["number": "1"], "strategy_events_pkey"),
        ("strategy_events", ["event": "''"], "strategy_events_event"),
        ("strategy_events", ["event": "decode(repeat('00', 65537), 'hex')"], "strategy_events_event"),
        ("strategy_log", ["active_strategy_id": "2"], "strategy_log_strategy_fkey"),
        ("strategy_log", ["slot": "3"], "strategy_log_slot"),
        ("strategy_log", ["number": "0", "slot": "0"], "strategy_log_number"),
        ("strategy_log", ["number": "1", "slot": "1"], "strategy_log_pkey"),
        ("strategy_log", ["level": "'loud'"], "strategy_log_level"),
        ("strategy_log", ["source": "'A'"], "strategy_log_source"),
        ("strategy_log", ["text_en": "repeat('x', 4001)"], "strategy_log_text_en"),
        ("strategy_log", ["text_fr": "repeat('x', 4001)"], "strategy_log_text_fr"),
    ]

    /// Statements that change or delete what must stay.
    private static let changes: [(sql: String, refusal: String)] = [
        ("UPDATE orders SET quantity = 1, side = 'sell' WHERE id = 1", "orders_terms_stay"),
        ("UPDATE orders SET client_order_id = 'x' WHERE id = 1", "orders_terms_stay"),
        ("UPDATE candles SET open_time = 120000", "candles_key_stays"),
        ("DELETE FROM candle_series", "candle_runs_series_fkey"),
        ("DELETE FROM users WHERE id = 1", "brokers_user_fkey"),
        ("UPDATE strategy_versions SET source = 'x'", "strategy_versions_stay"),
        ("UPDATE audit SET subject = 'x'", "audit_stay"),
        ("DELETE FROM audit", "audit_stay"),
        ("INSERT INTO store_identity VALUES (false)", "store_identity_singleton"),
        ("INSERT INTO store_identity DEFAULT VALUES", "store_identity_pkey"),
        ("INSERT INTO candle_runs VALUES (10000001, 2, 1)", "candle_runs_order"),
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
