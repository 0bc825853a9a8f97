import Broker
import Market
import Postgres
import Wording

/// Accounts at venues, with their keys sealed. A user sees and changes his own only.
public struct BrokerRepository: Sendable {
    let pool: PostgresPool
    let vault: KeyVault?
    let now: @Sendable () -> Timestamp

    /// What became of a broker that was removed.
    public enum Removal: Sendable, Hashable {
        case deleted
        /// Orders refer to it: it is kept without its keys, and shown nowhere.
        case retired
    }

    /// The longest key or secret, in bytes; a private key of 4,096 bits in PEM has 3,300.
    public static let longestSecret = 8192

    /// Enters an account; the first one of a user is his default.
    public func add(
        _ user: UserID, name: String, venue: VenueName, settings: BrokerSettings = BrokerSettings(),
        credentials: BrokerCredentials? = nil
    ) async throws -> StoredBroker {
        try Self.check(name: name)
        let sealing = credentials == nil ? nil : try KeyVault.required(vault)
        let settingsText = try JSONText.encode(settings)
        let created = now().milliseconds
        return try await namesTaken(name) {
            try await pool.transaction { connection in
                // Of two brokers entered at once the second waits here, and sees the first.
                let owner = try await connection.query(
                    "SELECT id FROM users WHERE id = \(user.number) FOR NO KEY UPDATE")
                guard !owner.isEmpty else { throw UserRepository.unknown }
                let rows = try await connection.query(
                    """
                    INSERT INTO brokers (user_id, name, venue, settings, is_default, created_at)
                    VALUES (\(user.number), \(name), \(venue.text), \(settingsText), NOT EXISTS (
                        SELECT FROM brokers WHERE user_id = \(user.number) AND is_default), \(created))
                    RETURNING \(Self.columns)
                    """)
                var broker = try Self.broker(rows[0])
                if let credentials, let sealing {
                    let sealed = try Self.seal(credentials, for: broker.id, of: user, sealing)
                    let rows = try await connection.query(
                        """
                        UPDATE brokers SET credentials = \(sealed)
                        WHERE user_id = \(user.number) AND id = \(broker.id.number) RETURNING \(Self.columns)
                        """)
                    broker = try Self.broker(rows[0])
                }
                return broker
            }
        }
    }

    /// All of a user, the default first, then by name.
    public func list(_ user: UserID) async throws -> [StoredBroker] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM brokers WHERE user_id = \(user.number) AND removed_at IS NULL
            ORDER BY is_default DESC, name
            """
        ).map(Self.broker)
    }

    public func get(_ user: UserID, _ id: BrokerID) async throws -> StoredBroker {
        let rows = try await pool.query(
            """
            SELECT \(Self.columns) FROM brokers
            WHERE user_id = \(user.number) AND id = \(id.number) AND removed_at IS NULL
            """)
        guard let row = rows.first else { throw Self.unknown }
        return try Self.broker(row)
    }

    public func find(_ user: UserID, name: String) async throws -> StoredBroker? {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM brokers
            WHERE user_id = \(user.number) AND name = \(name) AND removed_at IS NULL
            """
        ).first.map(Self.broker)
    }

    /// The keys; nil where none were entered.
    public func credentials(_ user: UserID, _ id: BrokerID) async throws -> BrokerCredentials? {
        let rows = try await pool.query(
            """
            SELECT credentials FROM brokers
            WHERE user_id = \(user.number) AND id = \(id.number) AND removed_at IS NULL
            """)
        guard let row = rows.first else { throw Self.unknown }
        guard let sealed = try row.optionalBytes("credentials") else { return nil }
        return try Self.open(sealed, of: id, user, try KeyVault.required(vault))
    }

    /// Enters other keys, or forgets them.
    public func setCredentials(_ credentials: BrokerCredentials?, _ user: UserID, _ id: BrokerID) async throws {
        let sealed = try credentials.map { try Self.seal($0, for: id, of: user, try KeyVault.required(vault)) }
        try await changeOne("UPDATE brokers SET credentials = \(sealed)", user, id)
    }

    public func setSettings(_ settings: BrokerSettings, _ user: UserID, _ id: BrokerID) async throws {
        try await changeOne("UPDATE brokers SET settings = \(try JSONText.encode(settings))", user, id)
    }

    /// What all strategies of the account may do together, a JSON object; engines hear of it at once.
    public func setLimits(_ limits: String, _ user: UserID, _ id: BrokerID) async throws {
        try ActiveStrategyRepository.checkObject(limits)
        try await changeOne("UPDATE brokers SET limits = \(limits)::jsonb", user, id)
    }

    public func limits(_ user: UserID, _ id: BrokerID) async throws -> String {
        let rows = try await pool.query("SELECT limits::text AS limits FROM brokers" + Self.only(user, id))
        guard let row = rows.first else { throw Self.unknown }
        return try row.text("limits")
    }

    public func rename(_ user: UserID, _ id: BrokerID, to name: String) async throws {
        try Self.check(name: name)
        try await namesTaken(name) { try await changeOne("UPDATE brokers SET name = \(name)", user, id) }
    }

    /// Makes it the one that is meant where none is named.
    public func setDefault(_ user: UserID, _ id: BrokerID) async throws {
        try await pool.transaction { connection in
            try await connection.execute(
                "UPDATE brokers SET is_default = false WHERE user_id = \(user.number) AND is_default")
            let changed = try await connection.execute(
                "UPDATE brokers SET is_default = true" + Self.only(user, id))
            guard changed == 1 else { throw Self.unknown }
        }
    }

    /// Removes it with its keys; refused while an order of it may still be open, or a strategy runs on it.
    @discardableResult
    public func remove(_ user: UserID, _ id: BrokerID) async throws -> Removal {
        do {
            try await changeOne("DELETE FROM brokers", user, id)
            return .deleted
        } catch PostgresError.foreignKeyViolation {
            // Something refers to it: its history stays readable.
        }
        let changed = try await pool.execute(
            """
            UPDATE brokers b SET removed_at = \(now().milliseconds), credentials = NULL, is_default = false
            WHERE b.user_id = \(user.number) AND b.id = \(id.number) AND b.removed_at IS NULL
                AND NOT EXISTS (
                    SELECT FROM orders o
                    WHERE o.user_id = b.user_id AND o.broker_id = b.id AND o.ended_at IS NULL)
                AND NOT EXISTS (
                    SELECT FROM active_strategies a
                    WHERE a.user_id = b.user_id AND a.broker_id = b.id AND a.state <> 'stopped')
            """)
        if changed == 1 { return .retired }
        throw StorageError.conflict(
            Message(
                "this broker has orders that are not over, or active strategies: end them, then remove it",
                fr: "ce broker a des ordres en cours ou des stratégies actives : terminez-les, puis supprimez-le"))
    }

    private func changeOne(_ query: PostgresQuery, _ user: UserID, _ id: BrokerID) async throws {
        guard try await pool.execute(query + Self.only(user, id)) == 1 else { throw Self.unknown }
    }

    private static func only(_ user: UserID, _ id: BrokerID) -> PostgresQuery {
        " WHERE user_id = \(user.number) AND id = \(id.number) AND removed_at IS NULL"
    }

    nonisolated(nonsending) private func namesTaken<Value>(
        _ name: String, _ body: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await body()
        } catch PostgresError.uniqueViolation(_, "brokers_name_key") {
            throw StorageError.nameTaken(
                Message("there is a broker '\(name)' already", fr: "il y a déjà un broker '\(name)'"))
        }
    }
}

