import Market
import Postgres
import Wording

/// What users, or whoever keeps the program running, should know of.
public struct AlertRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// - Parameter user: nil where it concerns the whole program.
    @discardableResult
    public func add(_ alert: Alert, for user: UserID? = nil) async throws -> AlertID {
        let rows = try await pool.query(Self.insert(alert, for: user, at: now()))
        return AlertID(try rows[0].int64("id"))
    }

    /// A user's own and those of the whole program, the newest first.
    public func list(
        _ user: UserID, unseen: Bool = false, before: AlertID? = nil, limit: Int = 100
    ) async throws -> [StoredAlert] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM alerts
            WHERE (user_id = \(user.number) OR user_id IS NULL) AND (NOT \(unseen) OR seen_at IS NULL)
                AND id < coalesce(\(before?.number), 9223372036854775807)
            ORDER BY id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(Self.alert)
    }

    /// Those of the whole program, the newest first: for whoever keeps it running.
    public func ofProgram(before: AlertID? = nil, limit: Int = 100) async throws -> [StoredAlert] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM alerts
            WHERE user_id IS NULL AND id < coalesce(\(before?.number), 9223372036854775807)
            ORDER BY id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map(Self.alert)
    }

    /// Notes that a user has seen his alerts up to one.
    @discardableResult
    public func markSeen(_ user: UserID, through id: AlertID) async throws -> Int {
        try await pool.execute(
            """
            UPDATE alerts SET seen_at = greatest(created_at, \(now().milliseconds))
            WHERE user_id = \(user.number) AND id <= \(id.number) AND seen_at IS NULL
            """)
    }

    static let columns = PostgresQuery(
        stringLiteral: """
            id, user_id, severity, code, message_en, message_fr, detail::text AS detail, created_at, seen_at
            """)

    static func insert(_ alert: Alert, for user: UserID?, at time: Timestamp) -> PostgresQuery {
        """
        INSERT INTO alerts (user_id, severity, code, message_en, message_fr, detail, created_at)
        VALUES (\(user?.number), \(alert.severity.rawValue), \(alert.code), \(alert.message.english),
            \(alert.message.french), \(alert.detail)::jsonb, \(time.milliseconds))
        RETURNING id
        """
    }

    static func alert(_ row: PostgresRow) throws -> StoredAlert {
        guard let severity = Alert.Severity(rawValue: try row.text("severity")),
            let message = try row.optionalMessage("message")
        else {
            throw StorageError.damaged(
                Message("a stored alert cannot be read", fr: "une alerte gardée est illisible"))
        }
        return StoredAlert(
            id: AlertID(try row.int64("id")), user: try row.optionalInt64("user_id").map(UserID.init),
            alert: Alert(severity, try row.text("code"), message, detail: try row.text("detail")),
            createdAt: try row.time("created_at"), seenAt: try row.optionalTime("seen_at"))
    }
}
