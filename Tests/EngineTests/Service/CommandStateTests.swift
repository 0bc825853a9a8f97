import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite(
    "Commands that meet one another, a script being loaded, or a venue that does not answer", .timeLimit(.minutes(10)))
struct CommandStateTests {
    private static func cash(_ rig: EngineRig, _ strategy: ActiveStrategy) async throws -> String? {
        try await rig.store.pool.query(
            """
            SELECT core_state->'trading'->'ledger'->>'cash' AS cash FROM active_strategies
            WHERE id = \(strategy.id.number)
            """
        ).first?.optionalText("cash")
    }

    /// A counter with two later versions, which no engine runs yet.
    private static func counter(_ rig: EngineRig) async throws -> ActiveStrategy {
        let strategy = try await rig.activate(Scripts.counter, name: "counter")
        for version in ["2.0", "3.0"] {
            _ = try await rig.store.strategies.addVersion(
                rig.user.id, strategy.strategy, timeframe: .m1,
                source: Scripts.counter.replacing("\"1.0\"", with: "\"\(version)\""))
        }
        return strategy
    }

    private static func answers(
        _ rig: EngineRig, _ commands: [StrategyCommand]
    ) async throws -> [StrategyCommand.State] {
        try await until("all commands are answered") {
            for command in commands {
                let state = try await rig.store.activeStrategies.command(rig.user.id, command.id).state
                if state == .pending { return false }
            }
            return true
        }
        var states: [StrategyCommand.State] = []
        for command in commands {
            states.append(try await rig.store.activeStrategies.command(rig.user.id, command.id).state)
        }
        return states
    }

    @Test("Of two upgrades the second waits for the first, and both are answered")
    func twoUpgrades() async throws {
        try await EngineRig.with { rig in
            let strategy = try await Self.counter(rig)
            var commands: [StrategyCommand] = []
            for order in [StrategyCommand.Order.upgrade(version: 2), .upgrade(version: 3)] {
                commands.append(try await rig.store.activeStrategies.submit(order, rig.user.id, strategy.id))
            }
            rig.run()
            #expect(try await Self.answers(rig, commands) == [.done, .done])
            #expect(try await rig.get(strategy).version == 3)
        }
    }

    @Test("Whoever suspends a strategy whose new version is being loaded does not wait for it, and keeps the old one")
    func suspendedUpgrade() async throws {
        try await EngineRig.with { rig in
            let strategy = try await Self.counter(rig)
            var commands: [StrategyCommand] = []
            for order in [StrategyCommand.Order.upgrade(version: 2), .suspend] {
                commands.append(try await rig.store.activeStrategies.submit(order, rig.user.id, strategy.id))
            }
            rig.run()
            #expect(try await Self.answers(rig, commands) == [.refused, .done])
            #expect(try await rig.get(strategy).version == 1)
            #expect(try await rig.get(strategy).state == .suspended)
            #expect(try await rig.command(.resume, strategy).state == .done)
            try await rig.loaded(strategy)
            try await rig.close(0, 100, 101)
            try await until("it decides") { try await rig.decisions(strategy).count == 1 }
            #expect(try await rig.decisions(strategy).first?.record.version == 1)
        }
    }

    @Test("Other capital is put in with the parameters that came with it, or not at all")
    func capital() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await rig.loaded(strategy)
            let wrong = StrategyCommand.Order.set(
                settings: nil, parameters: ["step": "77"], capital: Money(20_000))
            #expect(try await rig.command(wrong, strategy).state == .refused)
            #expect(try await rig.get(strategy).capital == Money(10_000))
            try await rig.loaded(strategy, session: 2)
            try await rig.close(0, 100, 101)
            try await until("a decision") { try await rig.decisions(strategy).count == 1 }
            #expect([nil, "10000"].contains(try await Self.cash(rig, strategy)))

