extension Migration {
    /// What scripts are told with their next decision: a crash between a fill and the decision loses none of it.
    static let events = Migration(
        number: 12, name: "events",
        statements: [
            """
            CREATE TABLE strategy_events (
                user_id bigint NOT NULL,
                active_strategy_id bigint NOT NULL,
                -- Rises in the order in which they happened.
                number bigint NOT NULL CONSTRAINT strategy_events_number CHECK (number > 0),
                -- As the engine encodes it.
                event bytea NOT NULL CONSTRAINT strategy_events_event
                    CHECK (octet_length(event) BETWEEN 1 AND 65536),
                CONSTRAINT strategy_events_pkey PRIMARY KEY (active_strategy_id, number),
                CONSTRAINT strategy_events_strategy_fkey FOREIGN KEY (user_id, active_strategy_id)
                    REFERENCES active_strategies (user_id, id)
            )
            """
        ])
}
