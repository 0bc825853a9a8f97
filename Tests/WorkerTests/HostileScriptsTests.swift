import Foundation
import HostileSupport
import LuaRuntime
import StrategyHost
import Testing
import Wording

@testable import Worker

/// Scripts that attack the sandbox, in a worker: the first wall holds behind the second one as it does without.
@Suite("Hostile scripts in a worker")
struct HostileScriptsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "LuaRuntimeTests/Hostile")

    /// Every twenty-fifth attack of each kind; all of them run without a worker elsewhere.
    private static func scripts() throws -> [HostileScript] {
        try HostileScript.all(in: folder).enumerated().filter { $0.offset % 25 == 0 }.map(\.element)
    }

    @Test("no attack ends the worker, and an honest strategy beside them decides on")
    func corpus() async throws {
        let seen = Happenings()
        var options = try Runner.options("worker")
        options.limits.host.instance.lua.callNanoseconds = 1_000_000_000
        options.limits.host.instance.lua.loadNanoseconds = 1_000_000_000
        let pool = WorkerPool(options, observer: seen.note)
        let stage = try await Stage(try pool.executor(for: TenantNumber(1)))
        _ = try await stage.load(1, Scripts.counter)
        let scripts = try Self.scripts()
        #expect(scripts.count > 10)
        for (index, script) in scripts.enumerated() {
            let text = ScriptText(name: "attack.lua", bytes: script.source)
            let findings = try await stage.executor.check(text)
            #expect(script.expectations != [.refused] || !StrategyChecker.isUsable(findings), "\(script.name)")
            do throws(ExecutorError) {
                _ = try await stage.executor.load(
                    InstanceLoading(instance: InstanceNumber(2), script: text, base: stage.feed))
            } catch {
                guard case .refused = error else { throw error }
            }
            let answers = try await stage.close(Stage.history + index, [1, 2])
            #expect(answers[0].problem == nil, "\(script.name)")
            await stage.executor.unload(InstanceNumber(2))
        }
        #expect(seen.lost.isEmpty, "\(seen.lost)")
        await stage.executor.close()
    }
}
