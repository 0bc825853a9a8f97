import Market
import StrategyHost
import Testing
import Trading
import Wording

@testable import Worker

/// What every executor keeps, whatever runs behind it.
@Suite("Executors")
struct ExecutorContractTests {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case inProcess, worker

        var testDescription: String { rawValue }

        func make() throws -> any StrategyExecutor {
            switch self {
            case .inProcess: InProcessExecutor(limits: Runner.unhurried)
            case .worker: try WorkerPool(try Runner.options()).executor(for: TenantNumber(1))
            }
        }
    }

    @Test("a strategy counts its candles, orders, logs and keeps its state", arguments: Kind.allCases)
    func decides(kind: Kind) async throws {
        let stage = try await Stage(try kind.make())
        let loaded = try await stage.load(7, Scripts.counter, first: .start(Stage.account))
        #expect(loaded.declaration.name == "Counter")
        #expect(loaded.candlesSeen == Stage.history)
        #expect(loaded.firstOpen == stage.candles[0].openTime)
        #expect(loaded.listening == .fills)
        #expect(loaded.decision.logs.map(\.text) == ["started"])
        var last: DecisionAnswer?
        for row in Stage.history..<Stage.history + 3 {
            last = try await stage.close(row, [7]).first
        }
        let answer = try #require(last)
        #expect(answer.problem == nil)
        #expect(answer.candleOpen == stage.candles[Stage.history + 2].openTime)
        #expect(answer.decision.intents.count == 1)
        #expect(answer.decision.logs.first?.text == "bought")
        #expect(answer.state.map { String(decoding: $0, as: UTF8.self) } == "{n=3}")
        let stopped = try await stage.executor.stop(InstanceNumber(7), account: Stage.account)
        #expect(stopped.logs.map(\.text) == ["stopped after 3"])
        await stage.executor.close()
    }

    @Test("both kinds answer the same bytes, over hundreds of candles, events and failures")
    func sameBytes() async throws {
        var all: [[UInt64]] = []
        for kind in Kind.allCases {
            let stage = try await Stage(try kind.make())
            for number in 1...3 as ClosedRange<Int64> {
                _ = try await stage.load(number, Scripts.counter, parameters: ["step": "\(number)"])
            }
            _ = try await stage.load(4, Scripts.failing)
            var hashes: [UInt64] = []
            let fill = try Samples.fullItem().events[1]
            for row in Stage.history..<Stage.history + 200 {
                let answers = try await stage.close(row, [1, 2, 3, 4], events: row % 10 == 0 ? [fill] : [])
                hashes += answers.map(\.outcomeHash)
            }
            all.append(hashes)
            await stage.executor.close()
        }
        #expect(all.map(\.count) == [800, 800])
        let different = zip(all[0], all[1]).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(different == nil, "the first answer that differs is number \(different?.offset ?? 0)")
    }

    @Test("a strategy that fails five times in a row is paused, the others go on", arguments: Kind.allCases)
    func pauses(kind: Kind) async throws {
        let stage = try await Stage(try kind.make())
        _ = try await stage.load(1, Scripts.failing)
        _ = try await stage.load(2, Scripts.counter)
        for row in 0..<6 {
            let answers = try await stage.close(Stage.history + row, [1, 2])
            #expect(answers.map(\.instance.number) == [1, 2])
            #expect(answers[0].isPaused == (row >= 4))
            #expect(answers[0].failuresInARow == min(row + 1, 5))
            #expect(answers[1].problem == nil)
            #expect(!answers[1].isPaused)
        }
        await stage.executor.close()
    }

    @Test("a missed candle is taken in before the newest is decided on", arguments: Kind.allCases)
    func observes(kind: Kind) async throws {
        let stage = try await Stage(try kind.make())
        _ = try await stage.load(1, Scripts.counter)
        let rows = Stage.history..<Stage.history + 40
        let answers = try await stage.decide(candles: rows.map { stage.candles[$0] }, items: [Stage.item(1)])
        #expect(answers[0].candleOpen == stage.candles[rows.upperBound - 1].openTime)
        #expect(answers[0].state.map { String(decoding: $0, as: UTF8.self) } == "{n=1}")
        await stage.executor.close()
    }

    @Test("a state is put back, and upgraded by the script", arguments: Kind.allCases)
    func states(kind: Kind) async throws {
        let stage = try await Stage(try kind.make())
        let loaded = try await stage.load(1, Scripts.counter, state: "{n=41}")
        #expect(String(decoding: loaded.state, as: UTF8.self) == "{n=41}")
        let answer = try await stage.close(Stage.history, [1])[0]
        #expect(answer.state.map { String(decoding: $0, as: UTF8.self) } == "{n=42}")
        var loading = InstanceLoading(
            instance: InstanceNumber(2),
            script: ScriptText(
                name: "new.lua",
                source: """
                    local S = Strategy { name = "New", timeframe = "1m", version = "2" }
                    function S:on_candle() end
                    function S:on_upgrade(old, from) return { was = old.n, from = from } end
                    return S
                    """), base: stage.feed)
        loading.state = Array("{n=42}".utf8)
        loading.upgradedFrom = "1"
        let upgraded = try await stage.executor.load(loading)
        #expect(String(decoding: upgraded.state, as: UTF8.self) == "{from=\"1\",was=42}")
        await stage.executor.close()
    }

    @Test("what is wrong with a script is told as findings", arguments: Kind.allCases)
    func refuses(kind: Kind) async throws {
        let executor = try kind.make()
        let broken = ScriptText(name: "broken.lua", source: "local x = = 1")
        await #expect(throws: ExecutorError.self) { try await executor.declare(broken) }
        let findings = try await executor.check(broken)
        #expect(findings.contains { $0.code == "syntax" && $0.line == 1 })
        let good = ScriptText(name: "good.lua", source: Scripts.counter)
        #expect(try await executor.declare(good, parameters: ["step": "4"]).parameters.map(\.name) == ["step"])
        do throws(ExecutorError) {
            _ = try await executor.declare(good, parameters: ["step": "40"])
            Issue.record("a value out of range was taken")
        } catch {
            guard case .refused(let findings) = error else { throw error }
            #expect(findings.first?.code == "parameter-value")
        }
        #expect(try await executor.check(good).allSatisfy { $0.severity != .error })
        let huge = ScriptText(name: "huge.lua", bytes: Array(repeating: 0x20, count: 3 << 20))
        #expect(try await executor.check(huge).map(\.code) == ["too-large"])
        await #expect(throws: ExecutorError.self) { try await executor.declare(huge) }
        let many = Dictionary(uniqueKeysWithValues: (0..<1_000).map { ("p\($0)", "1") })
        await #expect(throws: ExecutorError.self) { try await executor.declare(good, parameters: many) }
        await executor.close()
    }

    @Test("calls that do not fit are refused, and hurt nobody", arguments: Kind.allCases)
    func invalid(kind: Kind) async throws {
        let stage = try await Stage(try kind.make())
        _ = try await stage.load(1, Scripts.counter)
        func isInvalid(_ body: () async throws -> Void) async -> Bool {
            do {
                try await body()
                return false
            } catch {
                guard case .invalid? = error as? ExecutorError else { return false }
                return true
            }
        }
        let executor = stage.executor
        #expect(await isInvalid { try await executor.append([FeedCandles(feed: FeedNumber(9), candles: [])]) })
        var bad = stage.candles[Stage.history]
        bad.high = -1
        #expect(await isInvalid { _ = try await stage.decide(candles: [bad], items: []) })
        #expect(await isInvalid { _ = try await stage.close(Stage.history, [1, 1]) })
        #expect(await isInvalid { try await executor.closeFeed(stage.feed) })
        let other = FeedOpening(feed: stage.feed, symbol: try Symbol("ETH/USDT"), timeframe: .m1, rowsKept: 5)
        #expect(await isInvalid { try await executor.openFeed(other) })
        let unknown = try await stage.decide(candles: [], items: [Stage.item(99)])
        #expect(unknown[0].problem?.english == "strategy 99 is not loaded")
        // The same candle twice is one candle.
        _ = try await stage.decide(candles: [stage.candles[Stage.history]], items: [])
        let answers = try await stage.close(Stage.history, [1])
        #expect(answers[0].problem == nil)
        let again = try await stage.close(Stage.history, [1])
        #expect(again[0].problem != nil)
        await executor.unload(InstanceNumber(1))
        try await executor.closeFeed(stage.feed)
        await executor.close()
        await #expect(throws: ExecutorError.self) { try await executor.openFeed(other) }
    }

    @Test("an endless callback is stopped and told as a failure", arguments: Kind.allCases)
    func endless(kind: Kind) async throws {
        let stage = try await Stage(try kind.make())
        _ = try await stage.load(1, Scripts.endless)
        _ = try await stage.load(2, Scripts.counter)
        let answers = try await stage.close(Stage.history, [1, 2])
        #expect(["time", "instructions"].contains(answers[0].decision.failures.first?.diagnostic.code))
        #expect(answers[1].problem == nil)
        await stage.executor.close()
    }

    @Test("events for which a turn has no time are left out, told as a failure, and the candle is decided on")
    func longTurn() async throws {
        var limits = Runner.unhurried
        limits.longestTurn = 0
        let stage = try await Stage(InProcessExecutor(limits: limits))
        _ = try await stage.load(1, Scripts.counter)
        let fill = try #require(try Samples.fullItem().events.first { if case .filled = $0 { true } else { false } })
        let answer = try await stage.close(Stage.history, [1], events: [fill, fill, fill])[0]
        #expect(answer.problem == nil)
        #expect(answer.state.map { String(decoding: $0, as: UTF8.self) } == "{n=1}")
        let failure = try #require(answer.decision.failures.first)
        #expect(failure.callback == .onFill)
        #expect(failure.diagnostic.message.english == "the turn took too long: 3 events were left out")
        #expect(answer.decision.journal.map(\.kind) == [.failed])
        await stage.executor.close()
    }

    @Test("a line of the log has at most so many fields, however short they are", arguments: Kind.allCases)
    func manyFields(kind: Kind) async throws {
        let stage = try await Stage(try kind.make())
        let source = """
            local S = Strategy { name = "Wordy", timeframe = "1m" }
            function S:on_candle()
                local fields = {}
                for i = 1, 200 do fields[i] = "" end
                log.info("", fields)
            end
            return S
            """
        _ = try await stage.load(1, source)
        let answer = try await stage.close(Stage.history, [1])[0]
        #expect(answer.problem == nil)
        #expect(answer.decision.logs.map(\.fields.count) == [64])
        await stage.executor.close()
    }

    @Test("a batch of ten thousand items is answered, each once and in order", arguments: Kind.allCases)
    func large(kind: Kind) async throws {
        let stage = try await Stage(try kind.make(), history: 20)
        let source = "local S = Strategy { name = \"S\", timeframe = \"1m\" } function S:on_candle() end return S"
        for number in 0..<200 as Range<Int64> { _ = try await stage.load(number, source) }
        let numbers = (0..<200).map { Int64($0) } + (200..<10_000).map { Int64($0) }
        let answers = try await stage.close(20, numbers)
        #expect(answers.map(\.instance.number) == numbers)
        #expect(answers.prefix(200).allSatisfy { $0.problem == nil })
        #expect(answers.dropFirst(200).allSatisfy { $0.problem != nil })
        await stage.executor.close()
    }

    @Test("a worker that is full says so, and goes on with what it has", arguments: Kind.allCases)
    func full(kind: Kind) async throws {
        var limits = Runner.unhurried
        limits.mostInstances = 2
        let executor: any StrategyExecutor
        switch kind {
        case .inProcess: executor = InProcessExecutor(limits: limits)
        case .worker:
            var options = try Runner.options()
            options.limits.host = limits
            executor = try WorkerPool(options).executor(for: TenantNumber(1))
        }
        let stage = try await Stage(executor)
        _ = try await stage.load(1, Scripts.counter)
        _ = try await stage.load(2, Scripts.counter)
        do throws(ExecutorError) {
            _ = try await executor.load(
                InstanceLoading(
                    instance: InstanceNumber(3), script: ScriptText(name: "s.lua", source: Scripts.counter),
                    base: stage.feed))
            Issue.record("a third strategy was taken")
        } catch {
            guard case .invalid(let message) = error else { throw error }
            #expect(message.english.contains("full"))
        }
        // Loading one anew takes no further place.
        _ = try await stage.load(2, Scripts.counter)
        #expect(try await stage.close(Stage.history, [1, 2]).allSatisfy { $0.problem == nil })
        await executor.close()
    }
}
