/// One finding about a file a user wrote: where, how grave, what, and how to mend it.
public struct Diagnostic: Sendable, Hashable {
    public enum Severity: String, Sendable, CaseIterable {
        case error, warning, info
    }

    public var severity: Severity
    /// 1-based line of the user's file; 0 where no line can be named.
    public var line: Int
    /// 1-based column in UTF-8 bytes, where known.
    public var column: Int?
    /// A stable name for programs, lower case with dashes, such as `unknown-key`.
    public var code: String
    public var message: Message
    public var hint: Message?

    public init(
        _ severity: Severity, line: Int, column: Int? = nil, code: String, message: Message, hint: Message? = nil
    ) {
        self.severity = severity
        self.line = line
        self.column = column
        self.code = code
        self.message = message
        self.hint = hint
    }
}
