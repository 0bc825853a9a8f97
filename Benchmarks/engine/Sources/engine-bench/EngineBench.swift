import Broker
import Engine
import Foundation
import Logging
import Market
import Postgres
import Storage
import Trading
import Wording
import Worker

/// Times an engine between a signal and the decisions on it: `engine-bench DIRECTORY in-process|workers STRATEGIES
/// SIGNALS`.
@main struct EngineBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        // The same program is the worker process of its pool.
        if arguments.dropFirst().first == "worker" { exit(WorkerMain.run(descriptor: 3)) }
        guard arguments.count == 5, ["in-process", "workers"].contains(arguments[2]),
            let strategies = Int(arguments[3]), let signals = Int(arguments[4]), strategies > 0, signals > 0
        else {
            FileHandle.standardError.write(
                Data("usage: engine-bench DIRECTORY in-process|workers STRATEGIES SIGNALS\n".utf8))
            exit(2)
        }
        try FileManager.default.createDirectory(atPath: arguments[1], withIntermediateDirectories: true)
        let server = try await PrivateServer.start(directory: arguments[1])
        var configuration = server.configuration
        configuration.poolSize = 8
        let pool = PostgresPool(configuration)
        do {
            let store = Store(pool)
            try await store.migrate()
            let bench = EngineBench(
                store: store, strategies: strategies, signals: signals, usesWorkers: arguments[2] == "workers")
            try await bench.run()
        } catch {
            print("failed: \(error)")
        }
        await pool.close()
        try await server.stop()
    }

    static let market = VenueName("bench")!  // a constant that is one
    /// Users, each with an account and a tenth of the strategies.
    static let tenants = 10
    static let history = 500

    let store: Store
    let strategies: Int
    let signals: Int
    let usesWorkers: Bool

    /// An average crossing, as most strategies are at most candles: it decides and orders nothing.
    private static let script = """
        local ta = require "ta"
        local Cross = Strategy { name = "Cross", version = "1.0.0", timeframe = "1m", warmup = 60 }
        function Cross:init()
          self.fast = ta.ema(self.close, 10)
          self.slow = ta.ema(self.close, 30)
          self.rsi = ta.rsi(self.close, 14)
        end
        function Cross:should_long() return ta.crossover(self.fast, self.slow) and self.rsi[0] > 200 end
        function Cross:should_exit() return ta.crossunder(self.fast, self.slow) end
        function Cross:calculate_position_size() return self.balance * 0.1 end
        function Cross:calculate_stop_loss() return 0.02 end
        return Cross
        """

    private func run() async throws {
        var minute = Timeframe.m1.openTime(containing: Store.systemTime())
        minute.milliseconds -= Int64(Self.history) * 60_000
        let brokers = try await fill()
        try await close(from: minute, count: Self.history, isSignalled: false)
        minute.milliseconds += Int64(Self.history) * 60_000
        let before = memory()
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let pool = usesWorkers ? WorkerPool(WorkerPoolOptions(executable: program)) : nil
        var options = EngineOptions(name: "bench")
        options.takeInterval = .milliseconds(100)
        let engine = EngineService(
            store: store,
            executors: { user in
                if let pool { return try pool.executor(for: TenantNumber(user.number)) }
                return InProcessExecutor()
            }, connectors: BenchConnector(brokers: brokers), options: options,
            logger: Logger(label: "engine") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { try await engine.run() }
        while try await loaded() < strategies || !engine.isIdle { try await Task.sleep(for: .milliseconds(50)) }
        let after = memory()
        // The first ones find the caches cold.
        for _ in 0..<3 { try await signal(&minute, engine) }
        engine.meter.signalToDecision.reset()
        engine.meter.signalToCommit.reset()
        let cpu = self.cpu()
        for _ in 0..<signals { try await signal(&minute, engine) }
        report(engine, before: before, after: after, cpu: self.cpu() - cpu)
        running.cancel()
        try await running.value
    }

    private func report(_ engine: EngineService, before: Int, after: Int, cpu: Double) {
        func milliseconds(_ nanoseconds: Int64) -> String { String(format: "%.2f ms", Double(nanoseconds) / 1e6) }
        let decision = engine.meter.signalToDecision
        let commit = engine.meter.signalToCommit
        print(
            """
            \(usesWorkers ? "worker processes" : "in-process"), \(strategies) strategies, \(signals) signals: \
            signal to decision p50 \(milliseconds(decision.quantile(0.5))), \
            p99 \(milliseconds(decision.quantile(0.99))), last \(milliseconds(decision.longestNanoseconds)); \
            to commit p50 \(milliseconds(commit.quantile(0.5))), last \(milliseconds(commit.longestNanoseconds)); \
            CPU \(String(format: "%.1f", cpu / Double(signals))) ms a signal here and in the workers; \
            memory \((after - before) / strategies) KiB a strategy
            """)
    }

    // MARK: What is there

    private func fill() async throws -> [BrokerID: PaperBroker] {
        var brokers: [BrokerID: PaperBroker] = [:]
        for tenant in 0..<Self.tenants {
            let user = try await store.users.add("tenant-\(tenant)").id
            let stored = try await store.brokers.add(
                user, name: "paper", venue: .paper, settings: BrokerSettings(options: ["market": Self.market.text]))
            let account = try await store.paper(user).create(
                stored.id, try PaperAccountSettings(), balances: ["USDT": 10_000_000])
            brokers[stored.id] = try await PaperBroker(
                account: account, in: store.paper(user),
                prices: BenchMarket(venue: Self.market, now: Store.systemTime),
                options: PaperBrokerOptions(followsTrades: false) { Store.systemTime() })
            let strategy = try await store.strategies.add(
                user, name: "cross", timeframe: .m1, source: Self.script)
            let count = strategies / Self.tenants + (tenant < strategies % Self.tenants ? 1 : 0)
            for number in 0..<count {
                _ = try await store.activeStrategies.activate(
                    user,
                    NewActiveStrategy(
                        name: "cross \(number)", strategy: strategy.id, broker: stored.id, symbol: BenchMarket.symbol,
                        timeframe: .m1, capital: Money(1000), startsAt: Timestamp(milliseconds: 0)))
            }
        }
        return brokers
    }

    private func close(from: Timestamp, count: Int, isSignalled: Bool) async throws {
        let key = CandleKey(venue: Self.market, symbol: BenchMarket.symbol, timeframe: .m1)
        let candles = (0..<count).map { place in
            let time = Timestamp(milliseconds: from.milliseconds + Int64(place) * 60_000)
            let price = 1000 + 10 * sin(Double(time.milliseconds / 60_000) / 7)
            return ClosedCandle(
                key: key,
                candle: Candle(
                    openTime: time, open: price, high: price + 1, low: price - 1, close: price, volume: 1),
                tradeCount: 1, closedAt: time, isSignalled: isSignalled)
        }
        _ = try await store.heartbeat.record(HeartbeatPulse(candles: candles))
    }

    private func signal(_ minute: inout Timestamp, _ engine: EngineService) async throws {
        try await close(from: minute, count: 1, isSignalled: true)
        minute.milliseconds += 60_000
        let newest = try await store.heartbeat.latestSignal()
        while engine.lastSignal.map({ $0 < newest }) ?? true || !engine.isIdle {
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    private func loaded() async throws -> Int {
        try await store.pool.query("SELECT count(*) AS n FROM strategy_sessions")[0].int("n")
    }

    // MARK: What it costs

    /// This process and its children, whichever thread has begun them.
    private var processes: [String] {
        let tasks = "/proc/self/task"
        // Threads come and go: one that is gone has no file any more.
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        let children = threads.flatMap { thread in
            ((try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? "").split(separator: " ")
        }
        return ["self"] + children.map(String.init)
    }

    /// In KiB. Pages that several processes share, the program's above all, count once.
    private func memory() -> Int {
        processes.reduce(0) { sum, process in
            // A process that is gone holds nothing.
            let sizes = (try? String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)) ?? ""
            let line = sizes.split(separator: "\n").first { $0.hasPrefix("Pss:") } ?? ""
            return sum + (Int(line.filter(\.isNumber)) ?? 0)
        }
    }

    /// In milliseconds, in steps of ten: user and system time of `/proc/PID/stat` (proc(5)), in hundredths of a second.
    private func cpu() -> Double {
        processes.reduce(0) { sum, process in
            guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return sum }
            let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
            guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return sum }
            return sum + (user + system) * 10
        }
    }
}

/// Hands the engine the paper brokers that were made.
struct BenchConnector: AccountConnector {
    let brokers: [BrokerID: PaperBroker]

    func connect(_ broker: StoredBroker) async throws -> any Broker {
        guard let known = brokers[broker.id] else {
            throw BrokerError.unsupported(Message("no broker \(broker.id)", fr: "pas de courtier \(broker.id)"))
        }
        return known
    }
}
