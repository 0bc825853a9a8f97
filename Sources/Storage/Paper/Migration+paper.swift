extension Migration {
    /// Accounts of the paper broker.
    static let paper = Migration(number: 10, name: "paper", statements: paperTables)

    private static let paperTables = [
        """
        CREATE TABLE paper_accounts (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT paper_accounts_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT paper_accounts_user_fkey REFERENCES users,
            broker_id bigint NOT NULL,
            maker_fee amount NOT NULL CONSTRAINT paper_accounts_maker_fee CHECK (maker_fee < 1),
            taker_fee amount NOT NULL CONSTRAINT paper_accounts_taker_fee CHECK (taker_fee < 1),
            slippage amount NOT NULL CONSTRAINT paper_accounts_slippage CHECK (slippage < 1),
            market_fill text NOT NULL
                CONSTRAINT paper_accounts_market_fill CHECK (market_fill IN ('next_price', 'last_price')),
            next_order bigint NOT NULL DEFAULT 1 CONSTRAINT paper_accounts_next_order CHECK (next_order > 0),
            next_fill bigint NOT NULL DEFAULT 1 CONSTRAINT paper_accounts_next_fill CHECK (next_fill > 0),
            -- Rises whenever a process takes the account; whoever has an older one can write no more.
            epoch bigint NOT NULL DEFAULT 0,
            created_at instant NOT NULL,
            updated_at instant NOT NULL,
            CONSTRAINT paper_accounts_broker_key UNIQUE (broker_id),
            CONSTRAINT paper_accounts_broker_fkey FOREIGN KEY (user_id, broker_id) REFERENCES brokers (user_id, id)
        )
        """,
        """
        CREATE TABLE paper_balances (
            account_id bigint NOT NULL
                CONSTRAINT paper_balances_account_fkey REFERENCES paper_accounts ON DELETE CASCADE,
            asset asset_name NOT NULL,
            free amount NOT NULL,
            locked amount NOT NULL,
            CONSTRAINT paper_balances_pkey PRIMARY KEY (account_id, asset)
        )
        """,
        """
        CREATE TABLE paper_orders (
            account_id bigint NOT NULL
                CONSTRAINT paper_orders_account_fkey REFERENCES paper_accounts ON DELETE CASCADE,
            number bigint NOT NULL CONSTRAINT paper_orders_number CHECK (number > 0),
            client_order_id text NOT NULL
                CONSTRAINT paper_orders_client_order_id CHECK (client_order_id ~ '^[A-Za-z0-9_-]{1,64}$'),
            symbol symbol_name NOT NULL,
            side text NOT NULL CONSTRAINT paper_orders_side CHECK (side IN ('buy', 'sell')),
            kind text NOT NULL CONSTRAINT paper_orders_kind CHECK (kind IN
                ('market', 'limit', 'post_only', 'stop', 'stop_limit', 'take_profit', 'take_profit_limit')),
            time_in_force text CONSTRAINT paper_orders_time_in_force CHECK (time_in_force IN ('gtc', 'ioc', 'fok')),
            limit_price positive_amount,
            trigger_price positive_amount,
            -- As it was asked for; `sized_quantity` is what it came to in base.
            quantity positive_amount,
            quote_amount positive_amount,
            sized_quantity amount NOT NULL,
            partner bigint,
            is_pair_target boolean NOT NULL,
            is_triggered boolean NOT NULL,
            locked amount NOT NULL,
            status text NOT NULL CONSTRAINT paper_orders_status CHECK (status IN
                ('open', 'partially_filled', 'filled', 'cancelled', 'rejected', 'expired')),
            reason_en text,
            reason_fr text,
            filled_quantity amount NOT NULL,
            filled_value amount NOT NULL,
            created_at instant NOT NULL,
            updated_at instant NOT NULL,
            CONSTRAINT paper_orders_pkey PRIMARY KEY (account_id, number),
            CONSTRAINT paper_orders_client_order_id_key UNIQUE (account_id, client_order_id),
            CONSTRAINT paper_orders_amount CHECK (
                num_nonnulls(quantity, quote_amount) = 1 AND (quote_amount IS NULL OR kind = 'market')),
            CONSTRAINT paper_orders_limit_price CHECK (
                (kind IN ('limit', 'post_only', 'stop_limit', 'take_profit_limit')) = (limit_price IS NOT NULL)),
            CONSTRAINT paper_orders_trigger_price CHECK (
                (kind IN ('stop', 'stop_limit', 'take_profit', 'take_profit_limit')) = (trigger_price IS NOT NULL)),
            CONSTRAINT paper_orders_limit_time CHECK ((kind = 'limit') = (time_in_force IS NOT NULL)),
            CONSTRAINT paper_orders_filled CHECK (filled_quantity <= sized_quantity),
            CONSTRAINT paper_orders_reason CHECK ((status = 'rejected') = (reason_en IS NOT NULL)
                AND (reason_en IS NULL) = (reason_fr IS NULL)),
            CONSTRAINT paper_orders_locked CHECK (locked = 0 OR status IN ('open', 'partially_filled'))
        )
        """,
        """
        CREATE INDEX paper_orders_open ON paper_orders (account_id, number)
            WHERE status IN ('open', 'partially_filled')
        """,
        """
        CREATE TABLE paper_fills (
            account_id bigint NOT NULL,
            number bigint NOT NULL CONSTRAINT paper_fills_number CHECK (number > 0),
            order_number bigint NOT NULL,
            symbol symbol_name NOT NULL,
            side text NOT NULL CONSTRAINT paper_fills_side CHECK (side IN ('buy', 'sell')),
            price positive_amount NOT NULL,
            quantity positive_amount NOT NULL,
            fee_amount amount NOT NULL,
            fee_asset asset_name NOT NULL,
            filled_at instant NOT NULL,
            is_maker boolean NOT NULL,
            CONSTRAINT paper_fills_pkey PRIMARY KEY (account_id, number),
            CONSTRAINT paper_fills_order_fkey FOREIGN KEY (account_id, order_number)
                REFERENCES paper_orders (account_id, number) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX paper_fills_of_symbol ON paper_fills (account_id, symbol, number)",
        "CREATE INDEX paper_fills_of_order ON paper_fills (account_id, order_number)",
    ]
}
