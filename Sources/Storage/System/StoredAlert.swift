import Market
import Wording

/// Something that a user, or whoever keeps the program running, should know of.
public struct Alert: Sendable, Hashable {
    public enum Severity: String, Sendable, Hashable, CaseIterable {
        case info, warning, error
    }

    public var severity: Severity
    /// For programs: a lower-case letter, then lower-case letters, digits and `_`, at most 64.
    public var code: String
    public var message: Message
    /// A JSON object.
    public var detail: String

    public init(_ severity: Severity, _ code: String, _ message: Message, detail: String = "{}") {
        self.severity = severity
        self.code = code
        self.message = message
        self.detail = detail
    }
}

/// An alert in the books.
public struct StoredAlert: Sendable, Hashable {
    public var id: AlertID
    /// Nil: it concerns the whole program.
    public var user: UserID?
    public var alert: Alert
    public var createdAt: Timestamp
    public var seenAt: Timestamp?
}

/// Who did what. Written once and never changed.
public struct AuditEntry: Sendable, Hashable {
    public var id: AuditID
    public var user: UserID?
    /// Such as `strategy.activate`: lower-case letters, digits, `_` and `.`, at most 64.
    public var action: String
    /// At most 200 characters.
    public var subject: String
    /// A JSON object.
    public var detail: String
    public var createdAt: Timestamp
}
