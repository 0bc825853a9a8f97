import Foundation
import LuaRuntime
import Market
import StrategyHost
import Synchronization
import Testing
import Trading
import Wording

@testable import Worker

/// An executor with one feed of synthetic minutes, and strategies on it.
struct Stage {
    let executor: any StrategyExecutor
    let candles: CandleSeries
    let feed = FeedNumber(1)

    static let history = 300

    /// Opens the feed and fills it with `history` candles.
    init(_ executor: any StrategyExecutor, seed: UInt64 = 1, history: Int = Stage.history) async throws {
        self.executor = executor
        let symbol = try Symbol("BTC/USDT")
        candles = SyntheticMarket.generate(
            SyntheticMarket.Options(seed: seed, symbol: symbol, timeframe: .m1, count: 2_000, hasGaps: false))
        try await executor.openFeed(FeedOpening(feed: feed, symbol: symbol, timeframe: .m1, rowsKept: 500))
        try await executor.append([FeedCandles(feed: feed, candles: (0..<history).map { candles[$0] })])
    }

    func load(
        _ number: Int64, _ source: String, parameters: [String: String] = [:], state: String? = nil,
        first: InstanceLoading.FirstCall = .none
    ) async throws -> InstanceLoaded {
        try await executor.load(
            InstanceLoading(
                instance: InstanceNumber(number), script: ScriptText(name: "test.lua", source: source),
                parameters: parameters, seed: UInt64(number), base: feed, state: state.map { Array($0.utf8) },
                firstCall: first))
    }

    /// Closes candle `row` for these strategies and answers what they decided.
    func close(_ row: Int, _ numbers: [Int64], events: [StrategyEvent] = []) async throws -> [DecisionAnswer] {
        try await decide(candles: [candles[row]], items: numbers.map { Self.item($0, events: events) })
    }

    func decide(candles: [Candle], items: [DecisionItem]) async throws -> [DecisionAnswer] {
        let answers = Mutex<[DecisionAnswer]>([])
        let batch = DecisionBatch(feeds: [FeedCandles(feed: feed, candles: candles)], items: items)
        try await executor.decide(batch) { answer in answers.withLock { $0.append(answer) } }
        return answers.withLock { $0 }
    }

    static func item(_ number: Int64, events: [StrategyEvent] = []) -> DecisionItem {
        DecisionItem(
            instance: InstanceNumber(number), events: events, account: account, nextOrderID: OrderID(1),
            openOrders: nil)
    }

    static let account = AccountView(free: 1_000, total: 1_000, equity: 1_000, position: nil, ordersVersion: 0)
}

/// Strategies for tests.
enum Scripts {
    /// Counts its candles, logs, and buys on every third.
    static let counter = """
        local ta = require "ta"
        local S = Strategy { name = "Counter", timeframe = "1m", params = { step = param.int { 3, min = 1, max = 9 } } }
        function S:init() self.slow = ta.ema(self.close, 10) end
        function S:on_start() log.info("started", { free = self.balance.free }) end
        function S:on_candle()
            self.state.n = (self.state.n or 0) + 1
            plot("ema", self.slow[0])
            if self.state.n % self.params.step == 0 then
                self:buy { value = 100, stop = self.close[0] * 0.9, tag = "n" .. self.state.n }
                log.info("bought", { n = self.state.n, r = math.random() })
            end
        end
        function S:on_fill(fill) self.state.filled = fill.qty end
        function S:on_stop() log.info("stopped after " .. (self.state.n or 0)) end
        return S
        """

    /// Fails on every candle.
    static let failing = """
        local S = Strategy { name = "Failing", timeframe = "1m" }
        function S:on_candle() error("no\\7 way") end
        return S
        """

    static let endless = """
        local S = Strategy { name = "Endless", timeframe = "1m" }
        function S:on_candle() while true do end end
        return S
        """
}

/// Where the child program of these tests lies, and pools that start it.
enum Runner {
    static func path() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: own).deletingLastPathComponent().appending(path: "WorkerRunner").path
    }

    static func options(_ mode: String = "worker") throws -> WorkerPoolOptions {
        var options = WorkerPoolOptions(executable: try path(), arguments: [mode])
        options.mostWorkers = 8
        options.limits.host = unhurried
        return options
    }

    /// The wall's clock runs on while a busy machine does other things: honest scripts get two minutes.
    static let unhurried: HostLimits = {
        var limits = HostLimits()
        limits.instance.lua.callNanoseconds = 120_000_000_000
        limits.instance.lua.loadNanoseconds = 120_000_000_000
        limits.longestTurn = 3_600_000_000_000
        return limits
    }()
}

/// What a pool has told so far.
final class Happenings: Sendable {
    private let events = Mutex<[WorkerEvent]>([])

    func note(_ event: WorkerEvent) {
        events.withLock { $0.append(event) }
    }

    var started: Int {
        events.withLock { $0.count { if case .started = $0 { true } else { false } } }
    }

    var lost: [String] {
        events.withLock { $0.compactMap { if case .lost(_, _, let reason) = $0 { reason.english } else { nil } } }
    }

    var banned: [InstanceNumber] {
        events.withLock { $0.compactMap { if case .banned(_, let instance) = $0 { instance } else { nil } } }
    }

    var walls: WorkerWalls? {
        events.withLock { events in
            for case .started(_, _, let walls) in events { return walls }
            return nil
        }
    }

    var pids: [Int32] {
        events.withLock { $0.compactMap { if case .started(_, let pid, _) = $0 { pid } else { nil } } }
    }
}
