import Wording

/// A strategy that cannot be used, with every reason found.
public struct StrategyError: ExplainedError {
    /// At least one of them is an error.
    public let diagnostics: [Diagnostic]

    public init(_ diagnostics: [Diagnostic]) {
        precondition(diagnostics.contains { $0.severity == .error }, "a refusal needs a reason")
        self.diagnostics = diagnostics
    }

    init(line: Int = 0, code: String, _ message: Message, hint: Message? = nil) {
        self.init([Diagnostic(.error, line: line, code: code, message: message, hint: hint)])
    }

    /// The first error.
    public var message: Message {
        let first = diagnostics.first { $0.severity == .error } ?? diagnostics[0]
        guard first.line > 0 else { return first.message }
        return Message(
            "line \(first.line): \(first.message.english)", fr: "ligne \(first.line) : \(first.message.french)")
    }
}
