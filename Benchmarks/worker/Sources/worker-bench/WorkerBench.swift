import Foundation
import Glibc
import LuaRuntime
import Market
import StrategyHost
import Synchronization
import Trading
import Worker

/// Batches of strategies in a thread of this process and in a worker: time, ratio, memory.
///
/// Usage: `worker-bench ROUNDS`. With the one argument `worker` it is the worker.
@main
enum WorkerBench {
    static func main() async throws {
        let argument = CommandLine.arguments.dropFirst().first ?? "30"
        if argument == "worker" { exit(WorkerMain.run(descriptor: 3)) }
        let rounds = Int(argument) ?? 30
        print(
            "| strategies | where | CPU a strategy | of it this process | wall a batch, best "
                + "| p50 | p99 | memory each |")
        print("|---:|---|---:|---:|---:|---:|---:|---:|")
        for count in [1, 100, 1_000, 10_000] {
            let thread = try await measure(count, rounds: rounds, isWorker: false)
            let worker = try await measure(count, rounds: rounds, isWorker: true)
            print(thread.row(count, "thread"))
            print(worker.row(count, "worker"))
            let cpu = Double(worker.cpu) / Double(max(1, thread.cpu))
            let wall = Double(worker.bestWall) / Double(max(1, thread.bestWall))
            print(String(format: "| | ratio | %.2f | | %.2f | | | |", cpu, wall))
        }
    }

    private static func measure(_ count: Int, rounds: Int, isWorker: Bool) async throws -> Figures {
        let seenPid = Mutex<Int32>(0)
        var limits = HostLimits()
        // The machine may be busy: what is timed is work, not waiting.
        limits.instance.lua.callNanoseconds = 60_000_000_000
        limits.instance.lua.loadNanoseconds = 60_000_000_000
        let executor: any StrategyExecutor
        if isWorker {
            var options = WorkerPoolOptions(executable: try ownPath(), arguments: ["worker"])
            options.limits.host = limits
            let pool = WorkerPool(options) { event in
                if case .started(_, let pid, _) = event { seenPid.withLock { $0 = pid } }
            }
            executor = try pool.executor(for: TenantNumber(1))
        } else {
            executor = InProcessExecutor(limits: limits)
        }
        let symbol = try Symbol("BTC/USDT")
        let history = 600
        let candles = SyntheticMarket.generate(
            SyntheticMarket.Options(
                seed: 3, symbol: symbol, timeframe: .m1, count: history + rounds + 10, hasGaps: false))
        let feed = FeedNumber(1)
        try await executor.openFeed(FeedOpening(feed: feed, symbol: symbol, timeframe: .m1, rowsKept: 600))
        try await executor.append([FeedCandles(feed: feed, candles: (0..<history).map { candles[$0] })])
        _ = try await executor.declare(script)
        let pid = isWorker ? seenPid.withLock { $0 } : getpid()
        let memoryBefore = residentBytes(pid)
        for number in 0..<count {
            _ = try await executor.load(
                InstanceLoading(
                    instance: InstanceNumber(Int64(number)), script: script, seed: UInt64(number), base: feed))
        }
        var figures = Figures()
        figures.memory = max(0, residentBytes(pid) - memoryBefore) / count
        let account = AccountView(free: 1_000, total: 1_000, equity: 1_000, position: nil, ordersVersion: 0)
        let items = (0..<count).map {
            DecisionItem(instance: InstanceNumber(Int64($0)), account: account, nextOrderID: OrderID(1))
        }
        for round in 0..<rounds + 3 {
            let batch = DecisionBatch(
                feeds: [FeedCandles(feed: feed, candles: [candles[history + round]])], items: items)
            let times = Mutex<[Int64]>([])
            let (own, other, began) = (cpu(getpid()), isWorker ? cpu(pid) : 0, monotonic())
            try await executor.decide(batch) { answer in times.withLock { $0.append(answer.nanoseconds) } }
            // The first rounds warm up.
            guard round >= 3 else { continue }
            let wall = monotonic() - began
            figures.bestWall = min(figures.bestWall, wall)
            let ownWork = cpu(getpid()) - own
            figures.own += ownWork / Int64(count)
            figures.cpu += (ownWork + (isWorker ? cpu(pid) - other : 0)) / Int64(count)
            figures.times += times.withLock { $0 }
        }
        figures.own /= Int64(rounds)
        figures.cpu /= Int64(rounds)
        await executor.close()
        return figures
    }

    private struct Figures {
        var cpu: Int64 = 0
        var own: Int64 = 0
        var bestWall = Int64.max
        var times: [Int64] = []
        var memory = 0

        func row(_ count: Int, _ kind: String) -> String {
            let sorted = times.sorted()
            return String(
                format: "| %d | %@ | %.1f us | %.1f us | %.2f ms | %.1f us | %.1f us | %d KiB |", count, kind,
                Double(cpu) / 1e3, Double(own) / 1e3, Double(bestWall) / 1e6,
                Double(sorted[sorted.count / 2]) / 1e3, Double(sorted[sorted.count * 99 / 100]) / 1e3, memory >> 10)
        }
    }

    /// Two averages, a crossover, a stop and a little state: what most strategies are.
    private static let script = ScriptText(
        name: "bench.lua",
        source: """
            local ta = require "ta"
            local S = Strategy { name = "Bench", timeframe = "1m", history = 500,
              params = { fast = param.int { 10, min = 2, max = 50 }, slow = param.int { 30, min = 5, max = 200 } } }
            function S:init()
              self.fast = ta.ema(self.close, self.params.fast)
              self.slow = ta.ema(self.close, self.params.slow)
              self.rsi = ta.rsi(self.close, 14)
            end
            function S:should_long()
              self.state.seen = (self.state.seen or 0) + 1
              return ta.crossover(self.fast, self.slow) and self.rsi[0] < 70
            end
            function S:should_short() return ta.crossunder(self.fast, self.slow) end
            function S:calculate_position_size() return self.balance * 0.1 end
            function S:calculate_stop_loss() return 0.02 end
            return S
            """)

    private static func ownPath() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    private static func monotonic() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func cpu(_ pid: pid_t) -> Int64 {
        var clock: clockid_t = 0
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func residentBytes(_ pid: pid_t) -> Int {
        // A process that is gone holds nothing.
        let text = (try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4_096
    }
}
