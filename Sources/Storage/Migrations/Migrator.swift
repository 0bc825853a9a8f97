import Market
import Postgres

/// Where a migration stands, for whoever watches.
public struct MigrationProgress: Sendable, Hashable {
    public var number: Int
    public var name: String
    /// 1 for the first step that this run applies.
    public var position: Int
    public var total: Int
    public var isDone: Bool
}

/// Brings a database to the schema of the program.
///
/// Each step has a transaction of its own that begins with taking an advisory lock: of two processes that migrate at
/// once the second waits, and then finds the step done. A step that fails leaves nothing behind.
struct Migrator: Sendable {
    let pool: PostgresPool
    let plan: MigrationPlan
    let now: @Sendable () -> Timestamp
    /// How long another process that migrates is waited for.
    var patience: Duration = .seconds(60)
    /// One statement may take this long; a step over many rows needs more than a usual statement.
    var statementLimit: Duration = .seconds(3600)

    /// Any fixed number that nothing else locks: "aristobo" in ASCII.
    static let lock: Int64 = 0x6172_6973_746F_626F

    /// Applies what is missing; answers the numbers of the steps it applied.
    func run(_ progress: @escaping @Sendable (MigrationProgress) -> Void) async throws -> [Int] {
        var done: [Int] = []
        // Every turn applies one step or ends.
        while let number = try await applyNext(done.count, progress) { done.append(number) }
        return done
    }

    /// Throws unless the database has exactly the program's schema.
    func check() async throws {
        let applied = try await pool.withConnection { try await Self.applied(on: $0) }
        guard try plan.pending(after: applied).isEmpty else {
            throw MigrationError.databaseIsOlder(
                database: applied.last?.number ?? 0, program: plan.migrations.last?.number ?? 0)
        }
    }

    private func applyNext(
        _ position: Int, _ progress: @escaping @Sendable (MigrationProgress) -> Void
    ) async throws -> Int? {
        try await pool.transaction { connection in
            try await lock(connection)
            try await connection.execute(Self.journalTable)
            let pending = try plan.pending(after: try await Self.applied(on: connection))
            guard let migration = pending.first else { return nil }
            var step = MigrationProgress(
                number: migration.number, name: migration.name, position: position + 1,
                total: position + pending.count, isDone: false)
            progress(step)
            for statement in migration.statements { try await execute(statement, of: migration, on: connection) }
            try await connection.execute(
                """
                INSERT INTO schema_migrations (number, name, checksum, applied_at)
                VALUES (\(migration.number), \(migration.name), \(migration.checksum), \(now().milliseconds))
                """)
            step.isDone = true
            progress(step)
            return migration.number
        }
    }

    private func lock(_ connection: PostgresConnection) async throws {
        let milliseconds = patience.components.seconds * 1000
        try await connection.execute("SELECT set_config('lock_timeout', \(String(milliseconds)), true)")
        do {
            try await connection.execute(
                "SELECT pg_advisory_xact_lock(\(Self.lock))", timeout: patience + .seconds(5))
        } catch .timeout {
            throw MigrationError.busy(seconds: Int(patience.components.seconds))
        }
    }

    private func execute(
        _ statement: String, of migration: Migration, on connection: PostgresConnection
    ) async throws(MigrationError) {
        do {
            try await connection.execute(PostgresQuery(unsafeSQL: statement), timeout: statementLimit)
        } catch {
            throw .failed(
                number: migration.number, name: migration.name, statement: Self.headline(statement), cause: error)
        }
    }

    /// The first line that is not a comment.
    static func headline(_ statement: String) -> String {
        let lines = statement.split(separator: "\n").map { $0.drop { $0 == " " } }
        return String(lines.first { !$0.hasPrefix("--") } ?? "")
    }

    private static let journalTable: PostgresQuery = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number integer CONSTRAINT schema_migrations_pkey PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at bigint NOT NULL
        )
        """

    private static func applied(on connection: PostgresConnection) async throws -> [MigrationPlan.Applied] {
        let there = try await connection.query("SELECT to_regclass('schema_migrations') IS NOT NULL AS there")
        guard try there.first?.bool("there") == true else { return [] }
        return try await connection.query("SELECT number, name, checksum FROM schema_migrations ORDER BY number").map {
            MigrationPlan.Applied(
                number: try $0.int("number"), name: try $0.text("name"), checksum: try $0.text("checksum"))
        }
    }
}
