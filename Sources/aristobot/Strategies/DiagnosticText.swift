import Wording

/// A finding about a strategy as a line for people: `file:line:column: what is wrong`.
enum DiagnosticText {
    static func place(_ diagnostic: Diagnostic, path: String) -> String {
        guard diagnostic.line > 0 else { return path }
        return "\(path):\(diagnostic.line)" + (diagnostic.column.map { ":\($0)" } ?? "")
    }

    /// Place, message and hint.
    static func message(_ diagnostic: Diagnostic, path: String) -> Message {
        let place = place(diagnostic, path: path)
        let hint = diagnostic.hint
        return Message(
            "\(place): \(diagnostic.message.english)" + (hint.map { " (\($0.english))" } ?? ""),
            fr: "\(place): \(diagnostic.message.french)" + (hint.map { " (\($0.french))" } ?? ""))
    }

    /// The same with the severity, its word in colour.
    static func line(_ diagnostic: Diagnostic, path: String) -> String {
        let word: String
        switch diagnostic.severity {
        case .error: word = Console.styled(say("error", fr: "erreur"), .red)
        case .warning: word = Console.styled(say("warning", fr: "avertissement"), .yellow)
        case .info: word = Console.styled(say("note", fr: "note"), .cyan)
        }
        var text = "\(Console.styled(place(diagnostic, path: path), .bold)): \(word): "
        text += "\(diagnostic.message.text(in: Console.language)) [\(diagnostic.code)]"
        if let hint = diagnostic.hint { text += "\n    \(hint.text(in: Console.language))" }
        return text
    }
}
