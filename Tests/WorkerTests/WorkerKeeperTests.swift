import Glibc
import Market
import StrategyHost
import Testing
import Trading
import Wording

@testable import Worker

/// A keeper that the test's own thread works, so that a death falls between two jobs of its choice.
@Suite("A worker that died between two jobs")
struct WorkerKeeperTests {
    private final class Bench {
        let keeper: WorkerKeeper
        let seen = Happenings()
        let candles: CandleSeries
        let feed = FeedNumber(1)

        init(_ mode: String = "worker") throws {
            var options = try Runner.options(mode)
            options.turnNanoseconds = 50_000_000
            options.graceNanoseconds = mode == "worker" ? options.graceNanoseconds : 300_000_000
            keeper = WorkerKeeper(tenant: TenantNumber(1), options: options, observer: seen.note)
            let symbol = try Symbol("BTC/USDT")
            candles = SyntheticMarket.generate(
                SyntheticMarket.Options(seed: 1, symbol: symbol, timeframe: .m1, count: 400, hasGaps: false))
            try keeper.openFeed(FeedOpening(feed: feed, symbol: symbol, timeframe: .m1, rowsKept: 500))
            try keeper.append([FeedCandles(feed: feed, candles: (0..<300).map { candles[$0] })])
        }

        @discardableResult
        func load(_ number: Int64, _ source: String, unseen: Int = 0) throws -> InstanceLoaded {
            try keeper.load(
                InstanceLoading(
                    instance: InstanceNumber(number), script: ScriptText(name: "s.lua", source: source), base: feed,
                    firstCall: .start(Stage.account), unseen: unseen))
        }

        func append(_ row: Int) throws {
            try keeper.append([FeedCandles(feed: feed, candles: [candles[row]])])
        }

        func ask(_ numbers: [Int64], with row: Int? = nil) throws -> [DecisionAnswer] {
            var answers: [DecisionAnswer] = []
            let new = row.map { [FeedCandles(feed: feed, candles: [candles[$0]])] } ?? []
            try keeper.decide(DecisionBatch(feeds: new, items: numbers.map { Stage.item($0) })) { answers.append($0) }
            return answers
        }

        /// Kills the worker and lets the keeper's spare time bring everything back.
        func die() throws {
            let before = seen.started
            kill(try #require(seen.pids.last), SIGKILL)
            let deadline = ContinuousClock.now + .seconds(60)
            var pause: Int32 = 0
            while seen.started == before || pause == 0 {
                pause = keeper.idle()
                try #require(ContinuousClock.now < deadline)
            }
        }
    }

    private static let starter = """
        local S = Strategy { name = "Starter", timeframe = "1m" }
        function S:on_start()
            self.state.starts = (self.state.starts or 0) + 1
            self.derived = self.state.starts
            log.info("started")
        end
        function S:on_candle()
            self.state.n = (self.state.n or 0) + 1
            self.state.derived = self.derived
        end
        return S
        """

    private func text(_ state: [UInt8]?) -> String? {
        state.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("a candle that had come before is decided on, though it is asked about later")
    func waitingCandle() throws {
        let bench = try Bench()
        try bench.load(1, Self.starter)
        try bench.append(300)
        try bench.die()
        let first = try bench.ask([1])[0]
        #expect(first.problem == nil)
        #expect(first.candleOpen == bench.candles[300].openTime)
        // The same for a strategy that was loaded with the newest candle still to come.
        try bench.load(2, Self.starter, unseen: 1)
        try bench.die()
        #expect(try bench.ask([2])[0].problem == nil)
        // And nobody is asked about the same candle twice.
        try bench.die()
        #expect(try bench.ask([1])[0].problem != nil)
    }

    @Test("on_start is called again, once for each answer, and its effects are told with that")
    func startsAgain() throws {
        let bench = try Bench()
        #expect(text(try bench.load(1, Self.starter).state) == "{starts=1}")
        #expect(text(try bench.ask([1], with: 300)[0].state) == "{derived=1,n=1,starts=1}")
        try bench.die()
        try bench.die()
        let answer = try bench.ask([1], with: 301)[0]
        #expect(text(answer.state) == "{derived=2,n=2,starts=2}")
        let reloaded = try #require(answer.reloaded)
        #expect(text(reloaded.loading.state) == "{derived=1,n=1,starts=1}")
        #expect(text(reloaded.loaded.state) == "{derived=1,n=1,starts=2}")
        #expect(reloaded.loaded.decision.logs.map(\.text) == ["started"])
        #expect(reloaded.loading.unseen == 0)
        #expect(
            reloaded.feeds == [
                InstanceReloaded.Feed(feed: bench.feed, rows: 301, newest: bench.candles[300].openTime)
            ])
        let next = try bench.ask([1], with: 302)[0]
        #expect(next.reloaded == nil)
        #expect(text(next.state) == "{derived=2,n=3,starts=2}")
    }

    @Test("a strategy that is stopped hears of it, though another one has just ended its worker")
    func stops() throws {
        let bench = try Bench("misbehave")
        try bench.load(1, Scripts.counter)
        try bench.load(101, Scripts.counter)
        let answers = try bench.ask([1, 101], with: 300)
        #expect(answers[0].problem == nil && answers[1].problem != nil)
        let said = try bench.keeper.stop(InstanceNumber(1), Stage.account)
        #expect(said.logs.map(\.text) == ["stopped after 1"])
    }

    @Test("a turn is waited for half a minute at most, however many events it tells")
    func patience() {
        let limits = HostLimits()
        func wall(_ events: Int) -> Int64 {
            WorkerPatience(
                events: events, call: 250_000_000, longestTurn: limits.longestTurn,
                grace: WorkerPoolOptions(executable: "").graceNanoseconds
            ).wallNanoseconds
        }
        #expect(wall(0) == 14_000_000_000)
        #expect(wall(1_000) == 28_000_000_000)
    }
}
