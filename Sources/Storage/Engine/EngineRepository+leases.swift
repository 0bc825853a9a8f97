import Market
import Postgres

extension EngineRepository {
    /// Takes free accounts, up to this engine's fair share of all that need one: those with strategies that are not
    /// stopped, or whose strategies have orders or positions that are not over. An account is free when nobody has it,
    /// or a dead engine.
    ///
    /// - Parameter engine: is renewed by this; one that was declared dead takes nothing.
    public func take(_ engine: EngineID) async throws -> LeaseRound {
        try await pool.transaction { connection in
            try await Self.lineUp(on: connection)
            let renewed = try await connection.execute(
                """
                UPDATE engines SET renewed_at = greatest(renewed_at, clock_milliseconds())
                WHERE id = \(engine.number) AND left_at IS NULL
                """)
            guard renewed == 1 else { return LeaseRound(taken: [], held: 0, share: 0) }
            // Only what is missing: a row that a commit holds would be waited for even to find that it is there.
            try await connection.execute(
                """
                INSERT INTO account_leases (broker_id, user_id) SELECT n.broker_id, n.user_id FROM \(Self.needy)
                WHERE NOT EXISTS (SELECT FROM account_leases l WHERE l.broker_id = n.broker_id)
                """)
            let counts = try await connection.query(
                """
                SELECT (SELECT count(*) FROM \(Self.needy)) AS needy,
                    (SELECT count(*) FROM engines e WHERE \(Self.isAlive)) AS engines,
                    (SELECT count(*) FROM account_leases l JOIN \(Self.needy) ON n.broker_id = l.broker_id
                        WHERE l.engine_id = \(engine.number)) AS held
                """)[0]
            let (needy, engines) = (try counts.int("needy"), max(try counts.int("engines"), 1))
            let (held, share) = (try counts.int("held"), (needy + engines - 1) / engines)
            let taken = held < share ? try await Self.take(share - held, for: engine, on: connection) : []
            return LeaseRound(taken: taken, held: held + taken.count, share: share)
        }
    }

    /// Gives an account back, for another engine to take.
    public func release(_ lease: AccountLease) async throws {
        try await pool.execute(
            """
            UPDATE account_leases SET engine_id = NULL, taken_at = NULL, epoch = epoch + 1
            WHERE broker_id = \(lease.broker.number) AND engine_id = \(lease.engine.number) AND epoch = \(lease.epoch)
            """)
    }

    /// The leases that an engine has, by broker; without those of brokers that were removed.
    public func leases(of engine: EngineID) async throws -> [AccountLease] {
        try await pool.query(Self.leasesQuery(engine)).map(Self.lease)
    }

    /// The same, once whoever is taking accounts has done so. Who begins later sees that the engine was renewed before
    /// this call, so what is answered stays the engine's as long as it lives.
    public func settledLeases(of engine: EngineID) async throws -> [AccountLease] {
        try await pool.transaction { connection in
            try await Self.lineUp(on: connection)
            return try await connection.query(Self.leasesQuery(engine)).map(Self.lease)
        }
    }

    private static func leasesQuery(_ engine: EngineID) -> PostgresQuery {
        """
        SELECT broker_id, user_id, engine_id, epoch, commit_number FROM account_leases
        WHERE engine_id = \(engine.number)
            AND EXISTS (SELECT FROM brokers b WHERE b.id = broker_id AND b.removed_at IS NULL)
        ORDER BY broker_id
        """
    }

    /// The name of the live engine that has an account; nil where none has it.
    public func holder(of broker: BrokerID) async throws -> String? {
        try await pool.query(
            """
            SELECT e.name FROM account_leases l JOIN engines e ON e.id = l.engine_id
            WHERE l.broker_id = \(broker.number) AND \(Self.isAlive)
            """
        ).first?.text("name")
    }

    /// How many commits an account has had, once whatever is under way has ended: after an unknown outcome, `commits`
    /// of the lease still means that nothing was written, one more that it was.
    public func commits(of lease: AccountLease) async throws(EngineStoreError) -> Int64 {
        let rows: PostgresRows
        do {
            rows = try await pool.query(
                """
                SELECT commit_number FROM account_leases
                WHERE broker_id = \(lease.broker.number) AND user_id = \(lease.user.number)
                    AND engine_id = \(lease.engine.number) AND epoch = \(lease.epoch) FOR UPDATE
                """)
        } catch {
            throw Self.explained(error)
        }
        guard let row = rows.first else { throw .leaseLost }
        do { return try row.int64("commit_number") } catch { throw Self.explained(error) }
    }

    /// The lease with the count as it is now, for whoever goes on where another one has stopped writing.
    public func current(_ lease: AccountLease) async throws(EngineStoreError) -> AccountLease {
        var current = lease
        current.commits = try await commits(of: lease)
        return current
    }

    private static func take(
        _ count: Int, for engine: EngineID, on connection: PostgresConnection
    ) async throws -> [AccountLease] {
        // A lease that a commit holds locked is left for the next round.
        try await connection.query(
            """
            UPDATE account_leases l SET engine_id = \(engine.number), epoch = l.epoch + 1,
                taken_at = clock_milliseconds()
            WHERE l.broker_id IN (
                SELECT f.broker_id FROM account_leases f JOIN \(needy) ON n.broker_id = f.broker_id
                WHERE f.engine_id IS NULL
                    OR NOT EXISTS (SELECT FROM engines e WHERE e.id = f.engine_id AND \(isAlive))
                ORDER BY f.broker_id LIMIT \(count) FOR UPDATE OF f SKIP LOCKED)
            RETURNING l.broker_id, l.user_id, l.engine_id, l.epoch, l.commit_number
            """
        ).map(lease).sorted { $0.broker < $1.broker }
    }

    /// Accounts that want an engine, as the table `n`.
    private static let needy = PostgresQuery(
        stringLiteral: """
            (SELECT b.id AS broker_id, b.user_id FROM brokers b
            WHERE b.removed_at IS NULL AND (
                EXISTS (SELECT FROM active_strategies a WHERE a.broker_id = b.id AND a.state <> 'stopped')
                OR EXISTS (SELECT FROM orders o WHERE o.user_id = b.user_id AND o.broker_id = b.id
                    AND o.ended_at IS NULL AND o.active_strategy_id IS NOT NULL)
                OR EXISTS (SELECT FROM positions p WHERE p.user_id = b.user_id AND p.broker_id = b.id
                    AND p.closed_at IS NULL AND p.active_strategy_id IS NOT NULL))) AS n
            """)

    static let isAlive = PostgresQuery(
        stringLiteral: "e.left_at IS NULL AND e.renewed_at + e.life > clock_milliseconds()")

    static func lease(_ row: PostgresRow) throws -> AccountLease {
        AccountLease(
            user: UserID(try row.int64("user_id")), broker: BrokerID(try row.int64("broker_id")),
            engine: EngineID(try row.int64("engine_id")), epoch: try row.int64("epoch"),
            commits: try row.int64("commit_number"))
    }
}
