extension Migration {
    /// Strategies with their versions, their running instances, webhooks and results of backtests.
    ///
    /// A reference between rows of users names the user too, so no row can point at a row of somebody else.
    static let strategies = Migration(number: 3, name: "strategies", statements: strategyTables + webhookTables)

    private static let strategyTables = [
        """
        CREATE TABLE strategies (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT strategies_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT strategies_user_fkey REFERENCES users,
            name display_name NOT NULL,
            description text NOT NULL DEFAULT '' CONSTRAINT strategies_description CHECK (length(description) <= 10000),
            timeframe text NOT NULL CONSTRAINT strategies_timeframe_fkey REFERENCES timeframes (name),
            current_version integer NOT NULL CONSTRAINT strategies_current_version CHECK (current_version > 0),
            created_at instant NOT NULL,
            updated_at instant NOT NULL,
            removed_at instant,
            CONSTRAINT strategies_user_key UNIQUE (user_id, id)
        )
        """,
        "CREATE UNIQUE INDEX strategies_name_key ON strategies (user_id, name) WHERE removed_at IS NULL",
        """
        CREATE TABLE strategy_versions (
            user_id bigint NOT NULL,
            strategy_id bigint NOT NULL,
            version integer NOT NULL CONSTRAINT strategy_versions_version CHECK (version > 0),
            source text NOT NULL
                CONSTRAINT strategy_versions_source CHECK (octet_length(source) BETWEEN 1 AND 262144),
            created_at instant NOT NULL,
            CONSTRAINT strategy_versions_pkey PRIMARY KEY (user_id, strategy_id, version),
            CONSTRAINT strategy_versions_strategy_fkey
                FOREIGN KEY (user_id, strategy_id) REFERENCES strategies (user_id, id)
        )
        """,
        // Checked at the commit: a strategy and its first version are written together.
        """
        ALTER TABLE strategies ADD CONSTRAINT strategies_current_version_fkey
        FOREIGN KEY (user_id, id, current_version) REFERENCES strategy_versions (user_id, strategy_id, version)
        DEFERRABLE INITIALLY DEFERRED
        """,
        """
        CREATE TABLE active_strategies (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT active_strategies_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT active_strategies_user_fkey REFERENCES users,
            strategy_id bigint NOT NULL,
            version integer NOT NULL,
            broker_id bigint NOT NULL,
            symbol symbol_name NOT NULL,
            timeframe text NOT NULL CONSTRAINT active_strategies_timeframe_fkey REFERENCES timeframes (name),
            params json_object NOT NULL DEFAULT '{}',
            settings json_object NOT NULL DEFAULT '{}',
            state text NOT NULL DEFAULT 'active' CONSTRAINT active_strategies_state
                CHECK (state IN ('active', 'suspended', 'stopped', 'failed')),
            starts_at instant NOT NULL,
            ends_at instant,
            -- The strategy's own memory and the trading core's, written with each decision.
            script_state bytea
                CONSTRAINT active_strategies_script_state CHECK (octet_length(script_state) <= 65536),
            core_state json_object,
            last_decision_open instant,
            created_at instant NOT NULL,
            stopped_at instant,
            CONSTRAINT active_strategies_user_key UNIQUE (user_id, id),
            CONSTRAINT active_strategies_broker_key UNIQUE (user_id, broker_id, id),
            CONSTRAINT active_strategies_version_fkey FOREIGN KEY (user_id, strategy_id, version)
                REFERENCES strategy_versions (user_id, strategy_id, version),
            CONSTRAINT active_strategies_broker_fkey FOREIGN KEY (user_id, broker_id)
                REFERENCES brokers (user_id, id),
            CONSTRAINT active_strategies_dates CHECK (ends_at > starts_at),
            CONSTRAINT active_strategies_stopped CHECK ((state = 'stopped') = (stopped_at IS NOT NULL))
        )
        """,
        // What a signal asks for: who waits for this timeframe and symbol.
        """
        CREATE INDEX active_strategies_waiting ON active_strategies (timeframe, symbol) WHERE state = 'active'
        """,
        """
        CREATE TABLE backtest_results (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT backtest_results_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT backtest_results_user_fkey REFERENCES users,
            strategy_id bigint NOT NULL,
            version integer NOT NULL,
            venue venue_name NOT NULL,
            symbol symbol_name NOT NULL,
            timeframe text NOT NULL CONSTRAINT backtest_results_timeframe_fkey REFERENCES timeframes (name),
            from_time instant NOT NULL,
            to_time instant NOT NULL,
            cash positive_amount NOT NULL,
            options json_object NOT NULL DEFAULT '{}',
            state text NOT NULL DEFAULT 'queued' CONSTRAINT backtest_results_state
                CHECK (state IN ('queued', 'running', 'done', 'cancelled', 'failed')),
            progress float8 NOT NULL DEFAULT 0
                CONSTRAINT backtest_results_progress CHECK (progress >= 0 AND progress <= 1),
            report json_object,
            failure text,
            created_at instant NOT NULL,
            ended_at instant,
            CONSTRAINT backtest_results_version_fkey FOREIGN KEY (user_id, strategy_id, version)
                REFERENCES strategy_versions (user_id, strategy_id, version),
            CONSTRAINT backtest_results_period CHECK (to_time > from_time),
            CONSTRAINT backtest_results_ended
                CHECK ((state IN ('done', 'cancelled', 'failed')) = (ended_at IS NOT NULL)),
            CONSTRAINT backtest_results_report CHECK (state <> 'done' OR report IS NOT NULL),
            CONSTRAINT backtest_results_failure CHECK ((state = 'failed') = (failure IS NOT NULL))
        )
        """,
        "CREATE INDEX backtest_results_of_user ON backtest_results (user_id, created_at DESC, id DESC)",
    ]