            let right = StrategyCommand.Order.set(settings: nil, parameters: ["step": "5"], capital: Money(12_000))
            #expect(try await rig.command(right, strategy).state == .done)
            #expect(try await rig.get(strategy).capital == Money(12_000))
            #expect(try await Self.cash(rig, strategy) == "12000")
            let alone = StrategyCommand.Order.set(settings: nil, parameters: nil, capital: Money(11_000))
            #expect(try await rig.command(alone, strategy).state == .done)
            #expect(try await Self.cash(rig, strategy) == "11000")
        }
    }

    @Test("Of several settings that wait together each begins from what the one before it has left")
    func settingsInARow() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            var commands: [StrategyCommand] = []
            let orders: [StrategyCommand.Order] = [
                .set(settings: #"{"risk": {"killSwitch": true}}"#, parameters: nil, capital: nil),
                .set(settings: nil, parameters: nil, capital: Money(15_000)),
                .set(settings: nil, parameters: nil, capital: Money(20_000)),
            ]
            for order in orders {
                commands.append(try await rig.store.activeStrategies.submit(order, rig.user.id, strategy.id))
            }
            rig.run()
            #expect(try await Self.answers(rig, commands) == [.done, .done, .done])
            #expect(try await rig.get(strategy).capital == Money(20_000))
            #expect(try await Self.cash(rig, strategy) == "20000")
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await until("a decision") { try await rig.decisions(strategy).count == 1 }
            #expect(try await rig.orders(strategy).isEmpty, "the kill switch holds")
        }
    }

    @Test("Capital that is set twice before an engine looks is put in once")
    func capitalTwice() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            var commands: [StrategyCommand] = []
            for capital in [Money(15_000), Money(20_000)] {
                let order = StrategyCommand.Order.set(settings: nil, parameters: nil, capital: capital)
                commands.append(try await rig.store.activeStrategies.submit(order, rig.user.id, strategy.id))
            }
            rig.run()
            #expect(try await Self.answers(rig, commands) == [.done, .done])
            #expect(try await Self.cash(rig, strategy) == "20000")
        }
    }

    @Test("A suspended strategy stays suspended when it is upgraded, and goes on in the new version when it is resumed")
    func upgradeOfSuspended() async throws {
        try await EngineRig.with { rig in
            let strategy = try await Self.counter(rig)
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 100, 101)
            try await until("a decision") { try await rig.decisions(strategy).count == 1 }
            #expect(try await rig.command(.suspend, strategy).state == .done)
            let upgrade = try await rig.command(.upgrade(version: 2), strategy)
            #expect(upgrade.state == .done && upgrade.answer?.english.contains("stays suspended") ?? false)
            #expect(try await rig.get(strategy).state == .suspended)
            #expect(try await rig.get(strategy).version == 2)
            #expect(try await rig.command(.resume, strategy).state == .done)
            try await rig.loaded(strategy, session: 3)
            try await rig.close(1, 100, 101)
            try await until("it decides again") { try await rig.decisions(strategy).count == 2 }
            let record = try #require(try await rig.decisions(strategy).last?.record)
            #expect(record.version == 2)
            let state = String(decoding: record.scriptState ?? [], as: UTF8.self)
            #expect(state.contains("1.0") && state.contains("2"), "\(state)")
        }
    }

    @Test("A failed strategy runs again when it is upgraded to a version that does")
    func upgradeOfFailed() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.broken, name: "broken")
            _ = try await rig.store.strategies.addVersion(
                rig.user.id, strategy.strategy, timeframe: .m1, source: Scripts.counter)
            rig.run()
            try await until("it has failed") { try await rig.get(strategy).state == .failed }
            #expect(try await rig.command(.upgrade(version: 2), strategy).state == .done)
            #expect(try await rig.get(strategy).state == .active)
            try await rig.close(0, 100, 101)
            try await until("it decides") { try await rig.decisions(strategy).count == 1 }
        }
    }

    @Test("What an old version fails at while the new one is being loaded does not pause the strategy")
    func failureDuringUpgrade() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.failing, name: "failing")
            let other = try await rig.activate(Scripts.counter, name: "other")
            _ = try await rig.store.strategies.addVersion(
                rig.user.id, strategy.strategy, timeframe: .m1, source: Scripts.counter)
            rig.run()
            try await rig.loaded(strategy)
            try await rig.loaded(other)
            for minute in 0..<4 {
                try await rig.close(minute, 100, 101)
                try await until("a failure") { try await rig.decisions(strategy).count == minute + 1 }
            }
            rig.executor?.fallSilent()
            try await rig.close(4, 100, 101)
            try await until("the scripts are being asked") { (rig.executor?.unanswered ?? 0) > 0 }
            let upgrade = try await rig.store.activeStrategies.submit(
                .upgrade(version: 2), rig.user.id, strategy.id)
            // It is carried out after the upgrade has been begun.
            #expect(try await rig.command(.suspend, other).state == .done)
            rig.executor?.speakAgain()
            #expect(try await Self.answers(rig, [upgrade]) == [.done])
            let row = try await rig.get(strategy)
            #expect(row.state == .active && row.version == 2 && row.failures == 0)
        }
    }

    @Test("While a position is being closed its script opens nothing more")
    func closing() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.adder, name: "adder")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await until("a position") { try await rig.position(strategy) != nil }
            rig.broker?.failAll(ScriptedMarket.away)
            let close = try await rig.store.activeStrategies.submit(.close, rig.user.id, strategy.id)
            try await until("it is tried") {
                try await rig.orders(strategy).contains { $0.request.side == .sell }
            }
            try await rig.close(1, 19_990, 20_000)
            try await until("a decision") { try await rig.decisions(strategy).count == 2 }
            #expect(try await rig.orders(strategy).filter { $0.request.side == .buy }.count == 1)
            rig.broker?.failAll(nil)
            #expect(try await Self.answers(rig, [close]) == [.done])
            #expect(try await rig.position(strategy) == nil)
        }
    }

    @Test("While a strategy is being stopped, what would set it going again is refused")
    func stopping() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown)
            let release = try #require(rig.broker).holdCancels()
            let stop = try await rig.store.activeStrategies.submit(.stop(closing: true), rig.user.id, strategy.id)
            try await until("its protection is being cancelled") { !(rig.broker?.cancelled.isEmpty ?? true) }
            let orders: [StrategyCommand.Order] = [
                .resume, .upgrade(version: 1), .set(settings: nil, parameters: nil, capital: Money(11_000)),
            ]
            for order in orders { #expect(try await rig.command(order, strategy).state == .refused, "\(order)") }
            release()
            #expect(try await Self.answers(rig, [stop]) == [.done])
            #expect(try await rig.get(strategy).state == .stopped)
        }
    }
}
