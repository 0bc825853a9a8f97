/// What the program's metrics mean; `docs/operations.md` has the same list.
public enum MetricCatalogue {
    public static let help: [String: String] = [
        "aristobot_signal_to_decision_seconds":
            "From a signal's arrival at the engine to a strategy's decision.",
        "aristobot_decision_to_ack_seconds": "From a decision to the venue's answer to its order.",
        "aristobot_orders_total": "Orders that were sent, by what became of the sending.",
        "aristobot_decisions_total": "Decisions of strategies, by outcome.",
        "aristobot_heartbeat_lag_seconds": "From a candle's end, by the venue's clock, to its signal.",
        "aristobot_heartbeat_trades_total": "Trades that came in, by market.",
        "aristobot_heartbeat_candles_total": "Candles that were closed and stored, by market.",
        "aristobot_heartbeat_reconnects_total": "Streams that had to be opened again, by market.",
        "aristobot_heartbeat_fetches_total": "Questions for missing candles, by market and outcome.",
        "aristobot_heartbeat_alerts_total": "Alerts of the heartbeat, by market and code.",
        "aristobot_heartbeat_waiting_candles": "Closed candles that wait for the database, by market.",
        "aristobot_lua_seconds": "Time that a decision took inside its strategy.",
        "aristobot_worker_restarts_total": "Worker processes that were started again.",
        "aristobot_workers": "Worker processes that strategies run in.",
        "aristobot_pool_connections": "Database connections of this process.",
        "aristobot_pool_used_connections": "Those of them that are in use.",
        "aristobot_pool_idle_connections": "Those of them that nobody uses.",
        "aristobot_pool_waiting": "Calls that wait for a database connection.",
        "aristobot_pool_waits_total": "Calls that have had to wait for a database connection.",
        "aristobot_pool_wait_seconds_total": "What all of them waited together.",
        MetricsRegistry.droppedName: "Metrics that were not kept, for want of room or of another kind.",
        "process_resident_memory_bytes": "Memory of this process.",
        "process_cpu_seconds_total": "Processor time of this process.",
        "process_open_fds": "Open file descriptors of this process.",
        "process_start_time_seconds": "When this process began, in seconds since the epoch.",
    ]
}
