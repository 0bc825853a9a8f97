import Foundation
import Glibc
import TestSupport
import Testing
import Wording

@testable import Worker

/// The walls, tried from inside by a thief; and what a worker inherits.
@Suite("Walls of a worker")
struct WorkerWallsTests {
    /// What the runner answers to its first request in that mode.
    private func report(_ mode: String) throws -> [String: String] {
        let process = try WorkerProcess(executable: try Runner.path(), arguments: [mode])
        let patience = WorkerPatience(budget: 10_000_000_000, grace: 0)
        let reply = try process.ask(.configure(WorkerLimits()), patience: patience)
        guard case .invalid(let message) = reply else {
            throw WorkerFailure(.lied, "not a report", fr: "pas un rapport")
        }
        let lines = message.english.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1) }
        return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), $0[1].trimmingPrefix(" ").description) })
    }

    @Test("behind all walls a thief gets nothing but memory below its limit")
    func thief() throws {
        var report = try report("thief")
        let walls = report.removeValue(forKey: "walls") ?? ""
        #expect(walls.contains("limits"))
        #expect(walls.contains("no-new-privileges"))
        #expect(report.removeValue(forKey: "take 64 MiB") == "DONE")
        #expect(report.count == 14)
        for (attempt, outcome) in report { #expect(outcome == "refused", "\(attempt), behind \(walls)") }
    }

    @Test("without the filter of system calls the other walls keep files and the parent safe")
    func unsealed() throws {
        let report = try report("thief-unsealed")
        let walls = report["walls"] ?? ""
        #expect(!walls.contains("system-calls"))
        if walls.contains("landlock") || walls.contains("empty-root") {
            for attempt in ["read /etc/passwd", "read /proc/self/environ", "write a file", "run a program"] {
                #expect(report[attempt] == "refused", "\(attempt), behind \(walls)")
            }
        }
        #expect(report["take 2 GiB"] == "refused")
        #expect(report["raise a limit"] == "refused")
        #expect(report["make a unix socket"] == "refused", "no descriptor is left")
    }

    @Test("a worker is handed one socket, three times /dev/null, and no environment")
    func inherited() throws {
        // A descriptor of this process that would be inherited by a careless start.
        let leak = open("/dev/zero", O_RDONLY)
        defer { close(leak) }
        #expect(fcntl(leak, F_GETFD) & FD_CLOEXEC == 0)
        setenv("WORKER_TEST_SECRET", "1", 1)
        let report = try report("inherited")
        #expect(report["descriptors"] == "0=/dev/null 1=/dev/null 2=/dev/null 3=socket")
        #expect(report["environment"] == "0")
    }

    @Test("a worker tells which walls stand before it is given anything")
    func told() async throws {
        let walls = try await WorkerPool(try Runner.options()).walls()
        #expect(walls.contains([.limits, .noNewPrivileges, .deathSignal]))
        #expect(walls.isTight)
        #expect(Set(walls.names).isDisjoint(with: walls.missing))
    }

    @Test("a system without memory ends a worker before its engine")
    func firstToDie() async throws {
        let seen = Happenings()
        let executor = try WorkerPool(try Runner.options(), observer: seen.note).executor(for: TenantNumber(1))
        _ = try await executor.check(ScriptText(name: "s.lua", source: Scripts.counter))
        let pid = try #require(seen.pids.first)
        let score = try String(contentsOfFile: "/proc/\(pid)/oom_score_adj", encoding: .utf8)
        #expect(score == "1000\n")
        await executor.close()
    }

    @Test("a worker that computes for ever dies with its parent")
    func parentsDeath() async throws {
        let parent = Process()
        let output = Pipe()
        parent.executableURL = URL(filePath: try Runner.path())
        parent.arguments = ["parent"]
        parent.standardOutput = output
        // The orphan falls to this process, which then sees its end.
        let become = try #require(dlsym(nil, "prctl"))
        typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        let subreaper: Int32 = 36
        #expect(unsafeBitCast(become, to: Control.self)(subreaper, 1, 0, 0, 0) == 0)
        try parent.run()
        var text = ""
        // The process number, then a word that the strategy is loaded.
        while text.filter({ $0 == "\n" }).count < 2 {
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { break }
            text += String(decoding: more, as: UTF8.self)
        }
        let worker = try #require(text.split(separator: "\n").first.flatMap { pid_t($0) })
        // Only now it surely computes: one that still waits for its parent would end by itself.
        let atRest = processorTime(of: worker)
        let deadline = ContinuousClock.now + .seconds(30)
        while processorTime(of: worker) < atRest + 100_000_000, ContinuousClock.now < deadline { sched_yield() }
        kill(parent.processIdentifier, SIGKILL)
        var status: Int32 = 0
        var found: pid_t = 0
        // Until the parent is buried, the worker is no child of this process.
        try await until("the worker ends") {
            found = waitpid(worker, &status, WNOHANG)
            return found == worker || (found < 0 && errno != EINTR && !(errno == ECHILD && kill(worker, 0) == 0))
        }
        #expect(found == worker)
        #expect(status & 0x7F == SIGKILL)
    }

    /// In nanoseconds; nothing of one that is gone.
    private func processorTime(of process: pid_t) -> Int64 {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return .max / 2 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