extension BrokerRepository {
    static let unknown = StorageError.notFound(
        Message("there is no such broker", fr: "ce broker n'existe pas"))

    static let columns = PostgresQuery(
        stringLiteral: """
            id, user_id, name, venue, settings, credentials IS NOT NULL AS has_credentials,
            md5(credentials) AS keys_mark, is_default, created_at
            """)

    static func broker(_ row: PostgresRow) throws -> StoredBroker {
        guard let venue = VenueName(try row.text("venue")) else {
            throw StorageError.damaged(Message("a broker without a venue", fr: "un broker sans plateforme"))
        }
        return StoredBroker(
            id: BrokerID(try row.int64("id")), user: UserID(try row.int64("user_id")), name: try row.text("name"),
            venue: venue, settings: try JSONText.decode(BrokerSettings.self, try row.text("settings")),
            hasCredentials: try row.bool("has_credentials"), keysMark: try row.optionalText("keys_mark"),
            isDefault: try row.bool("is_default"),
            createdAt: Timestamp(milliseconds: try row.int64("created_at")))
    }

    /// 1 to 100 characters, none of them a control character, no space at either end.
    static func check(name: String) throws(StorageError) {
        let isSound =
            (1...100).contains(name.unicodeScalars.count) && name.first != " " && name.last != " "
            && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !isSound else { return }
        let shown = quotedForMessage(name)
        throw .invalid(
            Message(
                "\(shown) cannot be a name: expected 1 to 100 printable characters, without a space at either end",
                fr: "\(shown) ne peut pas être un nom : attendu 1 à 100 caractères imprimables, sans espace au bord"))
    }

    /// What is sealed: both halves together, so that neither can be exchanged.
    struct Sealed: Codable {
        var key: String
        var secret: String
    }

    static func seal(
        _ credentials: BrokerCredentials, for id: BrokerID, of user: UserID, _ vault: KeyVault
    ) throws -> [UInt8] {
        let length = max(credentials.key.utf8.count, credentials.secret.exposed.utf8.count)
        guard length <= longestSecret, !credentials.key.isEmpty, !credentials.secret.exposed.isEmpty else {
            throw StorageError.invalid(
                Message(
                    "the key or its secret is empty or has more than \(longestSecret) bytes",
                    fr: "la clé ou son secret est vide ou dépasse \(longestSecret) octets"))
        }
        let text = try JSONText.encode(Sealed(key: credentials.key, secret: credentials.secret.exposed))
        return try vault.seal(Secret(text), for: .broker(user, id))
    }

    static func open(
        _ sealed: [UInt8], of id: BrokerID, _ user: UserID, _ vault: KeyVault
    ) throws -> BrokerCredentials {
        let text = try vault.open(sealed, for: .broker(user, id))
        let both = try JSONText.decode(Sealed.self, text.exposed)
        return BrokerCredentials(key: both.key, secret: Secret(both.secret))
    }
}
