import Glibc
import LuaRuntime
import Market
import StrategyHost
import TestSupport
import Testing
import Trading
import Wording

@testable import Worker

/// Workers that crash, hang, lie and die: nobody but the one who did it notices more than a delay.
@Suite("Workers that misbehave")
struct HostileWorkerTests {
    /// A pool of misbehaving workers that are given little time.
    static func pool(_ seen: Happenings, mode: String = "misbehave") throws -> WorkerPool {
        var options = try Runner.options(mode)
        options.graceNanoseconds = 300_000_000
        options.turnNanoseconds = 50_000_000
        return WorkerPool(options, observer: seen.note)
    }

    static let culprits: [Int64] = [101, 102, 103, 104, 105, 106, 107, 108, 109]

    @Test(
        "the strategy that crashes, hangs or lies is told so, the others are answered as if nothing had been",
        arguments: culprits)
    func culprit(number: Int64) async throws {
        let seen = Happenings()
        let stage = try await Stage(try Self.pool(seen).executor(for: TenantNumber(1)))
        let quiet = try await Stage(InProcessExecutor(limits: Runner.unhurried))
        for other in [1, 2, 3] as [Int64] {
            _ = try await stage.load(other, Scripts.counter)
            _ = try await quiet.load(other, Scripts.counter)
        }
        _ = try await stage.load(number, Scripts.counter)
        let row = Stage.history
        let before = try await stage.close(row, [1, 2, 3])
        _ = try await quiet.close(row, [1, 2, 3])
        #expect(before.allSatisfy { $0.problem == nil })
        let answers = try await stage.close(row + 1, [1, 2, number, 3])
        let expected = try await quiet.close(row + 1, [1, 2, 3])
        #expect(answers.map(\.instance.number) == [1, 2, number, 3])
        #expect(answers[2].problem != nil)
        let others = [answers[0], answers[1], answers[3]]
        #expect(others.map(\.outcome) == expected.map(\.outcome))
        #expect(seen.lost.count == 2, "once in the crowd, once alone: \(seen.lost)")
        // The states survive: the counters go on where they were.
        let after = try await stage.close(row + 2, [1, 2, 3])
        #expect(after.map(\.outcome) == (try await quiet.close(row + 2, [1, 2, 3])).map(\.outcome))
        await stage.executor.close()
        await quiet.executor.close()
    }

    @Test("a strategy that has ended three workers is not asked again until it is loaded anew")
    func banned() async throws {
        let seen = Happenings()
        let stage = try await Stage(try Self.pool(seen).executor(for: TenantNumber(1)))
        _ = try await stage.load(1, Scripts.counter)
        _ = try await stage.load(101, Scripts.counter)
        for row in Stage.history..<Stage.history + 5 {
            let answers = try await stage.close(row, [101, 1])
            #expect(answers[0].problem != nil)
            #expect(answers[1].problem == nil)
        }
        #expect(seen.banned == [InstanceNumber(101)])
        let deaths = seen.lost.count
        let last = try await stage.close(Stage.history + 5, [101, 1])
        #expect(last[0].isPaused)
        #expect(last[1].problem == nil)
        #expect(seen.lost.count == deaths)
        await stage.executor.close()
    }

    @Test("a strategy whose loading ends the worker is refused, and the others are loaded again")
    func deadlyLoading() async throws {
        let seen = Happenings()
        let stage = try await Stage(try Self.pool(seen).executor(for: TenantNumber(1)))
        _ = try await stage.load(1, Scripts.counter, state: "{n=7}")
        await #expect(throws: ExecutorError.self) { _ = try await stage.load(201, Scripts.counter) }
        let answers = try await stage.close(Stage.history, [1, 201])
        #expect(answers[0].problem == nil)
        #expect(answers[0].state.map { String(decoding: $0, as: UTF8.self) } == "{n=8}")
        #expect(answers[1].problem != nil)
        #expect(seen.lost.count == 1)
        await stage.executor.close()
    }

