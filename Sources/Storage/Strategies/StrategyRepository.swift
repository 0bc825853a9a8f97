import Crypto
import Market
import Postgres
import Wording

/// Scripts of users, with every text they ever had.
public struct StrategyRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// The longest text, in bytes.
    public static let longestSource = 262_144

    /// Enters a strategy with its first version.
    public func add(
        _ user: UserID, name: String, timeframe: Timeframe, description: String = "", source: String
    ) async throws -> StoredStrategy {
        try BrokerRepository.check(name: name)
        try Self.check(source, description)
        let created = now().milliseconds
        do {
            return try await pool.transaction { connection in
                let rows = try await connection.query(
                    """
                    INSERT INTO strategies (user_id, name, description, timeframe, current_version, created_at,
                        updated_at)
                    VALUES (\(user.number), \(name), \(description), \(timeframe.rawValue), 1, \(created), \(created))
                    RETURNING \(Self.columns)
                    """)
                let strategy = try Self.strategy(rows[0])
                try await Self.write(source, 1, of: strategy.id, user, created, on: connection)
                return strategy
            }
        } catch PostgresError.uniqueViolation(_, "strategies_name_key") {
            throw StorageError.nameTaken(
                Message("there is a strategy '\(name)' already", fr: "il y a déjà une stratégie '\(name)'"))
        } catch PostgresError.foreignKeyViolation {
            throw UserRepository.unknown
        }
    }

    /// Enters another text as the newest version; what runs goes on with the one it has. The text that is the newest
    /// already adds nothing.
    public func addVersion(
        _ user: UserID, _ id: StrategyID, timeframe: Timeframe, description: String? = nil, source: String
    ) async throws -> StoredStrategy {
        try Self.check(source, description ?? "")
        let time = now().milliseconds
        return try await pool.transaction { connection in
            let known = try await connection.query(
                """
                SELECT \(Self.columns) FROM strategies
                WHERE user_id = \(user.number) AND id = \(id.number) AND removed_at IS NULL FOR UPDATE
                """)
            guard let row = known.first else { throw Self.unknown }
            let strategy = try Self.strategy(row)
            let newest = try await connection.query(
                """
                SELECT source FROM strategy_versions WHERE user_id = \(user.number)
                    AND strategy_id = \(id.number) AND version = \(strategy.currentVersion)
                """)
            if try newest.first?.text("source") == source { return strategy }
            let version = strategy.currentVersion + 1
            try await Self.write(source, version, of: id, user, time, on: connection)
            let rows = try await connection.query(
                """
                UPDATE strategies SET current_version = \(version), timeframe = \(timeframe.rawValue),
                    description = coalesce(\(description), description), updated_at = greatest(updated_at, \(time))
                WHERE user_id = \(user.number) AND id = \(id.number) RETURNING \(Self.columns)
                """)
            return try Self.strategy(rows[0])
        }
    }

    /// All of a user, by name.
    public func list(_ user: UserID) async throws -> [StoredStrategy] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM strategies WHERE user_id = \(user.number) AND removed_at IS NULL ORDER BY name
            """
        ).map(Self.strategy)
    }

    public func get(_ user: UserID, _ id: StrategyID) async throws -> StoredStrategy {
        let rows = try await pool.query(
            "SELECT \(Self.columns) FROM strategies WHERE user_id = \(user.number) AND id = \(id.number)")
        guard let row = rows.first else { throw Self.unknown }
        return try Self.strategy(row)
    }

    public func find(_ user: UserID, name: String) async throws -> StoredStrategy? {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM strategies
            WHERE user_id = \(user.number) AND name = \(name) AND removed_at IS NULL
            """
        ).first.map(Self.strategy)
    }

    /// The newest first, at most 1,000.
    public func versions(_ user: UserID, _ id: StrategyID) async throws -> [StrategyVersion] {
        try await pool.query(
            """
            SELECT strategy_id, version, octet_length(source) AS bytes, created_at,
                coalesce(source_hash, sha256(convert_to(source, 'UTF8'))) AS hash
            FROM strategy_versions WHERE user_id = \(user.number) AND strategy_id = \(id.number)
            ORDER BY version DESC LIMIT 1000
            """
        ).map {
            StrategyVersion(
                strategy: StrategyID(try $0.int64("strategy_id")), version: try $0.int("version"),
                sourceHash: try $0.bytes("hash"), byteCount: try $0.int("bytes"), createdAt: try $0.time("created_at"))
        }
    }

    /// The text of a version, the newest where none is named.
    public func source(_ user: UserID, _ id: StrategyID, version: Int? = nil) async throws -> String {
        let rows = try await pool.query(
            """
            SELECT v.source FROM strategy_versions v JOIN strategies s ON s.id = v.strategy_id
            WHERE v.user_id = \(user.number) AND v.strategy_id = \(id.number)
                AND v.version = coalesce(\(version), s.current_version)
            """)
        guard let row = rows.first else { throw Self.unknown }
        return try row.text("source")
    }

    /// Takes it out of the lists; its versions stay readable for decisions that were taken with them. Refused while it
    /// runs anywhere.
    public func remove(_ user: UserID, _ id: StrategyID) async throws {
        let changed = try await pool.execute(
            """
            UPDATE strategies s SET removed_at = greatest(s.updated_at, \(now().milliseconds))
            WHERE s.user_id = \(user.number) AND s.id = \(id.number) AND s.removed_at IS NULL AND NOT EXISTS (
                SELECT FROM active_strategies a
                WHERE a.user_id = s.user_id AND a.strategy_id = s.id AND a.state <> 'stopped')
            """)
        guard changed == 0 else { return }
        _ = try await get(user, id)
        throw StorageError.conflict(
            Message(
                "this strategy is active: stop what runs of it, then remove it",
                fr: "cette stratégie est active : arrêtez ce qui en tourne, puis supprimez-la"))
    }
}

extension StrategyRepository {
    static let unknown = StorageError.notFound(
        Message("there is no such strategy", fr: "cette stratégie n'existe pas"))

    private static let columns = PostgresQuery(
        stringLiteral: "id, user_id, name, description, timeframe, current_version, created_at, updated_at")

    private static func strategy(_ row: PostgresRow) throws -> StoredStrategy {
        guard let timeframe = Timeframe(rawValue: try row.text("timeframe")) else { throw ActiveStrategyRow.damaged }
        return StoredStrategy(
            id: StrategyID(try row.int64("id")), user: UserID(try row.int64("user_id")), name: try row.text("name"),
            description: try row.text("description"), timeframe: timeframe,
            currentVersion: try row.int("current_version"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
    }

    private static func write(
        _ source: String, _ version: Int, of id: StrategyID, _ user: UserID, _ time: Int64,
        on connection: PostgresConnection
    ) async throws {
        let hash = Array(SHA256.hash(data: Array(source.utf8)))
        try await connection.execute(
            """
            INSERT INTO strategy_versions (user_id, strategy_id, version, source, source_hash, created_at)
            VALUES (\(user.number), \(id.number), \(version), \(source), \(hash), \(time))
            """)
    }

    private static func check(_ source: String, _ description: String) throws(StorageError) {
        let length = source.utf8.count
        guard (1...longestSource).contains(length) else {
            throw .invalid(
                Message(
                    "the script has \(length) bytes: expected 1 to \(longestSource)",
                    fr: "le script a \(length) octets : attendu 1 à \(longestSource)"))
        }
        guard description.unicodeScalars.count <= 10_000 else {
            throw .invalid(
                Message(
                    "the description has more than 10,000 characters",
                    fr: "la description dépasse 10 000 caractères"))
        }
    }
}
