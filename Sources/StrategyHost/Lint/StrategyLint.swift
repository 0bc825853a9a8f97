import Wording

/// Points at what is probably a mistake in a strategy, from its text alone: nothing is run.
///
/// Every finding is a warning. The rules prefer silence to a false alarm.
public enum StrategyLint {
    /// More findings than this help nobody; the rest are left out.
    public static let findingLimit = 100

    /// Names that are compared with a misspelt one; above that many, only the sandbox's own.
    static let candidateLimit = 300

    /// The findings in the order of the file; none where the text is no Lua, which the syntax stage reports.
    public static func findings(source: String) -> [Diagnostic] {
        guard let facts = try? LuaParser.facts(of: source) else { return [] }  // no Lua, no findings
        let rules: [(SourceFacts) -> [Diagnostic]] = [
            globals, fields, overwrittenFields, alwaysTrue, orderPrices, unusedLocals, unusedParams, duplicates,
            callbacks, uncalledCallbacks, indicatorsOutsideInit,
        ]
        let found = rules.flatMap { $0(facts) }
        let sorted = found.sorted { a, b in
            (a.line, a.column ?? 0, a.code) < (b.line, b.column ?? 0, b.code)
        }
        return Array(sorted.prefix(findingLimit))
    }

    static func warning(
        _ code: String, at place: SourceFacts.Place, _ message: Message, hint: Message? = nil
    ) -> Diagnostic {
        Diagnostic(.warning, line: place.line, column: place.column, code: code, message: message, hint: hint)
    }

    /// The nearest of the names, or one that is a shorter or longer form of it (`int` for `integer`). Sorted, so that
    /// equally near ones give the same answer on every run.
    static func nearest(_ name: String, _ names: Set<String>) -> String? {
        let sorted = names.sorted()
        return NearestName.among(sorted, to: name)
            ?? sorted.first { $0.utf8.count >= 3 && name.hasPrefix($0) }
            ?? (name.utf8.count >= 3 ? sorted.first { $0.hasPrefix(name) } : nil)
    }

    static func didYouMean(_ name: String?) -> Message? {
        name.map { Message("did you mean \($0)?", fr: "vouliez-vous dire \($0) ?") }
    }
}