    @Test("a program that dies at once is tried a bounded number of times, then ever more seldom")
    func dyingProgram() async throws {
        let seen = Happenings()
        let executor = try Self.pool(seen, mode: "die").executor(for: TenantNumber(1))
        let script = ScriptText(name: "s.lua", source: Scripts.counter)
        var waits = 0
        for _ in 0..<30 {
            do throws(ExecutorError) {
                _ = try await executor.declare(script)
                Issue.record("a dead worker answered")
            } catch {
                if case .unavailable = error { waits += 1 }
            }
        }
        // The first few starts are free, the next ones wait up to a second; the others are told to come again.
        #expect(waits >= 5)
        #expect(seen.started == 0)
        await executor.close()
    }

    @Test("a worker that computes though nobody asks it anything is ended and replaced")
    func restless() async throws {
        let seen = Happenings()
        var options = try Runner.options("restless")
        options.restlessNanoseconds = 50_000_000
        options.restMilliseconds = 20
        let pool = WorkerPool(options, observer: seen.note)
        let executor = try pool.executor(for: TenantNumber(1))
        let restless = "the worker computed though it had been asked nothing"
        // A thread that computes while the walls go up around it may bring its process down: that one is replaced too.
        for _ in 0..<10 where !seen.lost.contains(restless) {
            let known = seen.lost.count
            do throws(ExecutorError) {
                _ = try await executor.check(ScriptText(name: "s.lua", source: Scripts.counter))
            } catch {
                continue
            }
            try await until("it is ended") { seen.lost.count > known }
        }
        #expect(seen.lost.contains(restless), "\(seen.lost)")
        await executor.close()
    }

    @Test("a caller that goes away does not wait for a worker that sleeps", .timeLimit(.minutes(2)))
    func withdrawn() async throws {
        let seen = Happenings()
        var options = try Runner.options("misbehave")
        options.graceNanoseconds = 3_600_000_000_000
        let pool = WorkerPool(options, observer: seen.note)
        let stage = try await Stage(try pool.executor(for: TenantNumber(1)))
        _ = try await stage.load(111, Scripts.counter)
        _ = try await stage.load(110, Scripts.counter)
        let batch = DecisionBatch(
            feeds: [FeedCandles(feed: stage.feed, candles: [stage.candles[Stage.history]])],
            items: [Stage.item(111), Stage.item(110)])
        let (answers, told) = AsyncStream.makeStream(of: Int64.self)
        let asking = Task { () async -> ExecutorError? in
            do throws(ExecutorError) {
                try await stage.executor.decide(batch) { told.yield($0.instance.number) }
                return nil
            } catch {
                return error
            }
        }
        #expect(await answers.first { _ in true } == 111)
        // It is the other one's turn, which never ends.
        asking.cancel()
        let error = await asking.value
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(seen.lost == ["the call was given up by its caller"])
        // Nobody is blamed, and the others go on.
        let after = try await stage.close(Stage.history + 1, [111])
        #expect(after[0].problem == nil && after[0].reloaded != nil)
        #expect(seen.banned.isEmpty)
        await stage.executor.close()
    }

    @Test("a program that is not there is told as such")
    func noProgram() async throws {
        let pool = WorkerPool(WorkerPoolOptions(executable: "/nonexistent/worker"))
        do throws(ExecutorError) {
            _ = try await pool.check(ScriptText(name: "s.lua", source: ""), for: TenantNumber(1))
            Issue.record("nothing answered")
        } catch {
            guard case .unavailable(let message) = error else { throw error }
            #expect(message.english.contains("/nonexistent/worker"))
        }
    }

    @Test("a worker that is killed from outside is replaced, between signals, before anybody asks")
    func killed() async throws {
        let seen = Happenings()
        let stage = try await Stage(try Self.pool(seen, mode: "worker").executor(for: TenantNumber(1)))
        _ = try await stage.load(1, Scripts.counter, state: "{n=1}")
        let first = try #require(seen.pids.first)
        kill(first, SIGKILL)
        let answers = try await stage.close(Stage.history, [1])
        #expect(answers[0].problem == nil)
        #expect(answers[0].state.map { String(decoding: $0, as: UTF8.self) } == "{n=2}")
        #expect(seen.started == 2)
        await stage.executor.close()
    }

