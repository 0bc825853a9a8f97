import Foundation
import Wording

/// All checks of a process: it is ready when none of them finds a fault.
struct Readiness: Sendable {
    let checks: [HealthCheck]

    /// The answer of `/health/ready`.
    struct Answer: Encodable, Hashable {
        struct Line: Encodable, Hashable {
            let name: String
            let ok: Bool
            let detail: String
        }

        let status: String
        let checks: [Line]

        var isReady: Bool { checks.allSatisfy(\.ok) }

        /// One line of JSON, its keys sorted.
        var json: Data {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            // Strings and booleans can always be encoded.
            return (try? encoder.encode(self)) ?? Data("{}".utf8)
        }
    }

    /// Asks all at once; the order is that of `checks`.
    func answer() async -> Answer {
        let found = await withTaskGroup(of: (Int, HealthFinding).self) { group in
            for (index, check) in checks.enumerated() { group.addTask { (index, await check.examine()) } }
            return await group.reduce(into: [Int: HealthFinding]()) { $0[$1.0] = $1.1 }
        }
        let lines = checks.enumerated().map { index, check in
            Answer.Line(
                name: check.name, ok: found[index]?.isFine ?? false, detail: found[index]?.detail.english ?? "")
        }
        return Answer(status: lines.allSatisfy(\.ok) ? "ready" : "not ready", checks: lines)
    }
}
