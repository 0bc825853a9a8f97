extension Migration {
    /// Who offers to be the heartbeat of which market: one is at work, the others stand by.
    static let runners = Migration(
        number: 13, name: "runners",
        statements: [
            """
            CREATE TABLE heartbeat_runners (
                id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT heartbeat_runners_pkey PRIMARY KEY,
                venue venue_name NOT NULL,
                -- Of the process, for people: machine and number.
                name text NOT NULL CONSTRAINT heartbeat_runners_name CHECK (length(name) BETWEEN 1 AND 100),
                -- One that has not been heard of for so many milliseconds is dead.
                life bigint NOT NULL CONSTRAINT heartbeat_runners_life CHECK (life BETWEEN 1 AND 3600000),
                is_at_work boolean NOT NULL DEFAULT false,
                started_at instant NOT NULL,
                renewed_at instant NOT NULL,
                CONSTRAINT heartbeat_runners_times CHECK (renewed_at >= started_at)
            )
            """,
            "CREATE UNIQUE INDEX heartbeat_runners_at_work ON heartbeat_runners (venue) WHERE is_at_work",
            "CREATE INDEX heartbeat_runners_of_market ON heartbeat_runners (venue)",
        ])
}