    private static let webhookTables = [
        """
        CREATE TABLE webhooks (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT webhooks_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT webhooks_user_fkey REFERENCES users,
            broker_id bigint NOT NULL,
            name display_name NOT NULL,
            -- SHA-256 of the token: whoever reads the table cannot call the hook.
            token_hash bytea NOT NULL CONSTRAINT webhooks_token_hash_key UNIQUE
                CONSTRAINT webhooks_token_hash CHECK (octet_length(token_hash) = 32),
            settings json_object NOT NULL DEFAULT '{}',
            created_at instant NOT NULL,
            removed_at instant,
            CONSTRAINT webhooks_user_key UNIQUE (user_id, id),
            CONSTRAINT webhooks_broker_fkey FOREIGN KEY (user_id, broker_id) REFERENCES brokers (user_id, id)
        )
        """,
        """
        CREATE TABLE webhook_calls (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT webhook_calls_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT webhook_calls_user_fkey REFERENCES users,
            webhook_id bigint NOT NULL,
            source text NOT NULL CONSTRAINT webhook_calls_source CHECK (length(source) BETWEEN 1 AND 64),
            -- A call that comes twice under one key is carried out once.
            idempotency_key text NOT NULL
                CONSTRAINT webhook_calls_idempotency CHECK (length(idempotency_key) BETWEEN 1 AND 128),
            payload json_object NOT NULL,
            state text NOT NULL DEFAULT 'received' CONSTRAINT webhook_calls_state
                CHECK (state IN ('received', 'processed', 'refused', 'failed')),
            failure text,
            received_at instant NOT NULL,
            CONSTRAINT webhook_calls_user_key UNIQUE (user_id, id),
            CONSTRAINT webhook_calls_once UNIQUE (webhook_id, idempotency_key),
            CONSTRAINT webhook_calls_webhook_fkey
                FOREIGN KEY (user_id, webhook_id) REFERENCES webhooks (user_id, id)
        )
        """,
        "CREATE INDEX webhook_calls_of_user ON webhook_calls (user_id, received_at DESC, id DESC)",
    ]
}
