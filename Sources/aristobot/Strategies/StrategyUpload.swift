import Market
import Storage
import StrategyHost
import Wording
import Worker

/// How a file becomes a strategy that is kept: read, checked in a worker, and only then written.
enum StrategyUpload {
    /// A text without errors.
    struct Checked: Sendable {
        let declaration: StrategyDeclaration
        let source: String

        /// What the file says about itself, for lists.
        var description: String {
            declaration.description.isEmpty ? declaration.name : declaration.description
        }
    }

    /// `ema_cross` for `strategies/ema_cross.lua`.
    static func name(ofFile path: String) -> String {
        let name = ScriptFile.name(path)
        return name.hasSuffix(".lua") && name.count > 4 ? String(name.dropLast(4)) : name
    }

    /// Shows what the check finds; a file with errors ends the command.
    static func check(_ bytes: [UInt8], path: String, _ user: User, isQuiet: Bool) async throws -> Checked {
        let script: StrategyScript
        do {
            script = try StrategyScript(name: ScriptFile.name(path), bytes: bytes)
        } catch {
            throw CommandFailure(strategy: error, path: path)
        }
        let text = ScriptText(name: script.name, bytes: script.bytes)
        let (findings, declaration) = try await UploadedCode.check(text, user)
        guard let declaration else {
            let errors = findings.filter { $0.severity == .error }
            throw CommandFailure(.input, errors.map { DiagnosticText.message($0, path: path) })
        }
        if !isQuiet {
            for finding in findings { Console.standardError(DiagnosticText.line(finding, path: path)) }
        }
        return Checked(declaration: declaration, source: script.source)
    }

    private struct Answer: Encodable {
        let name: String
        let version: Int
        let timeframe: String
        let changed: Bool
    }

    static func tell(_ kept: StoredStrategy, isJSON: Bool, isUnchanged: Bool = false) throws {
        let version = kept.currentVersion
        guard !isJSON else {
            return try JSONAnswer.print(
                Answer(
                    name: kept.name, version: version, timeframe: kept.timeframe.rawValue, changed: !isUnchanged))
        }
        Console.print(
            isUnchanged
                ? say(
                    "strategy \(kept.name): version \(version) is this text already",
                    fr: "stratégie \(kept.name) : la version \(version) est déjà ce texte")
                : say(
                    "strategy \(kept.name): version \(version) kept",
                    fr: "stratégie \(kept.name) : version \(version) gardée"))
    }
}
