extension Migration {
    /// Orders, fills, the journal of trades, positions and decisions.
    static let trading = Migration(number: 4, name: "trading", statements: orderTables + orderGuards + bookTables)

    private static let orderTables = [
        """
        CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT orders_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT orders_user_fkey REFERENCES users,
            broker_id bigint NOT NULL,
            origin text NOT NULL CONSTRAINT orders_origin CHECK (origin IN ('manual', 'strategy', 'webhook')),
            active_strategy_id bigint,
            webhook_call_id bigint,
            client_order_id text NOT NULL
                CONSTRAINT orders_client_order_id CHECK (client_order_id ~ '^[A-Za-z0-9_-]{1,36}$'),
            venue_order_id text CONSTRAINT orders_venue_order_id CHECK (length(venue_order_id) BETWEEN 1 AND 128),
            symbol symbol_name NOT NULL,
            side text NOT NULL CONSTRAINT orders_side CHECK (side IN ('buy', 'sell')),
            kind text NOT NULL CONSTRAINT orders_kind CHECK (kind IN
                ('market', 'limit', 'post_only', 'stop', 'stop_limit', 'take_profit', 'take_profit_limit')),
            time_in_force text CONSTRAINT orders_time_in_force CHECK (time_in_force IN ('gtc', 'ioc', 'fok')),
            limit_price positive_amount,
            trigger_price positive_amount,
            -- Ordered in base, or in quote currency.
            quantity positive_amount,
            quote_amount positive_amount,
            state text NOT NULL DEFAULT 'pending' CONSTRAINT orders_state CHECK (state IN
                ('pending', 'open', 'partially_filled', 'cancelling', 'filled', 'cancelled', 'rejected', 'expired')),
            reason_en text,
            reason_fr text,
            filled_quantity amount NOT NULL DEFAULT 0,
            filled_value amount NOT NULL DEFAULT 0,
            created_at instant NOT NULL,
            updated_at instant NOT NULL,
            ended_at instant,
            CONSTRAINT orders_client_order_id_key UNIQUE (broker_id, client_order_id),
            CONSTRAINT orders_venue_order_id_key UNIQUE (broker_id, symbol, venue_order_id),
            CONSTRAINT orders_user_key UNIQUE (user_id, broker_id, id, symbol, side),
            CONSTRAINT orders_broker_fkey FOREIGN KEY (user_id, broker_id) REFERENCES brokers (user_id, id),
            CONSTRAINT orders_active_strategy_fkey FOREIGN KEY (user_id, broker_id, active_strategy_id)
                REFERENCES active_strategies (user_id, broker_id, id),
            CONSTRAINT orders_webhook_call_fkey FOREIGN KEY (user_id, webhook_call_id)
                REFERENCES webhook_calls (user_id, id),
            CONSTRAINT orders_origin_reference CHECK (
                (origin = 'strategy') = (active_strategy_id IS NOT NULL)
                AND (origin = 'webhook') = (webhook_call_id IS NOT NULL)),
            CONSTRAINT orders_amount CHECK (
                num_nonnulls(quantity, quote_amount) = 1 AND (quote_amount IS NULL OR kind = 'market')),
            CONSTRAINT orders_limit_price CHECK (
                (kind IN ('limit', 'post_only', 'stop_limit', 'take_profit_limit')) = (limit_price IS NOT NULL)),
            CONSTRAINT orders_trigger_price CHECK (
                (kind IN ('stop', 'stop_limit', 'take_profit', 'take_profit_limit')) = (trigger_price IS NOT NULL)),
            CONSTRAINT orders_limit_time CHECK ((kind = 'limit') = (time_in_force IS NOT NULL)),
            CONSTRAINT orders_filled CHECK (filled_quantity <= quantity),
            CONSTRAINT orders_filled_value CHECK (filled_quantity > 0 OR filled_value = 0),
            CONSTRAINT orders_filled_state CHECK (
                (state <> 'filled' OR filled_quantity > 0) AND (state <> 'partially_filled' OR filled_quantity > 0)),
            CONSTRAINT orders_reason CHECK ((reason_en IS NULL) = (reason_fr IS NULL)),
            CONSTRAINT orders_rejected CHECK (state <> 'rejected' OR reason_en IS NOT NULL),
            CONSTRAINT orders_ended CHECK (
                (state IN ('filled', 'cancelled', 'rejected', 'expired')) = (ended_at IS NOT NULL)),
            CONSTRAINT orders_times CHECK (updated_at >= created_at)
        )
        """,
        // What a restart asks the venue about.
        "CREATE INDEX orders_unsettled ON orders (user_id, broker_id, id) WHERE ended_at IS NULL",
        "CREATE INDEX orders_of_user ON orders (user_id, id DESC)",
        """
        CREATE TABLE fills (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT fills_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT fills_user_fkey REFERENCES users,
            broker_id bigint NOT NULL,
            order_id bigint NOT NULL,
            symbol symbol_name NOT NULL,
            side text NOT NULL CONSTRAINT fills_side CHECK (side IN ('buy', 'sell')),
            venue_fill_id text NOT NULL
                CONSTRAINT fills_venue_fill_id CHECK (length(venue_fill_id) BETWEEN 1 AND 128),
            price positive_amount NOT NULL,
            quantity positive_amount NOT NULL,
            -- Price x quantity as it was counted, rounded to the twelfth decimal.
            value amount NOT NULL CONSTRAINT fills_value CHECK (abs(value - price * quantity) <= 1e-12),
            -- Below zero: the venue paid.
            fee_amount signed_amount NOT NULL,
            fee_asset asset_name NOT NULL,
            filled_at instant NOT NULL,
            is_maker boolean NOT NULL,
            booked_at instant NOT NULL,
            CONSTRAINT fills_once UNIQUE (broker_id, symbol, venue_fill_id),
            CONSTRAINT fills_order_fkey FOREIGN KEY (user_id, broker_id, order_id, symbol, side)
                REFERENCES orders (user_id, broker_id, id, symbol, side)
        )
        """,
        "CREATE INDEX fills_of_order ON fills (order_id)",
        "CREATE INDEX fills_of_user ON fills (user_id, filled_at DESC, id DESC)",
    ]

