import Storage
import StrategyHost
import Wording
import Worker

/// Runs code that is kept for a user, in a worker process that ends with the command.
enum UploadedCode {
    static func with<Value: Sendable>(
        _ user: User, _ body: (any StrategyExecutor) async throws -> Value
    ) async throws -> Value {
        let pool = StrategyProcesses.pool()
        let executor = try pool.executor(for: TenantNumber(user.id.number))
        do {
            let value = try await body(executor)
            await executor.close()
            return value
        } catch {
            await executor.close()
            throw error
        }
    }

    /// Everything that can be said about a file, and what it declares where nothing of that is an error.
    static func check(_ text: ScriptText, _ user: User) async throws -> ([Diagnostic], StrategyDeclaration?) {
        try await with(user) { executor in
            let findings = try await executor.check(text)
            guard StrategyChecker.isUsable(findings) else { return (findings, nil) }
            return (findings, try await executor.declare(text))
        }
    }

    /// What a kept script declares; the parameters are checked against its domains and its `valid`.
    static func declaration(
        _ text: ScriptText, _ parameters: [String: String], _ user: User
    ) async throws -> StrategyDeclaration {
        try await with(user) { executor in
            do throws(ExecutorError) {
                return try await executor.declare(text, parameters: parameters)
            } catch {
                guard case .refused(let findings) = error else { throw CommandFailure(environment: error) }
                let errors = findings.filter { $0.severity == .error }
                throw CommandFailure(.input, errors.map { DiagnosticText.message($0, path: text.name) })
            }
        }
    }
}
