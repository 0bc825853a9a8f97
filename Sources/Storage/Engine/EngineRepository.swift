import Market
import Postgres
import Wording

/// Engines: which are alive, which accounts each may trade on, and what they write.
///
/// Who is alive is judged by the database's clock alone. An account belongs to one engine at a time; what is written
/// about it is written under its lease, in a transaction that begins by locking the lease, so whoever lost it writes
/// nothing.
public struct EngineRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// An engine that has not been heard of for so long is dead.
    public static let usualLife = Duration.seconds(10)

    /// Notes that an engine begins. A live engine of the same name is a `.nameTaken`, which tells how long to wait for
    /// it, should it be dead.
    ///
    /// - Parameters:
    ///   - name: letters, digits, `.`, `_` and `-`, at most 64.
    ///   - life: after which silence others take its accounts; 1 ms to 1 h.
    ///   - detail: a JSON object: host, process, version.
    public func register(
        name: String, life: Duration = EngineRepository.usualLife, detail: String = "{}"
    ) async throws -> EngineID {
        try Self.check(name)
        return try await pool.transaction { connection in
            try await Self.lineUp(on: connection)
            let others = try await connection.query(
                """
                SELECT id, renewed_at + life - clock_milliseconds() AS rest FROM engines
                WHERE name = \(name) AND left_at IS NULL
                """)
            for other in others {
                let rest = try other.int64("rest")
                guard rest <= 0 else { throw Self.taken(name, rest) }
                try await Self.end(EngineID(try other.int64("id")), on: connection)
            }
            let rows = try await connection.query(
                """
                INSERT INTO engines (name, life, detail, started_at, renewed_at)
                SELECT \(name), \(Self.milliseconds(life)), \(detail)::jsonb, t.now, t.now
                FROM (SELECT clock_milliseconds() AS now) AS t RETURNING id
                """)
            return EngineID(try rows[0].int64("id"))
        }
    }

    /// Says that an engine is alive. False: it was declared dead and replaced by one of its name; it must end.
    public func renew(_ engine: EngineID) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE engines SET renewed_at = greatest(renewed_at, clock_milliseconds())
            WHERE id = \(engine.number) AND left_at IS NULL
            """) == 1
    }

    /// Notes that an engine ends; its accounts are free at once.
    public func leave(_ engine: EngineID) async throws {
        try await pool.transaction { connection in
            try await connection.execute("SELECT \(BriefHold.begin)")
            try await Self.end(engine, on: connection)
        }
    }

    /// Engines that have not left: those that are alive by name, then the dead ones; at most 1,000. Whoever counts the
    /// living must not miss one for the dead.
    public func list() async throws -> [RegisteredEngine] {
        try await pool.query(
            """
            SELECT e.id, e.name, e.life, e.detail::text AS detail, e.started_at, e.renewed_at, e.left_at,
                e.renewed_at + e.life > clock_milliseconds() AS alive,
                (SELECT count(*) FROM account_leases l WHERE l.engine_id = e.id) AS accounts
            FROM engines e WHERE e.left_at IS NULL ORDER BY alive DESC, e.name LIMIT 1000
            """
        ).map {
            RegisteredEngine(
                id: EngineID(try $0.int64("id")), name: try $0.text("name"),
                life: .milliseconds(try $0.int64("life")), detail: try $0.text("detail"),
                startedAt: try $0.time("started_at"), renewedAt: try $0.time("renewed_at"),
                leftAt: try $0.optionalTime("left_at"), isAlive: try $0.bool("alive"),
                accountCount: try $0.int("accounts"))
        }
    }
}

extension EngineRepository {
    /// Of those who register or take accounts at once each sees what the former did.
    static func lineUp(on connection: PostgresConnection) async throws {
        try await connection.execute(
            "SELECT \(BriefHold.begin), pg_advisory_xact_lock(hashtextextended('aristobot engines', 0))")
    }

    private static func end(_ engine: EngineID, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            UPDATE engines SET left_at = greatest(renewed_at, clock_milliseconds())
            WHERE id = \(engine.number) AND left_at IS NULL
            """)
        try await connection.execute(
            """
            UPDATE account_leases SET engine_id = NULL, taken_at = NULL, epoch = epoch + 1
            WHERE engine_id = \(engine.number)
            """)
    }

    static func milliseconds(_ life: Duration) -> Int64 {
        let (seconds, attoseconds) = life.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
        guard !milliseconds.overflow else { return 3_600_000 }
        return min(max(milliseconds.partialValue + attoseconds / 1_000_000_000_000_000, 1), 3_600_000)
    }

    /// Refuses what cannot name an engine.
    public static func check(_ name: String) throws(StorageError) {
        let bytes = Array(name.utf8)
        let isSound =
            (1...64).contains(bytes.count)
            && bytes.enumerated().allSatisfy { place, byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || (place > 0 && (byte == 45 || byte == 46 || byte == 95))
            }
        guard !isSound else { return }
        let shown = quotedForMessage(name)
        throw .invalid(
            Message(
                "\(shown) cannot name an engine: expected 1 to 64 letters, digits, '.', '_' and '-', "
                    + "the first a letter or digit",
                fr: "\(shown) ne peut pas nommer un moteur : attendu 1 à 64 lettres, chiffres, '.', '_' et '-', "
                    + "le premier une lettre ou un chiffre"))
    }

    private static func taken(_ name: String, _ rest: Int64) -> StorageError {
        let seconds = (rest + 999) / 1000
        return .nameTaken(
            Message(
                "an engine '\(name)' runs already: give this one another name, or, if that one has died, "
                    + "start it again in \(seconds) s",
                fr: "un moteur '\(name)' tourne déjà : donnez un autre nom à celui-ci ou, si l'autre est mort, "
                    + "relancez-le dans \(seconds) s"))
    }
}
