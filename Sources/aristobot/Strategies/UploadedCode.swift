import Storage
import StrategyHost
import Wording
import Worker

/// Runs code that is kept for a user.
enum UploadedCode {
    /// Everything that can be said about a file, and what it declares where nothing of that is an error.
    static func check(_ text: ScriptText, _ user: User) async throws -> ([Diagnostic], StrategyDeclaration?) {
        let findings = StrategyChecker.check(name: text.name, bytes: text.bytes)
        guard StrategyChecker.isUsable(findings) else { return (findings, nil) }
        let script = try StrategyScript(name: text.name, bytes: text.bytes)
        return (findings, try StrategyInstance.declaration(of: script))
    }

    /// What a kept script declares; the parameters are checked against its domains and its `valid`.
    static func declaration(
        _ text: ScriptText, _ parameters: [String: String], _ user: User
    ) async throws -> StrategyDeclaration {
        do throws(StrategyError) {
            let script = try StrategyScript(name: text.name, bytes: text.bytes)
            try StrategyInstance.checkParameters(parameters, of: script)
            return try StrategyInstance.declaration(of: script)
        } catch {
            throw CommandFailure(strategy: error, path: text.name)
        }
    }
}
