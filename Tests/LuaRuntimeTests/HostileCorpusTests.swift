import Foundation
import HostileSupport
import LuaRuntime
import Synchronization
import Testing

@Suite("The sandbox contains the hostile corpus", .serialized)
struct HostileCorpusTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Hostile")

    @Test("every script says what it attacks and what is expected")
    func headers() throws {
        let scripts = try HostileScript.all(in: Self.folder)
        #expect(scripts.count >= 200)
        for script in scripts {
            #expect(!script.attack.isEmpty, "\(script): no attack line")
            #expect(!script.expectations.isEmpty, "\(script): no expect line")
        }
    }

    @Test("at least eighty of them are recorded to defeat the naive host")
    func proof() throws {
        let table = try String(contentsOf: Self.folder.appending(path: "PROOF.md"), encoding: .utf8)
        let rows = table.split(separator: "\n").filter { $0.contains(".lua |") }
        let scripts = try HostileScript.all(in: Self.folder)
        for script in scripts {
            #expect(rows.contains { $0.contains(" \(script.name).lua ") }, "\(script): run proof/run again")
        }
        let defeats = rows.filter { row in
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return cells.count > 2 && cells[2] != "withstands" && cells[2] != "-"
        }
        #expect(defeats.count >= 80)
    }

    /// One process for each script, two at a time: a crash is the failure of that script alone.
    @Test("each script is contained within seconds of CPU time and 128 MiB")
    func contained() async throws {
        let runner = try ChildRun.besideThisProcess("HostileRunner")
        let scripts = try HostileScript.all(in: Self.folder).filter { !$0.needsStrategyHost }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (position, script) in scripts.enumerated() {
                if position >= 2 { try await group.next() }
                group.addTask { try Self.check(script, with: runner) }
            }
            try await group.waitForAll()
        }
    }

    private static func check(_ script: HostileScript, with runner: String) throws {
        let file = folder.appending(path: "\(script.name).lua").path
        let run = try ChildRun.run(runner, ["runtime", file])
        #expect(run.exitCode == 0, "\(script): signal \(run.signal ?? 0), exit \(run.exitCode ?? -1)")
        // Less than a second on any usual machine: a script that escapes its budgets takes for ever.
        #expect(run.cpuMilliseconds < 5000, "\(script): \(run.cpuMilliseconds) ms")
        #expect((1..<128 << 10).contains(run.peakKibibytes), "\(script): \(run.peakKibibytes) KiB")
        #expect(!run.output.contains("DEFEATED"), "\(script): \(run.output.prefix(300))")
        #expect(run.output.contains("works true"), "\(script): the machine is broken afterwards")
        let outcome = run.output.split(separator: "\n").last { $0.hasPrefix("outcome ") } ?? ""
        #expect(
            script.expectations.contains { outcome.hasPrefix("outcome \($0.rawValue):") },
            "\(script): \(outcome), expected \(script.expectations.map(\.rawValue).sorted())")
        if script.isRepeatable {
            let again = try ChildRun.run(runner, ["runtime", file])
            #expect(again.output == run.output, "\(script): two runs differ")
        }
    }

    /// Smaller budgets than a strategy's, so that the whole corpus is quick in one process.
    @Test("one process lives through all of them in a row")
    func inOneProcess() throws {
        var limits = LuaLimits()
        limits.instructions = 500_000
        limits.loadInstructions = 1_000_000
        limits.callNanoseconds = 50_000_000
        limits.loadNanoseconds = 100_000_000
        limits.memoryBytes = 8 << 20
        for script in try HostileScript.all(in: Self.folder) {
            let sandbox = try ScriptSandbox(limits: limits)
            let outcome = sandbox.run(script.source, name: "script.lua")
            #expect(!outcome.isDefeat, "\(script): \(outcome.output.prefix(300))")
            #expect(outcome.memoryPeak <= limits.memoryBytes)
            #expect(sandbox.stillWorks(), "\(script)")
        }
    }
}
