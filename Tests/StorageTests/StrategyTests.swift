import Broker
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Wording

@Suite struct StrategyTests {
    private func with(_ body: (Store, UserID, BrokerID) async throws -> Void) async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let broker = try await store.brokers.add(user, name: "b", venue: .binance).id
            try await body(store, user, broker)
        }
    }

    @Test func `a strategy keeps every text it ever had`() async throws {
        try await with { store, user, _ in
            let first = try await store.strategies.add(user, name: "é — s", timeframe: .m15, source: "return 1")
            #expect(first.currentVersion == 1)
            let same = try await store.strategies.addVersion(user, first.id, timeframe: .h1, source: "return 1")
            #expect(same == first)
            let second = try await store.strategies.addVersion(
                user, first.id, timeframe: .h1, description: "d", source: "return 'é'")
            #expect(second.currentVersion == 2 && second.timeframe == .h1 && second.description == "d")
            #expect(try await store.strategies.source(user, first.id) == "return 'é'")
            #expect(try await store.strategies.source(user, first.id, version: 1) == "return 1")
            let versions = try await store.strategies.versions(user, first.id)
            #expect(versions.map(\.version) == [2, 1])
            #expect(versions.map(\.byteCount) == [11, 8])
            #expect(versions.allSatisfy { $0.sourceHash.count == 32 })
            #expect(versions[0].sourceHash != versions[1].sourceHash)
            #expect(try await store.strategies.find(user, name: "é — s") == second)
            #expect(try await store.strategies.list(user) == [second])
            await #expect(
                throws: PostgresError.checkViolation(table: "strategy_versions", constraint: "strategy_versions_stay")
            ) {
                try await store.pool.execute("UPDATE strategy_versions SET source = 'x'")
            }
        }
    }

    @Test func `names are taken once, and free again after a removal`() async throws {
        try await with { store, user, broker in
            let first = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
            let error = await #expect(throws: StorageError.self) {
                _ = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
            }
            #expect(error?.message.english == "there is a strategy 's' already")
            let running = try await LiveAccount.activate(store, user, broker, first.id)
            await #expect(throws: StorageError.self) { try await store.strategies.remove(user, first.id) }
            let refused = await #expect(throws: StorageError.self) { try await store.brokers.remove(user, broker) }
            #expect(refused?.message.english.contains("active strategies") == true)
            try await store.engine.abandon(user, broker, reason: Message("gone", fr: "parti"))
            #expect(try await store.activeStrategies.get(user, running.id).state == .stopped)
            try await store.strategies.remove(user, first.id)
            #expect(try await store.strategies.list(user).isEmpty)
            // What was decided with it stays readable.
            #expect(try await store.strategies.source(user, first.id, version: 1) == "x")
            _ = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "y")
        }
    }

    @Test(arguments: [0, 262_145]) func `a text of the wrong length is refused`(length: Int) async throws {
        try await with { store, user, _ in
            await #expect(throws: StorageError.self) {
                _ = try await store.strategies.add(
                    user, name: "s", timeframe: .m1, source: String(repeating: "x", count: length))
            }
        }
    }

    @Test func `a strategy runs as it was asked for`() async throws {
        try await with { store, user, broker in
            let script = try await store.strategies.add(user, name: "s", timeframe: .m5, source: "x")
            let feed = StrategyFeed(symbol: try Symbol("ETH/USDT"), timeframe: .h1)
            var wish = NewActiveStrategy(
                strategy: script.id, broker: broker, symbol: try Symbol("BTC/USDT"), parameters: ["fast": "12"],
                settings: #"{"a": 1}"#, capital: Money(FixedDecimal(units: 1)), feeds: [feed], seed: .max)
            let active = try await store.activeStrategies.activate(user, wish)
            #expect(active.name == "s BTC/USDT 5m" && active.timeframe == .m5 && active.version == 1)
            #expect(active.parameters == ["fast": "12"] && active.feeds == [feed] && active.seed == .max)
            #expect(active.capital == Money(FixedDecimal(units: 1)) && active.settings == #"{"a": 1}"#)
            #expect(active.state == .active && active.session == 0)
            #expect(try await store.activeStrategies.get(user, active.id) == active)
            #expect(try await store.activeStrategies.find(user, name: active.name) == active)
            wish.name = "another"
            wish.endsAt = Timestamp(milliseconds: active.startsAt.milliseconds + 5)
            let other = try await store.activeStrategies.activate(user, wish)
            #expect(try await store.activeStrategies.list(user).map(\.id) == [other.id, active.id])
            #expect(other.isDue(at: other.startsAt))
            #expect(!other.isDue(at: Timestamp(milliseconds: other.startsAt.milliseconds + 5)))
            #expect(!other.isDue(at: Timestamp(milliseconds: other.startsAt.milliseconds - 1)))
        }
    }

    @Test func `what cannot run is refused with the reason`() async throws {
        try await with { store, user, broker in
            let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
            let stranger = try await store.users.add("stranger").id
            let foreign = try await store.brokers.add(stranger, name: "b", venue: .binance).id
            let sound = NewActiveStrategy(
                name: "n", strategy: script.id, broker: broker, symbol: try Symbol("BTC/USDT"), capital: Money(1))
            func refusal(_ change: (inout NewActiveStrategy) -> Void) async -> String? {
                var wish = sound
                change(&wish)
                return await #expect(throws: StorageError.self) {
                    _ = try await store.activeStrategies.activate(user, wish)
                }?.message.english
            }
            #expect(await refusal { $0.timeframe = .h6 }?.hasPrefix("strategies do not run live on 6h") == true)
            #expect(await refusal { $0.version = 2 } == "the strategy has no such version")
            #expect(await refusal { $0.broker = foreign } == "there is no such broker")
            #expect(await refusal { $0.strategy = StrategyID(99) } == "there is no such strategy")
            #expect(await refusal { $0.capital = .zero } == "the capital must be above zero")
            #expect(await refusal { $0.settings = "[]" }?.hasPrefix("settings are no JSON object") == true)
            #expect(await refusal { $0.name = " n" }?.contains("cannot be a name") == true)
            #expect(await refusal { $0.endsAt = Timestamp(milliseconds: 1) } == "it would end before it starts")
            _ = try await store.activeStrategies.activate(user, sound)
            #expect(await refusal { _ in }?.hasPrefix("an active strategy of that name") == true)
        }
    }

    @Test func `commands wait for an engine, a hundred at most`() async throws {
        try await with { store, user, broker in
            let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
            let active = try await LiveAccount.activate(store, user, broker, script.id)
            let orders: [StrategyCommand.Order] = [
                .suspend, .resume, .close, .stop(closing: true), .stop(closing: false), .upgrade(version: 1),
                .set(settings: "{}", parameters: ["a": "b"], capital: Money(5)),
                .set(settings: nil, parameters: nil, capital: nil),
            ]
            for order in orders {
                let command = try await store.activeStrategies.submit(order, user, active.id)
                #expect(command.order == order && command.state == .pending)
                #expect(try await store.activeStrategies.command(user, command.id) == command)
            }
            #expect(try await store.activeStrategies.commands(user, of: active.id).map(\.order) == orders.reversed())
            await #expect(throws: StorageError.self) {
                _ = try await store.activeStrategies.submit(.upgrade(version: 2), user, active.id)
            }
            await #expect(throws: StorageError.self) {
                _ = try await store.activeStrategies.submit(
                    .set(settings: "1", parameters: nil, capital: nil), user, active.id)
            }
            for _ in orders.count..<ActiveStrategyRepository.mostPendingCommands {
                _ = try await store.activeStrategies.submit(.suspend, user, active.id)
            }
            let error = await #expect(throws: StorageError.self) {
                _ = try await store.activeStrategies.submit(.suspend, user, active.id)
            }
            #expect(error?.message.english.hasPrefix("100 commands wait") == true)
        }
    }

    @Test func `a market is one name for all who trade there`() async throws {
        try await with { store, user, broker in
            let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
            let settings: [(BrokerSettings, String)] = [
                (BrokerSettings(), "binance"), (BrokerSettings(isTestnet: true), "binance-testnet"),
                (BrokerSettings(options: ["market": "demo-1"]), "demo-1"),
                (BrokerSettings(options: ["market": "Not A Name"]), "binance"),
            ]
            for (place, (settings, name)) in settings.enumerated() {
                let other = try await store.brokers.add(user, name: "b\(place)", venue: .paper, settings: settings)
                #expect(other.marketVenue.text == name)
                _ = try await LiveAccount.activate(
                    store, user, other.id, script.id, name: "on \(place)", symbol: "ETH/USDT")
            }
            let local = try await store.brokers.add(
                user, name: "local", venue: .binance, settings: BrokerSettings(baseURL: "http://127.0.0.1:9000/"))
            var same = local
            same.settings.baseURL = "HTTP://127.0.0.1:9000"
            #expect(local.marketVenue == same.marketVenue && local.marketVenue.text.hasPrefix("venue-"))
            let plain = try await store.brokers.get(user, broker)
            #expect(plain.marketVenue(defaultURL: "http://127.0.0.1:9000") == local.marketVenue)
            let feed = StrategyFeed(symbol: try Symbol("SOL/USDT"), timeframe: .h4)
            _ = try await LiveAccount.activate(store, user, broker, script.id, feeds: [feed])
            let demands = try await store.activeStrategies.demands()
            #expect(demands.map(\.market.text) == ["binance", "binance-testnet", "demo-1"])
            #expect(demands[0].symbols.map(\.description).sorted() == ["BTC/USDT", "ETH/USDT", "SOL/USDT"])
            #expect(demands[0].feeds.contains(feed))
            #expect(demands[0].brokers.count == 3)
            #expect(try await store.activeStrategies.counts() == [user: 5])
        }
    }

    @Test func `whoever listens hears of strategies, commands, brokers and the kill switch`() async throws {
        try await with { store, user, broker in
            let script = try await store.strategies.add(user, name: "s", timeframe: .m1, source: "x")
            var heard = try await store.pool.listen([StoreChannel.roster]).makeAsyncIterator()
            let news = PostgresNotification.message(channel: StoreChannel.roster, payload: broker.description)
            let active = try await LiveAccount.activate(store, user, broker, script.id)
            #expect(try await heard.next() == news)
            _ = try await store.activeStrategies.submit(.suspend, user, active.id)
            #expect(try await heard.next() == news)
            try await store.brokers.setLimits(#"{"killSwitch": true}"#, user, broker)
            #expect(try await heard.next() == news)
            #expect(try await store.brokers.limits(user, broker) == #"{"killSwitch": true}"#)
            try await store.users.setKillSwitch(true, user)
            #expect(try await heard.next() == news)
            #expect(try await store.users.killSwitch(user))
            // A decision tells nobody: the next thing heard is what follows it.
            let engine = try await store.engine.register(name: "e")
            let lease = try #require(try await store.engine.take(engine).taken.first)
            var commit = StrategyCommit(strategy: active.id, symbol: active.symbol)
            commit.memory = "{}"
            commit.decision = .sample(0)
            _ = try await store.engine.commit([commit], under: lease)
            let other = try await store.brokers.add(user, name: "last", venue: .binance).id
            #expect(
                try await heard.next()
                    == PostgresNotification.message(channel: StoreChannel.roster, payload: other.description))
        }
    }
}
