import Market
import Postgres
import Wording

/// Users, the root of everything that has an owner.
public struct UserRepository: Sendable {
    let pool: PostgresPool
    let vault: KeyVault?
    let now: @Sendable () -> Timestamp

    /// The users that a new installation begins with.
    public static let initialNames = ["dev", "dac"]

    /// Makes a user; `.nameTaken` when there is one of that name.
    public func add(_ name: String, language: Language = .french) async throws -> User {
        try User.checkName(name)
        do {
            let rows = try await pool.query(
                """
                INSERT INTO users (name, language, created_at)
                VALUES (\(name), \(language.rawValue), \(now().milliseconds)) RETURNING \(Self.columns)
                """)
            return try Self.user(rows[0])
        } catch PostgresError.uniqueViolation {
            throw StorageError.nameTaken(
                Message("there is a user '\(name)' already", fr: "il y a déjà un utilisateur '\(name)'"))
        }
    }

    /// Makes those of the names that are missing; answers them.
    public func addMissing(_ names: [String] = UserRepository.initialNames) async throws -> [User] {
        for name in names { try User.checkName(name) }
        let created = now().milliseconds
        return try await pool.transaction { connection in
            var added: [User] = []
            for name in names {
                let rows = try await connection.query(
                    """
                    INSERT INTO users (name, created_at) VALUES (\(name), \(created))
                    ON CONFLICT (name) DO NOTHING RETURNING \(Self.columns)
                    """)
                added += try rows.map(Self.user)
            }
            return added
        }
    }

    /// All users, by name.
    public func list() async throws -> [User] {
        try await pool.query("SELECT \(Self.columns) FROM users ORDER BY name").map(Self.user)
    }

    public func find(_ name: String) async throws -> User? {
        try await pool.query("SELECT \(Self.columns) FROM users WHERE name = \(name)").first.map(Self.user)
    }

    public func get(_ id: UserID) async throws -> User {
        let rows = try await pool.query("SELECT \(Self.columns) FROM users WHERE id = \(id.number)")
        guard let row = rows.first else { throw Self.unknown }
        return try Self.user(row)
    }

    /// A user that is not active can do nothing; rows stay.
    public func setActive(_ isActive: Bool, _ id: UserID) async throws {
        let changed = try await pool.execute("UPDATE users SET is_active = \(isActive) WHERE id = \(id.number)")
        guard changed == 1 else { throw Self.unknown }
    }

    /// Whether nothing may be opened for the user, by any strategy.
    public func killSwitch(_ id: UserID) async throws -> Bool {
        let rows = try await pool.query("SELECT kill_switch FROM users WHERE id = \(id.number)")
        guard let row = rows.first else { throw Self.unknown }
        return try row.bool("kill_switch")
    }

    /// Engines hear of it at once; what is open stays protected.
    public func setKillSwitch(_ isOn: Bool, _ id: UserID) async throws {
        let changed = try await pool.execute("UPDATE users SET kill_switch = \(isOn) WHERE id = \(id.number)")
        guard changed == 1 else { throw Self.unknown }
    }

    /// Keeps the key of the assistant that helps to write strategies, sealed; nil forgets it.
    public func setAssistant(_ name: String?, key: Secret?, _ id: UserID) async throws {
        let sealed = try key.map { try KeyVault.required(vault).seal($0, for: .assistant(id)) }
        let changed = try await pool.execute(
            "UPDATE users SET ai_provider = \(name), ai_key = \(sealed) WHERE id = \(id.number)")
        guard changed == 1 else { throw Self.unknown }
    }

    public func assistantKey(_ id: UserID) async throws -> Secret? {
        let rows = try await pool.query("SELECT ai_key FROM users WHERE id = \(id.number)")
        guard let row = rows.first else { throw Self.unknown }
        guard let sealed = try row.optionalBytes("ai_key") else { return nil }
        return try KeyVault.required(vault).open(sealed, for: .assistant(id))
    }

    static let unknown = StorageError.notFound(
        Message("there is no such user", fr: "cet utilisateur n'existe pas"))

    private static let columns = PostgresQuery(
        stringLiteral: "id, name, language, display_timezone, ai_provider, is_active, created_at")

    private static func user(_ row: PostgresRow) throws -> User {
        User(
            id: UserID(try row.int64("id")), name: try row.text("name"),
            language: Language(rawValue: try row.text("language")) ?? .english,
            displayTimezone: try row.text("display_timezone"), assistant: try row.optionalText("ai_provider"),
            isActive: try row.bool("is_active"), createdAt: Timestamp(milliseconds: try row.int64("created_at")))
    }
}
