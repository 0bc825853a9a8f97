import Wording

/// `aristobot check`: everything that can be said about a strategy file without running anything with effect.
///
/// The stages: size and encoding, syntax, load in the sandbox, declaration, callbacks, lint, dry run. An error ends
/// them, except that the lint is always asked where the text is Lua: it only ever warns.
public enum StrategyChecker {
    /// The findings in the order of their lines, errors first in a line; empty when there is nothing to say.
    ///
    /// - Parameters:
    ///   - name: what the file is called in messages.
    ///   - bytes: the file, whatever it is.
    public static func check(
        name: String, bytes: [UInt8], limits: InstanceLimits = InstanceLimits()
    ) -> [Diagnostic] {
        let script: StrategyScript
        do throws(StrategyError) {
            script = try StrategyScript(name: name, bytes: bytes)
        } catch {
            return error.diagnostics
        }
        var findings: [Diagnostic] = []
        do throws(StrategyError) {
            let instance = try StrategyInstance(loading: script, options: InstanceOptions(limits: limits))
            findings += remarks(on: instance)
            var run = try DryRun(script, declaration: instance.declaration, limits: limits)
            run.run()
            findings += run.findings
        } catch {
            findings += error.diagnostics.map { hinted($0, script) }
        }
        if let outline = StrategyOutline(source: script.source) {
            findings = findings.map { placed($0, outline) }
            findings += StrategyLint.findings(source: script.source)
        }
        return findings.enumerated().sorted { left, right in
            (left.element.line, left.element.severity.rank, left.offset)
                < (right.element.line, right.element.severity.rank, right.offset)
        }.map(\.element)
    }

    /// Whether the file may be run: warnings do not matter.
    public static func isUsable(_ findings: [Diagnostic]) -> Bool {
        !findings.contains { $0.severity == .error }
    }

    /// Says how Lua writes what a refused line tried to say.
    private static func hinted(_ finding: Diagnostic, _ script: StrategyScript) -> Diagnostic {
        guard finding.code == "syntax", finding.hint == nil else { return finding }
        var hinted = finding
        hinted.hint = SyntaxHint.hint(source: script.source, line: finding.line)
        return hinted
    }

    /// Adds the column of the key, parameter or function that a finding speaks of, where the line holds just one such.
    private static func placed(_ finding: Diagnostic, _ outline: StrategyOutline) -> Diagnostic {
        let isLuas = ["syntax", "runtime", "instructions", "time", "memory"].contains(finding.code)
        guard finding.column == nil, finding.line > 0, !isLuas else { return finding }
        // The messages begin with what they speak of: "unknown key 'x'", "'x' is no callback", "parameter x", "x is".
        guard let match = finding.message.english.prefixMatch(of: /(?:unknown key |parameter )?'?(\w+)/) else {
            return finding
        }
        let named = (outline.keys + outline.params + outline.methods).filter { entry in
            entry.line == finding.line && entry.name == match.1
        }
        guard named.count == 1 else { return finding }
        var placed = finding
        placed.column = named[0].column
        return placed
    }

    /// Callbacks that do not fit together.
    private static func remarks(on instance: StrategyInstance) -> [Diagnostic] {
        let lines = ScriptLines(instance.script)
        func remark(_ callback: CallbackName?, _ code: String, _ message: Message) -> Diagnostic {
            let line = callback.flatMap { lines.line(ofFunction: $0.rawValue) } ?? 0
            return Diagnostic(.warning, line: line, code: code, message: message)
        }
        if instance.has(.onCandle) {
            return CallbackName.template.filter { instance.has($0) }.map { name in
                remark(
                    name, "ignored-callback",
                    Message(
                        "\(name.rawValue) is never called, because on_candle replaces the template",
                        fr: "\(name.rawValue) n'est jamais appelé, car on_candle remplace le modèle"))
            }
        }
        let asks = [CallbackName.shouldLong, .shouldShort].filter { instance.has($0) }
        guard let first = asks.first else {
            return [
                remark(
                    nil, "never-trades",
                    Message(
                        "the strategy never trades: it has no should_long, should_short or on_candle",
                        fr: "la stratégie ne négocie jamais : elle n'a ni should_long, ni should_short, ni on_candle"))
            ]
        }
        guard !instance.has(.positionSize) else { return [] }
        return [
            remark(
                first, "never-trades",
                Message(
                    "the strategy never trades: \(first.rawValue) needs calculate_position_size beside it",
                    fr: "la stratégie ne négocie jamais : \(first.rawValue) a besoin de calculate_position_size"))
        ]
    }
}

extension Diagnostic.Severity {
    fileprivate var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .info: 2
        }
    }
}
