import Broker
import Market
import Postgres
import Wording

/// Who is the heartbeat of a market: one process at a time. Who lives is judged by the database's clock alone.
///
/// Two that both wrote would write the same candles, so no write is checked for it: this only keeps a second one from
/// asking the venue for what the first one has, and from writing its own state over that one's.
extension HeartbeatRepository {
    /// A runner that has not been heard of for so long is dead, and another one takes its place.
    public static let usualLife = Duration.seconds(10)

    /// Offers to be the heartbeat of a market, or says that it still lives. To be called again well within `life`.
    ///
    /// - Parameters:
    ///   - runner: what the last call answered; nil for the first one.
    ///   - name: of the process, for people; at most 100 characters.
    ///   - life: after which silence another one takes its place; 1 ms to 1 h.
    public func offer(
        _ runner: HeartbeatRunnerID?, as name: String, of market: VenueName,
        life: Duration = HeartbeatRepository.usualLife
    ) async throws -> HeartbeatTurn {
        let life = EngineRepository.milliseconds(life)
        let (name, number) = (name.isEmpty ? "heartbeat" : String(name.prefix(100)), runner?.number ?? 0)
        return try await pool.transaction { connection in
            // Of those who offer themselves at once each sees what the former did.
            try await connection.execute(
                """
                SELECT \(BriefHold.begin),
                    pg_advisory_xact_lock(hashtextextended('aristobot heartbeat ' || \(market.text), 0))
                """)
            let dead = try await connection.query(
                """
                DELETE FROM heartbeat_runners WHERE venue = \(market.text) AND id <> \(number)
                    AND renewed_at + life <= clock_milliseconds() RETURNING name, is_at_work
                """)
            let id = try await Self.renew(number, name, market, life, on: connection)
            let worker = try await connection.query(
                "SELECT id, name FROM heartbeat_runners WHERE venue = \(market.text) AND is_at_work"
            ).first
            if let worker {
                let isOwn = try worker.int64("id") == id
                return HeartbeatTurn(
                    runner: HeartbeatRunnerID(id), isAtWork: isOwn, other: isOwn ? nil : try worker.text("name"))
            }
            try await connection.execute("UPDATE heartbeat_runners SET is_at_work = true WHERE id = \(id)")
            let former = try dead.first { try $0.bool("is_at_work") }?.text("name")
            if let former {
                try await connection.execute(
                    AlertRepository.insert(Self.takenOver(market, from: former, by: name), for: nil, at: now()))
            }
            return HeartbeatTurn(runner: HeartbeatRunnerID(id), isAtWork: true, successorOf: former)
        }
    }

    /// Another one may take its place at once.
    public func withdraw(_ runner: HeartbeatRunnerID) async throws {
        try await pool.execute("DELETE FROM heartbeat_runners WHERE id = \(runner.number)")
    }

    /// All who are known, by market; the one at work first. The dead among them are those whose place nobody took.
    public func runners() async throws -> [HeartbeatRunner] {
        try await pool.query(
            """
            SELECT id, venue, name, is_at_work, renewed_at + life > clock_milliseconds() AS alive
            FROM heartbeat_runners ORDER BY venue, is_at_work DESC, id LIMIT 1000
            """
        ).map { row in
            guard let market = VenueName(try row.text("venue")) else {
                throw StorageError.damaged(Message("a market without a name", fr: "un marché sans nom"))
            }
            return HeartbeatRunner(
                id: HeartbeatRunnerID(try row.int64("id")), market: market, name: try row.text("name"),
                isAtWork: try row.bool("is_at_work"), isAlive: try row.bool("alive"))
        }
    }

    /// One that was taken for dead, and lives, begins anew.
    private static func renew(
        _ number: Int64, _ name: String, _ market: VenueName, _ life: Int64, on connection: PostgresConnection
    ) async throws -> Int64 {
        let renewed = try await connection.execute(
            """
            UPDATE heartbeat_runners SET renewed_at = greatest(renewed_at, clock_milliseconds()), life = \(life)
            WHERE id = \(number) AND venue = \(market.text)
            """)
        guard renewed == 0 else { return number }
        let rows = try await connection.query(
            """
            INSERT INTO heartbeat_runners (venue, name, life, started_at, renewed_at)
            SELECT \(market.text), \(name), \(life), t.now, t.now
            FROM (SELECT clock_milliseconds() AS now) AS t RETURNING id
            """)
        return try rows[0].int64("id")
    }

    private static func takenOver(_ market: VenueName, from former: String, by name: String) -> Alert {
        Alert(
            .warning, "heartbeat_taken_over",
            Message(
                "the heartbeat of \(market) (\(former)) was not heard of any more; \(name) has taken its place",
                fr: "le heartbeat de \(market) (\(former)) ne donnait plus signe de vie ; \(name) a pris sa place"))
    }
}
