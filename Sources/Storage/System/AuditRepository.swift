import Market
import Postgres

/// Who did what. The database refuses to change or delete it.
public struct AuditRepository: Sendable {
    let pool: PostgresPool
    let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - action: such as `strategy.activate`.
    ///   - subject: what it was done to; more than 200 characters are cut.
    ///   - detail: a JSON object, without secrets.
    @discardableResult
    public func add(
        _ action: String, subject: String = "", detail: String = "{}", by user: UserID?
    ) async throws -> AuditID {
        let short = String(String.UnicodeScalarView(subject.unicodeScalars.prefix(200)))
        let rows = try await pool.query(
            """
            INSERT INTO audit (user_id, action, subject, detail, created_at)
            VALUES (\(user?.number), \(action), \(short), \(detail)::jsonb, \(now().milliseconds)) RETURNING id
            """)
        return AuditID(try rows[0].int64("id"))
    }

    /// What a user did, the newest first.
    public func list(_ user: UserID, before: AuditID? = nil, limit: Int = 100) async throws -> [AuditEntry] {
        try await pool.query(
            """
            SELECT id, user_id, action, subject, detail::text AS detail, created_at FROM audit
            WHERE user_id = \(user.number) AND id < coalesce(\(before?.number), 9223372036854775807)
            ORDER BY id DESC LIMIT \(min(max(limit, 1), 10_000))
            """
        ).map {
            AuditEntry(
                id: AuditID(try $0.int64("id")), user: try $0.optionalInt64("user_id").map(UserID.init),
                action: try $0.text("action"), subject: try $0.text("subject"), detail: try $0.text("detail"),
                createdAt: try $0.time("created_at"))
        }
    }
}