    private static let orderGuards = [
        """
        CREATE FUNCTION orders_changing() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (OLD.user_id, OLD.broker_id, OLD.client_order_id, OLD.symbol, OLD.side, OLD.kind, OLD.created_at)
                IS DISTINCT FROM
                (NEW.user_id, NEW.broker_id, NEW.client_order_id, NEW.symbol, NEW.side, NEW.kind, NEW.created_at)
            THEN
                RAISE check_violation USING
                    MESSAGE = 'what an order was sent as never changes', CONSTRAINT = 'orders_terms_stay',
                    TABLE = 'orders';
            END IF;
            IF NEW.state <> OLD.state AND NOT (CASE OLD.state
                WHEN 'pending' THEN true
                WHEN 'open' THEN NEW.state <> 'pending'
                WHEN 'partially_filled' THEN NEW.state IN ('cancelling', 'filled', 'cancelled', 'expired')
                WHEN 'cancelling' THEN NEW.state <> 'pending'
                -- A fill that the venue tells late, of an order that was taken for dead.
                WHEN 'cancelled' THEN NEW.state = 'filled'
                WHEN 'expired' THEN NEW.state = 'filled'
                WHEN 'rejected' THEN NEW.state = 'filled'
                ELSE false END)
            THEN
                RAISE check_violation USING
                    MESSAGE = format('an order does not go from %s to %s', OLD.state, NEW.state),
                    CONSTRAINT = 'orders_transition', TABLE = 'orders';
            END IF;
            IF NEW.filled_quantity < OLD.filled_quantity OR NEW.filled_value < OLD.filled_value THEN
                RAISE check_violation USING
                    MESSAGE = 'what was filled stays filled', CONSTRAINT = 'orders_fills_stay', TABLE = 'orders';
            END IF;
            RETURN NEW;
        END $$
        """,
        """
        CREATE TRIGGER orders_changing BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION orders_changing()
        """,
        """
        -- At the commit an order's totals are the sum of its fills.
        CREATE FUNCTION orders_balance() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            concerned bigint := CASE TG_TABLE_NAME
                WHEN 'orders' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'order_id')::bigint END;
            quantities numeric;
            amounts numeric;
        BEGIN
            SELECT coalesce(sum(f.quantity), 0), coalesce(sum(f.value), 0) INTO quantities, amounts
            FROM fills f WHERE f.order_id = concerned;
            IF EXISTS (
                SELECT FROM orders o
                WHERE o.id = concerned AND (o.filled_quantity <> quantities OR o.filled_value <> amounts))
            THEN
                RAISE check_violation USING
                    MESSAGE = 'the totals of an order are not the sum of its fills', CONSTRAINT = 'orders_balance',
                    TABLE = 'orders';
            END IF;
            RETURN NULL;
        END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER orders_balance AFTER INSERT OR UPDATE OF filled_quantity, filled_value ON orders
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_balance()
        """,
        """
        CREATE CONSTRAINT TRIGGER fills_balance AFTER INSERT ON fills
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orders_balance()
        """,
        """
        CREATE FUNCTION rows_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE check_violation USING
                MESSAGE = format('rows of %s are written once', TG_TABLE_NAME),
                CONSTRAINT = TG_TABLE_NAME || '_stay', TABLE = TG_TABLE_NAME;
        END $$
        """,
        """
        CREATE TRIGGER fills_stay BEFORE UPDATE OR DELETE ON fills
        FOR EACH STATEMENT EXECUTE FUNCTION rows_stay()
        """,
    ]

