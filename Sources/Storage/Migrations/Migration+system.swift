extension Migration {
    /// Instruments, the heartbeat's tables, alerts and the audit.
    static let system = Migration(number: 5, name: "system", statements: heartbeatTables + recordTables)

    private static let heartbeatTables = [
        """
        CREATE TABLE instruments (
            venue venue_name NOT NULL,
            symbol symbol_name NOT NULL,
            quantity_step positive_amount NOT NULL,
            price_tick positive_amount,
            minimum_quantity amount,
            maximum_quantity positive_amount,
            minimum_notional amount,
            maximum_notional positive_amount,
            is_trading boolean NOT NULL,
            -- Names separated by commas.
            order_kinds text NOT NULL
                CONSTRAINT instruments_order_kinds CHECK (order_kinds ~ '^([a-z_]+(,[a-z_]+)*)?$'),
            has_order_pairs boolean NOT NULL,
            refreshed_at instant NOT NULL,
            CONSTRAINT instruments_pkey PRIMARY KEY (venue, symbol),
            CONSTRAINT instruments_quantities CHECK (minimum_quantity <= maximum_quantity),
            CONSTRAINT instruments_notionals CHECK (minimum_notional <= maximum_notional)
        )
        """,
        // What the heartbeat itself built from trades, to be compared with the venue's own candles.
        """
        CREATE TABLE candles_heartbeat (
            series_id integer NOT NULL CONSTRAINT candles_heartbeat_series_fkey REFERENCES candle_series,
            open_time instant NOT NULL,
            open float8 NOT NULL,
            high float8 NOT NULL,
            low float8 NOT NULL,
            close float8 NOT NULL,
            volume float8 NOT NULL,
            trade_count integer NOT NULL CONSTRAINT candles_heartbeat_trades CHECK (trade_count >= 0),
            closed_at instant NOT NULL,
            CONSTRAINT candles_heartbeat_pkey PRIMARY KEY (series_id, open_time),
            CONSTRAINT candles_heartbeat_prices CHECK (
                low > 0 AND low <= open AND open <= high AND low <= close AND close <= high AND high < 'Infinity'),
            CONSTRAINT candles_heartbeat_volume CHECK (volume >= 0 AND volume < 'Infinity')
        )
        """,
        """
        CREATE TABLE heartbeat_status (
            venue venue_name CONSTRAINT heartbeat_status_pkey PRIMARY KEY,
            is_connected boolean NOT NULL,
            is_coherent boolean NOT NULL,
            last_heartbeat instant,
            detail json_object NOT NULL DEFAULT '{}',
            updated_at instant NOT NULL
        )
        """,
        """
        CREATE TABLE heartbeat_signals (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT heartbeat_signals_pkey PRIMARY KEY,
            series_id integer NOT NULL CONSTRAINT heartbeat_signals_series_fkey REFERENCES candle_series,
            open_time instant NOT NULL,
            signalled_at instant NOT NULL,
            CONSTRAINT heartbeat_signals_once UNIQUE (series_id, open_time)
        )
        """,
    ]

    private static let recordTables = [
        """
        CREATE TABLE alerts (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT alerts_pkey PRIMARY KEY,
            -- Null: it concerns the whole program.
            user_id bigint CONSTRAINT alerts_user_fkey REFERENCES users,
            severity text NOT NULL CONSTRAINT alerts_severity CHECK (severity IN ('info', 'warning', 'error')),
            code text NOT NULL CONSTRAINT alerts_code CHECK (code ~ '^[a-z][a-z0-9_]{0,63}$'),
            message_en text NOT NULL,
            message_fr text NOT NULL,
            detail json_object NOT NULL DEFAULT '{}',
            created_at instant NOT NULL,
            seen_at instant CONSTRAINT alerts_seen_at CHECK (seen_at >= created_at)
        )
        """,
        "CREATE INDEX alerts_of_user ON alerts (user_id, id DESC)",
        """
        CREATE TABLE audit (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_pkey PRIMARY KEY,
            user_id bigint CONSTRAINT audit_user_fkey REFERENCES users,
            action text NOT NULL CONSTRAINT audit_action CHECK (action ~ '^[a-z][a-z0-9_.]{0,63}$'),
            subject text NOT NULL CONSTRAINT audit_subject CHECK (length(subject) <= 200),
            detail json_object NOT NULL DEFAULT '{}',
            created_at instant NOT NULL
        )
        """,
        "CREATE INDEX audit_of_user ON audit (user_id, id DESC)",
        """
        CREATE TRIGGER audit_stay BEFORE UPDATE OR DELETE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION rows_stay()
        """,
    ]
}
