import Foundation
import HostileSupport
import Testing

@Suite("The strategy host contains the hostile corpus", .serialized)
struct HostileStrategyTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "LuaRuntimeTests/Hostile")

    @Test("validation of each script ends within seconds of CPU time and 128 MiB")
    func checked() async throws {
        // Those that only burn time at load end in the first load, as in the runs without a strategy host.
        let scripts = try HostileScript.all(in: Self.folder).filter { !["swallow", "time"].contains($0.family) }
        try await forEach(of: scripts, mode: "check")
    }

    @Test("the strategies among them, run over candles, end within the same bounds and reach nothing")
    func traded() async throws {
        try await forEach(of: try HostileScript.all(in: Self.folder).filter(\.needsStrategyHost), mode: "trade")
    }

    /// One process for each, two at a time: a crash is the failure of that script alone.
    private func forEach(of scripts: [HostileScript], mode: String) async throws {
        let runner = try ChildRun.besideThisProcess("HostileRunner")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (position, script) in scripts.enumerated() {
                if position >= 2 { try await group.next() }
                group.addTask { try Self.run(script, mode, runner) }
            }
            try await group.waitForAll()
        }
    }

    private static func run(_ script: HostileScript, _ mode: String, _ runner: String) throws {
        let file = folder.appending(path: "\(script.name).lua").path
        let run = try ChildRun.run(runner, [mode, file])
        #expect(run.exitCode == 0, "\(script): signal \(run.signal ?? 0), exit \(run.exitCode ?? -1)")
        // Less than a second on any usual machine: a script that escapes its budgets takes for ever.
        #expect(run.cpuMilliseconds < 5000, "\(script): \(run.cpuMilliseconds) ms")
        #expect((1..<128 << 10).contains(run.peakKibibytes), "\(script): \(run.peakKibibytes) KiB")
        #expect(!run.output.contains("DEFEATED"), "\(script): \(run.output.prefix(300))")
        #expect(run.output.contains("\noutcome "), "\(script): no outcome")
        #expect(run.output.utf8.count < 256 << 10, "\(script): \(run.output.utf8.count) bytes of output")
        if script.isRepeatable {
            let again = try ChildRun.run(runner, [mode, file])
            #expect(again.output == run.output, "\(script): two runs differ")
        }
    }
}