    private static let bookTables = [
        // The journal: every order and every attempt at one, failures included.
        """
        CREATE TABLE trades (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT trades_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT trades_user_fkey REFERENCES users,
            broker_id bigint NOT NULL,
            trade_type text NOT NULL CONSTRAINT trades_type CHECK (trade_type IN ('manual', 'strategy', 'webhook')),
            active_strategy_id bigint,
            webhook_call_id bigint,
            -- Null: it failed before there was an order.
            order_id bigint CONSTRAINT trades_order_key UNIQUE,
            symbol symbol_name NOT NULL,
            side text NOT NULL CONSTRAINT trades_side CHECK (side IN ('buy', 'sell')),
            order_type text NOT NULL CONSTRAINT trades_order_type CHECK (order_type IN
                ('market', 'limit', 'post_only', 'stop', 'stop_limit', 'take_profit', 'take_profit_limit')),
            quantity positive_amount,
            price positive_amount,
            total_value amount,
            status text NOT NULL DEFAULT 'pending' CONSTRAINT trades_status CHECK (status IN
                ('pending', 'filled', 'cancelled', 'failed')),
            filled_quantity amount NOT NULL DEFAULT 0,
            filled_price positive_amount,
            -- By asset, such as {"BNB": "0.0012"}.
            fees json_object NOT NULL DEFAULT '{}',
            profit_loss signed_amount,
            error_en text,
            error_fr text,
            notes text CONSTRAINT trades_notes CHECK (length(notes) <= 10000),
            created_at instant NOT NULL,
            executed_at instant,
            CONSTRAINT trades_broker_fkey FOREIGN KEY (user_id, broker_id) REFERENCES brokers (user_id, id),
            CONSTRAINT trades_active_strategy_fkey FOREIGN KEY (user_id, broker_id, active_strategy_id)
                REFERENCES active_strategies (user_id, broker_id, id),
            CONSTRAINT trades_webhook_call_fkey FOREIGN KEY (user_id, webhook_call_id)
                REFERENCES webhook_calls (user_id, id),
            CONSTRAINT trades_order_fkey FOREIGN KEY (user_id, broker_id, order_id, symbol, side)
                REFERENCES orders (user_id, broker_id, id, symbol, side),
            CONSTRAINT trades_origin_reference CHECK (
                (trade_type = 'strategy') = (active_strategy_id IS NOT NULL)
                AND (trade_type = 'webhook') = (webhook_call_id IS NOT NULL)),
            CONSTRAINT trades_filled CHECK (filled_quantity <= quantity),
            CONSTRAINT trades_filled_price CHECK ((filled_quantity > 0) = (filled_price IS NOT NULL)),
            CONSTRAINT trades_error CHECK (
                (error_en IS NULL) = (error_fr IS NULL) AND (status <> 'failed' OR error_en IS NOT NULL)),
            CONSTRAINT trades_order_or_failure CHECK (order_id IS NOT NULL OR status = 'failed')
        )
        """,
        "CREATE INDEX trades_of_user ON trades (user_id, id DESC)",
        "CREATE INDEX trades_of_symbol ON trades (user_id, broker_id, symbol, id DESC)",
        """
        CREATE TABLE positions (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT positions_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT positions_user_fkey REFERENCES users,
            broker_id bigint NOT NULL,
            -- Null: what was bought by hand.
            active_strategy_id bigint,
            symbol symbol_name NOT NULL,
            direction text NOT NULL CONSTRAINT positions_direction CHECK (direction IN ('long', 'short')),
            quantity amount NOT NULL,
            entry_price positive_amount NOT NULL,
            stop_price positive_amount,
            target_price positive_amount,
            realised_profit signed_amount NOT NULL DEFAULT 0,
            opened_at instant NOT NULL,
            updated_at instant NOT NULL,
            closed_at instant,
            CONSTRAINT positions_broker_fkey FOREIGN KEY (user_id, broker_id) REFERENCES brokers (user_id, id),
            CONSTRAINT positions_active_strategy_fkey FOREIGN KEY (user_id, broker_id, active_strategy_id)
                REFERENCES active_strategies (user_id, broker_id, id),
            CONSTRAINT positions_closed CHECK ((quantity = 0) = (closed_at IS NOT NULL)),
            CONSTRAINT positions_times CHECK (updated_at >= opened_at AND closed_at >= opened_at)
        )
        """,
        """
        CREATE UNIQUE INDEX positions_open_key ON positions (user_id, broker_id, symbol, active_strategy_id)
        NULLS NOT DISTINCT WHERE closed_at IS NULL
        """,
        "CREATE INDEX positions_of_user ON positions (user_id, id DESC)",
        """
        CREATE TABLE decisions (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT decisions_pkey PRIMARY KEY,
            user_id bigint NOT NULL,
            active_strategy_id bigint NOT NULL,
            -- Of the candle whose close was decided on: a decision on a candle is taken once.
            candle_open instant NOT NULL,
            outcome text NOT NULL CONSTRAINT decisions_outcome CHECK (outcome IN
                ('nothing', 'intents', 'skipped', 'failed')),
            detail json_object NOT NULL DEFAULT '{}',
            decided_at instant NOT NULL,
            CONSTRAINT decisions_once UNIQUE (active_strategy_id, candle_open),
            CONSTRAINT decisions_active_strategy_fkey FOREIGN KEY (user_id, active_strategy_id)
                REFERENCES active_strategies (user_id, id)
        )
        """,
        "CREATE INDEX decisions_of_user ON decisions (user_id, id DESC)",
    ]
}
