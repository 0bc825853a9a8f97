import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("Commands for running strategies", .timeLimit(.minutes(10)))
struct CommandTests {
    @Test("A suspended strategy decides nothing and keeps its stops; resumed it goes on")
    func suspend() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown)
            let witness = try await rig.activate(Scripts.counter, name: "witness")
            try await rig.loaded(witness)
            #expect(try await rig.command(.suspend, strategy).state == .done)
            #expect(try await rig.get(strategy).state == .suspended)
            try await rig.close(1, 20_000, 19_000)
            try await until("the candle has been read") { try await rig.decisions(witness).count == 1 }
            #expect(try await rig.command(.resume, strategy).state == .done)
            try await rig.loaded(strategy, session: 2)
            #expect(try await rig.decisions(strategy).count == 1)
            #expect(try await rig.broker?.base.openOrders(on: nil).count == 2)
            try await rig.close(2, 20_000, 19_000)
            try await until("it leaves") { try await rig.position(strategy) == nil }
        }
    }

    @Test("Close sells what is held; stop is refused while something is, and ends it when it may close")
    func closeAndStop() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown)
            #expect(try await rig.command(.stop(closing: false), strategy).state == .refused)
            #expect(try await rig.command(.close, strategy).state == .done)
            #expect(try await rig.position(strategy) == nil)
            #expect(try await rig.broker?.base.openOrders(on: nil).isEmpty ?? false)
            #expect(try await rig.get(strategy).state == .active)
            try await rig.close(1, 19_990, 20_000)
            try await until("a new position") { try await rig.position(strategy) != nil }
            #expect(try await rig.command(.stop(closing: true), strategy).state == .done)
            #expect(try await rig.get(strategy).state == .stopped)
            #expect(try await rig.position(strategy) == nil)
        }
    }

    @Test("An upgrade keeps position and memory, and one that does not load leaves what runs")
    func upgrade() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.count()
            let next = Scripts.counter.replacing("\"1.0\"", with: "\"2.0\"")
            _ = try await rig.store.strategies.addVersion(
                rig.user.id, strategy.strategy, timeframe: .m1, source: next)
            #expect(try await rig.command(.upgrade(version: 2), strategy).state == .done)
            #expect(try await rig.get(strategy).version == 2)
            try await rig.close(1, 100, 101)
            try await until("another decision") { try await rig.decisions(strategy).count == 2 }
            let state = try await rig.decisions(strategy).last?.record.scriptState ?? []
            let text = String(decoding: state, as: UTF8.self)
            #expect(text.contains("1.0") && text.contains("2"), "\(text)")

            _ = try await rig.store.strategies.addVersion(
                rig.user.id, strategy.strategy, timeframe: .m1, source: Scripts.broken)
            let refused = try await rig.command(.upgrade(version: 3), strategy)
            #expect(refused.state == .refused && refused.answer != nil)
            #expect(try await rig.get(strategy).version == 2)
            try await rig.loaded(strategy, session: 3)
            try await rig.close(2, 100, 101)
            try await until("it runs on") { try await rig.decisions(strategy).count == 3 }
        }
    }

    @Test("An upgrade has the series streamed that its version reads, and is refused where one is not to be had")
    func upgradedFeeds() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            for feeds in [#"uses = { "5m" },"#, #"symbols = { "ETH/USDT" },"#] {
                let source = Scripts.counter.replacing("warmup = 0,", with: "warmup = 0, " + feeds)
                _ = try await rig.store.strategies.addVersion(
                    rig.user.id, strategy.strategy, timeframe: .m1, source: source)
            }
            rig.run()
            try await rig.loaded(strategy)
            #expect(try await rig.command(.upgrade(version: 2), strategy).state == .done)
            let feeds = [StrategyFeed(symbol: EngineRig.symbol, timeframe: .m5)]
            #expect(try await rig.get(strategy).feeds == feeds)
            let refused = try await rig.command(.upgrade(version: 3), strategy)
            #expect(refused.state == .refused && refused.answer?.english.contains("ETH/USDT") ?? false)
            #expect(try await rig.get(strategy).version == 2)
            #expect(try await rig.get(strategy).feeds == feeds)
        }
    }

    @Test("Other parameters take effect with the memory kept, and limits hold the next order back")
    func set() async throws {
        try await EngineRig.with { rig in
            let counter = try await rig.activate(Scripts.counter, name: "counter")
            let trader = try await rig.activate(Scripts.updown, name: "updown")
            rig.run()
            try await rig.loaded(counter)
            try await rig.loaded(trader)
            let set = StrategyCommand.Order.set(settings: nil, parameters: ["step": "5"], capital: nil)
            #expect(try await rig.command(set, counter).state == .done)
            let wrong = StrategyCommand.Order.set(settings: nil, parameters: ["step": "77"], capital: nil)
            #expect(try await rig.command(wrong, counter).state == .refused)
            let limits = StrategyCommand.Order.set(
                settings: #"{"risk": {"killSwitch": true}}"#, parameters: nil, capital: nil)
            #expect(try await rig.command(limits, trader).state == .done)
            try await rig.close(0, 19_990, 20_000)
            try await until("decisions") {
                let one = try await rig.decisions(counter).count
                let other = try await rig.decisions(trader).count
                return one == 1 && other == 1
            }
            let state = try await rig.decisions(counter).last?.record.scriptState ?? []
            #expect(String(decoding: state, as: UTF8.self).contains("5"))
            #expect(try await rig.orders(trader).isEmpty)
        }
    }

    @Test("The account's kill switch holds back every new position")
    func killSwitch() async throws {
        try await EngineRig.with { rig in
            try await rig.store.users.setKillSwitch(true, rig.user.id)
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await until("a decision") { try await rig.decisions(strategy).count == 1 }
            #expect(try await rig.orders(strategy).isEmpty)
        }
    }
}
