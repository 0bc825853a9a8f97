extension Migration {
    /// What live engines need: who is alive and holds which account, what running strategies have besides their terms,
    /// commands for them, their log, and the notifications that join the processes.
    static let engine = Migration(
        number: 11, name: "engine",
        statements: engineTables + strategyColumns + decisionColumns + commandTables + engineIndexes + notifications)

    private static let engineTables = [
        // Leases of several machines are judged by one clock.
        """
        CREATE FUNCTION clock_milliseconds() RETURNS bigint LANGUAGE sql VOLATILE AS
        $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$
        """,
        """
        CREATE TABLE engines (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT engines_pkey PRIMARY KEY,
            name text NOT NULL CONSTRAINT engines_name CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'),
            -- An engine that has not been heard of for so many milliseconds is dead.
            life bigint NOT NULL CONSTRAINT engines_life CHECK (life BETWEEN 1 AND 3600000),
            detail json_object NOT NULL DEFAULT '{}',
            started_at instant NOT NULL,
            renewed_at instant NOT NULL,
            left_at instant,
            CONSTRAINT engines_times CHECK (renewed_at >= started_at AND left_at >= started_at)
        )
        """,
        "CREATE UNIQUE INDEX engines_name_key ON engines (name) WHERE left_at IS NULL",
        """
        CREATE TABLE account_leases (
            broker_id bigint CONSTRAINT account_leases_pkey PRIMARY KEY,
            user_id bigint NOT NULL,
            -- Null: nobody has the account.
            engine_id bigint CONSTRAINT account_leases_engine_fkey REFERENCES engines,
            -- Rises whenever the account changes hands; whoever has an older one can write no more.
            epoch bigint NOT NULL DEFAULT 0,
            -- Counts the commits, so that one of unknown outcome can be asked about.
            commit_number bigint NOT NULL DEFAULT 0,
            taken_at instant,
            CONSTRAINT account_leases_broker_fkey FOREIGN KEY (user_id, broker_id)
                REFERENCES brokers (user_id, id) ON DELETE CASCADE,
            CONSTRAINT account_leases_taken CHECK ((engine_id IS NULL) = (taken_at IS NULL))
        )
        """,
        "CREATE INDEX account_leases_of_engine ON account_leases (engine_id)",
        // Nothing is opened for the user while it is on.
        "ALTER TABLE users ADD COLUMN kill_switch boolean NOT NULL DEFAULT false",
        // What all strategies of an account may do together.
        "ALTER TABLE brokers ADD COLUMN limits json_object NOT NULL DEFAULT '{}'",
    ]

    private static let strategyColumns = [
        """
        ALTER TABLE strategy_versions ADD COLUMN source_hash bytea
            CONSTRAINT strategy_versions_source_hash CHECK (octet_length(source_hash) = 32)
        """,
        """
        ALTER TABLE active_strategies
            ADD COLUMN name display_name,
            ADD COLUMN capital positive_amount NOT NULL DEFAULT 1000,
            -- Other series that the script reads: [["ETH/USDT", "1h"], …].
            ADD COLUMN feeds jsonb NOT NULL DEFAULT '[]'
                CONSTRAINT active_strategies_feeds CHECK (jsonb_typeof(feeds) = 'array'),
            ADD COLUMN seed bigint NOT NULL DEFAULT 0,
            -- Failed calls in a row.
            ADD COLUMN failures integer NOT NULL DEFAULT 0
                CONSTRAINT active_strategies_failures CHECK (failures >= 0),
            ADD COLUMN reason_en text,
            ADD COLUMN reason_fr text,
            -- The number of the newest row in `strategy_sessions`; 0: it was never loaded.
            ADD COLUMN session integer NOT NULL DEFAULT 0
                CONSTRAINT active_strategies_session CHECK (session >= 0),
            ADD CONSTRAINT active_strategies_reason CHECK ((reason_en IS NULL) = (reason_fr IS NULL)),
            ADD CONSTRAINT active_strategies_failed CHECK (state <> 'failed' OR reason_en IS NOT NULL)
        """,
        "UPDATE active_strategies SET name = 'strategy ' || id",
        """
        ALTER TABLE active_strategies
            ALTER COLUMN name SET NOT NULL, ALTER COLUMN capital DROP DEFAULT, ALTER COLUMN seed DROP DEFAULT,
            -- Rows are rewritten with decisions: room beside each keeps the indexes untouched.
            SET (fillfactor = 60)
        """,
        """
        CREATE UNIQUE INDEX active_strategies_name_key ON active_strategies (user_id, name) WHERE state <> 'stopped'
        """,
        """
        CREATE INDEX active_strategies_of_account ON active_strategies (broker_id, id) WHERE state <> 'stopped'
        """,
        "CREATE INDEX active_strategies_of_user ON active_strategies (user_id, id DESC)",
        // One life of a script in a worker: what it was loaded with, so that its decisions can be taken again.
        """
        CREATE TABLE strategy_sessions (
            user_id bigint NOT NULL,
            active_strategy_id bigint NOT NULL,
            number integer NOT NULL CONSTRAINT strategy_sessions_number CHECK (number > 0),
            version integer NOT NULL,
            params json_object NOT NULL DEFAULT '{}',
            seed bigint NOT NULL,
            script_state bytea CONSTRAINT strategy_sessions_script_state CHECK (octet_length(script_state) <= 65536),
            -- As the engine encodes it.
            loading bytea CONSTRAINT strategy_sessions_loading CHECK (octet_length(loading) <= 4194304),
            detail json_object NOT NULL DEFAULT '{}',
            started_at instant NOT NULL,
            CONSTRAINT strategy_sessions_pkey PRIMARY KEY (active_strategy_id, number),
            CONSTRAINT strategy_sessions_strategy_fkey FOREIGN KEY (user_id, active_strategy_id)
                REFERENCES active_strategies (user_id, id)
        )
        """,
        """
        CREATE TRIGGER strategy_versions_stay
        BEFORE UPDATE OF source, version, strategy_id, user_id ON strategy_versions
        FOR EACH STATEMENT EXECUTE FUNCTION rows_stay()
        """,
    ]

    private static let decisionColumns = [
        // No reference to the session: a test for each of ten thousand rows would cost more than the row.
        """
        ALTER TABLE decisions
            ADD COLUMN version integer,
            ADD COLUMN session integer,
            ADD COLUMN input bytea CONSTRAINT decisions_input CHECK (octet_length(input) <= 4194304),
            -- 64 bits of the encoded answer and of the script's memory after it.
            ADD COLUMN output_hash bigint,
            ADD COLUMN state_hash bigint,
            -- The script's memory, where the decision changed it.
            ADD COLUMN script_state bytea
                CONSTRAINT decisions_script_state CHECK (octet_length(script_state) <= 65536),
            -- Which candles the script had taken in.
            ADD COLUMN feeds jsonb CONSTRAINT decisions_feeds CHECK (jsonb_typeof(feeds) = 'array')
        """
    ]

    private static let commandTables = [
        """
        CREATE TABLE strategy_commands (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT strategy_commands_pkey PRIMARY KEY,
            user_id bigint NOT NULL,
            active_strategy_id bigint NOT NULL,
            kind text NOT NULL CONSTRAINT strategy_commands_kind CHECK (kind IN
                ('suspend', 'resume', 'stop', 'close', 'upgrade', 'set')),
            detail json_object NOT NULL DEFAULT '{}',
            state text NOT NULL DEFAULT 'pending' CONSTRAINT strategy_commands_state CHECK (state IN
                ('pending', 'done', 'refused')),
            answer_en text,
            answer_fr text,
            submitted_at instant NOT NULL,
            finished_at instant,
            CONSTRAINT strategy_commands_strategy_fkey FOREIGN KEY (user_id, active_strategy_id)
                REFERENCES active_strategies (user_id, id),
            CONSTRAINT strategy_commands_answer CHECK ((answer_en IS NULL) = (answer_fr IS NULL)),
            CONSTRAINT strategy_commands_refused CHECK (state <> 'refused' OR answer_en IS NOT NULL),
            CONSTRAINT strategy_commands_finished CHECK ((state = 'pending') = (finished_at IS NULL))
        )
        """,
        "CREATE INDEX strategy_commands_pending ON strategy_commands (active_strategy_id, id) WHERE state = 'pending'",
        "CREATE INDEX strategy_commands_of_user ON strategy_commands (user_id, id DESC)",
        // A ring of a thousand lines for each strategy: the newest line takes the place of the oldest.
        """
        CREATE TABLE strategy_log (
            user_id bigint NOT NULL,
            active_strategy_id bigint NOT NULL,
            slot smallint NOT NULL CONSTRAINT strategy_log_slot CHECK (slot BETWEEN 0 AND 999 AND slot = number % 1000),
            -- 1, 2, 3 … in the order of writing.
            number bigint NOT NULL CONSTRAINT strategy_log_number CHECK (number > 0),
            written_at instant NOT NULL,
            candle_open instant,
            level text NOT NULL CONSTRAINT strategy_log_level CHECK (level IN ('debug', 'info', 'warning', 'error')),
            source text NOT NULL CONSTRAINT strategy_log_source CHECK (source ~ '^[a-z][a-z_]{0,31}$'),
            text_en text NOT NULL CONSTRAINT strategy_log_text_en CHECK (length(text_en) <= 4000),
            text_fr text NOT NULL CONSTRAINT strategy_log_text_fr CHECK (length(text_fr) <= 4000),
            detail json_object NOT NULL DEFAULT '{}',
            CONSTRAINT strategy_log_pkey PRIMARY KEY (active_strategy_id, slot),
            CONSTRAINT strategy_log_order UNIQUE (active_strategy_id, number),
            CONSTRAINT strategy_log_strategy_fkey FOREIGN KEY (user_id, active_strategy_id)
                REFERENCES active_strategies (user_id, id)
        )
        """,
    ]

    private static let engineIndexes = [
        // How often something was sent for an order of a core: `ab<strategy>-<number>-<attempt>`.
        """
        CREATE INDEX orders_of_strategy ON orders (active_strategy_id, split_part(client_order_id, '-', 2))
        WHERE active_strategy_id IS NOT NULL
        """,
        "CREATE INDEX fills_latest ON fills (broker_id, symbol, filled_at DESC, id DESC)",
        "CREATE INDEX positions_of_strategy ON positions (active_strategy_id) WHERE active_strategy_id IS NOT NULL",
        "CREATE INDEX alerts_newest ON alerts (id DESC) WHERE user_id IS NULL",
    ]

    private static let notifications = [
        // Numbers of signals are given in the order of the commits, so that whoever has read up to one has missed none.
        """
        CREATE FUNCTION heartbeat_signals_line_up() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('aristobot heartbeat_signals', 0));
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER heartbeat_signals_line_up BEFORE INSERT ON heartbeat_signals
        FOR EACH STATEMENT EXECUTE FUNCTION heartbeat_signals_line_up()
        """,
        """
        CREATE FUNCTION heartbeat_signals_told() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE newest bigint;
        BEGIN
            SELECT max(id) INTO newest FROM added;
            IF newest IS NOT NULL THEN
                PERFORM pg_notify('aristobot_signals', newest::text);
            END IF;
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER heartbeat_signals_told AFTER INSERT ON heartbeat_signals REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION heartbeat_signals_told()
        """,
        // The payload is the number of the broker whose engine is concerned.
        """
        CREATE FUNCTION roster_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE changed jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
        BEGIN
            PERFORM pg_notify('aristobot_roster', coalesce(
                changed ->> 'broker_id',
                (SELECT a.broker_id::text FROM active_strategies a WHERE TG_TABLE_NAME = 'strategy_commands'
                    AND a.id = (changed ->> 'active_strategy_id')::bigint),
                changed ->> 'id'));
            RETURN NULL;
        END $$
        """,
        // Decisions rewrite none of these columns, so they tell nobody.
        """
        CREATE TRIGGER active_strategies_told AFTER INSERT OR DELETE
        OR UPDATE OF state, version, params, settings, feeds, starts_at, ends_at, capital ON active_strategies
        FOR EACH ROW EXECUTE FUNCTION roster_changed()
        """,
        """
        CREATE TRIGGER strategy_commands_told AFTER INSERT ON strategy_commands
        FOR EACH ROW EXECUTE FUNCTION roster_changed()
        """,
        """
        CREATE TRIGGER brokers_told
        AFTER INSERT OR DELETE OR UPDATE OF settings, limits, credentials, removed_at ON brokers
        FOR EACH ROW EXECUTE FUNCTION roster_changed()
        """,
        """
        CREATE FUNCTION users_told() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('aristobot_roster', b.id::text) FROM brokers b
            WHERE b.user_id = NEW.id AND b.removed_at IS NULL;
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER users_told AFTER UPDATE OF kill_switch, is_active ON users
        FOR EACH ROW EXECUTE FUNCTION users_told()
        """,
    ]
}
