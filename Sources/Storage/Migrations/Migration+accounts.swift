extension Migration {
    /// Types of the columns, users and their brokers.
    static let accounts = Migration(number: 1, name: "accounts", statements: domains + accountTables)

    private static let domains = [
        // Milliseconds since 1970, up to the year 9999.
        """
        CREATE DOMAIN instant AS bigint
        CONSTRAINT instant_check CHECK (VALUE BETWEEN 0 AND 253402300799999)
        """,
        // What `FixedDecimal` holds: NaN and infinities are above every number here, so they fail too.
        """
        CREATE DOMAIN signed_amount AS numeric
        CONSTRAINT signed_amount_check CHECK (abs(VALUE) <= 1e24 AND scale(trim_scale(VALUE)) <= 12)
        """,
        """
        CREATE DOMAIN amount AS numeric
        CONSTRAINT amount_check CHECK (VALUE >= 0 AND VALUE <= 1e24 AND scale(trim_scale(VALUE)) <= 12)
        """,
        """
        CREATE DOMAIN positive_amount AS numeric
        CONSTRAINT positive_amount_check CHECK (VALUE > 0 AND VALUE <= 1e24 AND scale(trim_scale(VALUE)) <= 12)
        """,
        "CREATE DOMAIN venue_name AS text CONSTRAINT venue_name_check CHECK (VALUE ~ '^[a-z0-9_-]{1,32}$')",
        "CREATE DOMAIN asset_name AS text CONSTRAINT asset_name_check CHECK (VALUE ~ '^[A-Z0-9][A-Z0-9.]{0,23}$')",
        """
        CREATE DOMAIN symbol_name AS text CONSTRAINT symbol_name_check
        CHECK (VALUE ~ '^[A-Z0-9][A-Z0-9.]{0,23}/[A-Z0-9][A-Z0-9.]{0,23}$')
        """,
        "CREATE DOMAIN json_object AS jsonb CONSTRAINT json_object_check CHECK (jsonb_typeof(VALUE) = 'object')",
        // A name that people give: printable, not blank, short.
        """
        CREATE DOMAIN display_name AS text CONSTRAINT display_name_check
        CHECK (VALUE ~ '^[^[:cntrl:]]{1,100}$' AND VALUE = btrim(VALUE))
        """,
    ]

    private static let accountTables = [
        // One row, made with the database: files kept outside know by it that they belong to it.
        """
        CREATE TABLE store_identity (
            singleton boolean CONSTRAINT store_identity_pkey PRIMARY KEY DEFAULT true
                CONSTRAINT store_identity_singleton CHECK (singleton),
            id uuid NOT NULL DEFAULT gen_random_uuid()
        )
        """,
        "INSERT INTO store_identity DEFAULT VALUES",
        """
        CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT users_pkey PRIMARY KEY,
            name text NOT NULL CONSTRAINT users_name_key UNIQUE
                CONSTRAINT users_name_form CHECK (name ~ '^[a-z][a-z0-9_-]{1,31}$'),
            password_hash text CONSTRAINT users_password_hash_form CHECK (length(password_hash) BETWEEN 1 AND 1000),
            language text NOT NULL DEFAULT 'fr' CONSTRAINT users_language CHECK (language IN ('fr', 'en')),
            display_timezone text NOT NULL DEFAULT 'UTC'
                CONSTRAINT users_timezone CHECK (length(display_timezone) BETWEEN 1 AND 64),
            ai_provider text CONSTRAINT users_ai_provider CHECK (length(ai_provider) BETWEEN 1 AND 64),
            ai_key bytea CONSTRAINT users_ai_key CHECK (length(ai_key) BETWEEN 37 AND 16384),
            is_active boolean NOT NULL DEFAULT true,
            created_at instant NOT NULL
        )
        """,
        """
        CREATE TABLE brokers (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT brokers_pkey PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT brokers_user_fkey REFERENCES users,
            name display_name NOT NULL,
            venue venue_name NOT NULL,
            settings json_object NOT NULL DEFAULT '{}',
            -- Key and secret, sealed by the key vault; null: market data only.
            credentials bytea CONSTRAINT brokers_credentials CHECK (length(credentials) BETWEEN 37 AND 16384),
            is_default boolean NOT NULL DEFAULT false,
            created_at instant NOT NULL,
            -- A broker that orders refer to is kept without its keys.
            removed_at instant,
            CONSTRAINT brokers_user_key UNIQUE (user_id, id),
            CONSTRAINT brokers_removed CHECK (removed_at IS NULL OR (credentials IS NULL AND NOT is_default))
        )
        """,
        "CREATE UNIQUE INDEX brokers_name_key ON brokers (user_id, name) WHERE removed_at IS NULL",
        "CREATE UNIQUE INDEX brokers_default_key ON brokers (user_id) WHERE is_default",
    ]
}