    @Test("workers of two tenants are two processes, and the death of one is no matter of the other")
    func tenants() async throws {
        let seen = Happenings()
        let pool = try Self.pool(seen)
        let bad = try await Stage(try pool.executor(for: TenantNumber(1)))
        let good = try await Stage(try pool.executor(for: TenantNumber(2)))
        _ = try await bad.load(102, Scripts.counter)
        _ = try await good.load(1, Scripts.counter)
        async let late = bad.close(Stage.history, [102])
        for row in Stage.history..<Stage.history + 20 {
            #expect(try await good.close(row, [1])[0].problem == nil)
        }
        #expect(try await late[0].problem != nil)
        #expect(Set(seen.pids).count >= 2)
        await bad.executor.close()
        await good.executor.close()
    }

    @Test("no more workers run than are allowed, and a place is free again after closing")
    func places() async throws {
        var options = try Runner.options()
        options.mostWorkers = 1
        let pool = WorkerPool(options)
        let first = try pool.executor(for: TenantNumber(1))
        #expect(throws: ExecutorError.self) { try pool.executor(for: TenantNumber(2)) }
        await first.close()
        let second = try pool.executor(for: TenantNumber(2))
        await second.close()
    }

    @Test("a check runs in a process of its own and tells the findings")
    func checks() async throws {
        let pool = WorkerPool(try Runner.options())
        let findings = try await pool.check(
            ScriptText(name: "b.lua", source: "return Strategy { name = 1 }"), for: TenantNumber(1))
        #expect(findings == StrategyChecker.check(name: "b.lua", bytes: Array("return Strategy { name = 1 }".utf8)))
    }

    @Test("after a death between signals, orders, failures and further feeds are as they were")
    func memoryOfTheParent() async throws {
        let seen = Happenings()
        let stage = try await Stage(try Self.pool(seen, mode: "worker").executor(for: TenantNumber(1)))
        let quiet = try await Stage(InProcessExecutor(limits: Runner.unhurried))
        let order = try Samples.order(4, kind: .market, state: .open)
        let source = """
            local S = Strategy { name = "Orders", timeframe = "1m", uses = { "5m" } }
            function S:on_candle()
                self.state.orders = #self.orders
                self.state.coarse = self:tf("5m").close[0]
                if self.close[0] ~= nil then error("each time") end
            end
            return S
            """
        let symbol = try Symbol("BTC/USDT")
        let coarse = try CandleResampler.resample(stage.candles, to: .m5)
        var outcomes: [[UInt64]] = [[], []]
        for (place, stage) in [stage, quiet].enumerated() {
            let feed = FeedNumber(2)
            try await stage.executor.openFeed(FeedOpening(feed: feed, symbol: symbol, timeframe: .m5, rowsKept: 100))
            let closed = (0..<Stage.history / 5).map { coarse[$0] }
            try await stage.executor.append([FeedCandles(feed: feed, candles: closed)])
            _ = try await stage.executor.load(
                InstanceLoading(
                    instance: InstanceNumber(1), script: ScriptText(name: "o.lua", source: source), base: stage.feed,
                    others: [feed]))
            for row in Stage.history..<Stage.history + 4 {
                var item = Stage.item(1)
                item.account.ordersVersion = 1
                if row == Stage.history { item.openOrders = [order] }
                if row == Stage.history + 2, place == 0 { kill(try #require(seen.pids.first), SIGKILL) }
                let answers = try await stage.decide(candles: [stage.candles[row]], items: [item])
                outcomes[place] += answers.map { WireHash.of(Array("\($0.failuresInARow) \($0.stateHash)".utf8)) }
                #expect(answers[0].problem == nil)
                #expect(answers[0].failuresInARow == row - Stage.history + 1)
            }
            await stage.executor.close()
        }
        #expect(outcomes[0] == outcomes[1])
        #expect(seen.started == 2)
    }
}
