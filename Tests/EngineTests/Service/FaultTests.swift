import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("An engine and a venue that fails", .timeLimit(.minutes(10)))
struct FaultTests {
    /// Runs the up-and-down strategy up to its first signal, with what is to go wrong there.
    private static func run(
        _ prepare: @Sendable (FaultyBroker) -> Void, _ check: @Sendable (EngineRig, ActiveStrategy) async throws -> Void
    ) async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.run()
            try await rig.loaded(strategy)
            prepare(try #require(rig.broker))
            try await rig.close(0, 19_990, 20_000)
            try await check(rig, strategy)
        }
    }

    private static func isProtected(_ rig: EngineRig, _ strategy: ActiveStrategy) async throws {
        try await until("a protected position") {
            guard let broker = rig.broker else { return false }
            let open = try await broker.base.openOrders(on: nil).count
            let position = try await rig.position(strategy)
            return open == 2 && position?.quantity == Quantity(FixedDecimal("0.05")!)
        }
    }

    @Test("An order whose answer was lost is found by its name and not sent again")
    func lostAnswer() async throws {
        try await Self.run({ $0.fail(.losesAnswer) }) { rig, strategy in
            try await Self.isProtected(rig, strategy)
            let entries = rig.broker?.placed.filter { $0.side == .buy } ?? []
            #expect(entries.count == 1)
        }
    }

    @Test("An order that never arrived is ended while it is known to nobody, and a fresh one is sent under a new name")
    func lostRequest() async throws {
        try await Self.run({ $0.fail(.losesRequest) }) { rig, strategy in
            try await Self.isProtected(rig, strategy)
            let entries = rig.broker?.placed.filter { $0.side == .buy } ?? []
            #expect(entries.count == 2 && Set(entries.map(\.clientID)).count == 2)
        }
    }

    @Test("An order that is sent again, as nothing of it had arrived, is asked about when its engine dies then")
    func diesInTheSecondAttempt() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.run("one", edit: EngineRig.fallSilent)
            try await rig.loaded(strategy)
            let broker = try #require(rig.broker)
            let busy = Message("too many requests", fr: "trop de requêtes")
            broker.fail(.refuses(.retryable(busy, after: .seconds(2))), .neverAnswers)
            broker.dropEvents(true)
            try await rig.close(0, 19_990, 20_000)
            try await until("it is sent") { broker.placed.count == 1 }
            // A decision is written down meanwhile, and with it that nothing of the order is at the venue.
            try await rig.close(1, 20_000, 20_010)
            try await until("the next decision") { try await rig.decisions(strategy).count == 2 }
            try await until("it is sent again") { broker.placed.count == 2 }
            #expect(Set(broker.placed.map(\.clientID)).count == 1)
            try await until("it is filled") { try await !broker.base.balances().allSatisfy { $0.asset == "USDT" } }
            try await rig.declareDead()
            rig.run("two")
            try await rig.loaded(strategy, session: 2)
            try await Self.isProtected(rig, strategy)
            #expect(rig.broker !== broker)
            #expect(rig.broker?.placed.filter { $0.side == .buy } == [])
        }
    }

    @Test("A refused order ends as rejected, with the reason, and nothing is held")
    func rejected() async throws {
        let reason = Message("not today", fr: "pas aujourd'hui")
        try await Self.run({ $0.fail(.refuses(.rejected(.insufficientBalance, reason))) }) { rig, strategy in
            try await until("the order is over") { try await rig.orders(strategy).first?.endedAt != nil }
            #expect(try await rig.orders(strategy).first?.state == .rejected(reason))
            #expect(try await rig.position(strategy) == nil)
        }
    }

    @Test("A fill that no event told of is found when the account's stream comes back")
    func missedEvents() async throws {
        try await Self.run({ $0.dropEvents(true) }) { rig, strategy in
            try await Self.isProtected(rig, strategy)
            // The target is hit while nobody listens.
            rig.market.trade(EngineRig.symbol, 20_800)
            try await until("the venue has filled it") {
                try await rig.broker?.base.openOrders(on: nil).isEmpty ?? false
            }
            #expect(try await rig.position(strategy) != nil)
            rig.broker?.dropEvents(false)
            rig.broker?.breakStreams()
            try await until("the position is closed") { try await rig.position(strategy) == nil }
        }
    }

    @Test("Where the venue holds no stops, the engine watches them on the trades and closes at the touch")
    func watched() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.offer([.market], pairs: false)
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await until("a watched position") {
                let (position, orders) = (try await rig.position(strategy), try await rig.orders(strategy))
                return position != nil && orders.count == 3 && rig.market.listenerCount > 0
            }
            rig.market.trade(EngineRig.symbol, 19_599)
            try await until("the stop has closed it") { try await rig.position(strategy) == nil }
            #expect(try await rig.broker?.base.openOrders(on: nil).isEmpty ?? false)
            let sells = rig.broker?.placed.filter { $0.side == .sell } ?? []
            #expect(sells.count == 1 && sells.first?.instruction == .market)
        }
    }

    @Test("A touch that the trade stream does not tell is found by looking at the price")
    func silentTouch() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.offer([.market], pairs: false)
            rig.run { $0.checkInterval = .milliseconds(100) }
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await until("a watched position") {
                let (position, orders) = (try await rig.position(strategy), try await rig.orders(strategy))
                return position != nil && orders.count == 3 && rig.market.listenerCount > 0
            }
            rig.market.quote(EngineRig.symbol, 19_599)
            try await until("the stop has closed it") { try await rig.position(strategy) == nil }
            let sells = rig.broker?.placed.filter { $0.side == .sell } ?? []
            #expect(sells.count == 1 && sells.first?.instruction == .market)
        }
    }

    @Test("Keys that are refused are told once, and new ones are tried as soon as they are entered")
    func keys() async throws {
        let refusal = BrokerError.unauthorised(Message("invalid key", fr: "clé invalide"))
        try await Self.run({ $0.failAll(refusal) }) { rig, strategy in
            try await until("an alert") { try await rig.alerts().contains { $0.alert.code == "keys_refused" } }
            let connections = rig.connections
            rig.broker?.failAll(nil)
            try await rig.store.brokers.setSettings(
                BrokerSettings(options: ["market": "binance", "note": "new"]), rig.user.id, rig.account.id)
            try await until("a new connection") { rig.connections > connections }
            try await rig.loaded(strategy, session: 2)
        }
    }

    @Test("However often refused keys are tried they are told once, and nothing is loaded anew until they are accepted")
    func keysAgain() async throws {
        let refusal = BrokerError.unauthorised(Message("invalid key", fr: "clé invalide"))
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run { options in
                options.keysInterval = .milliseconds(100)
                options.rosterInterval = .milliseconds(1)
                options.checkInterval = .milliseconds(100)
            }
            try await rig.loaded(strategy)
            rig.failAccount(refusal)
            try await until("an alert") { try await rig.alerts("keys_refused").count == 1 }
            let connections = rig.connections
            try await until("several tries") { rig.connections >= connections + 4 }
            #expect(try await rig.alerts("keys_refused").count == 1)
            #expect(try await rig.get(strategy).session == 1)
            rig.failAccount(nil)
            try await rig.loaded(strategy, session: 2)
            try await until("the account is surveyed") { (rig.broker?.balancesTold ?? 0) > 0 }
            #expect(try await rig.alerts("keys_refused").count == 1)
            rig.failAccount(refusal)
            try await until("it is told again") { try await rig.alerts("keys_refused").count == 2 }
        }
    }

    @Test("Keys that are refused before anything could be asked are told once too, and new ones are tried at once")
    func keysAtOnce() async throws {
        let refusal = BrokerError.unauthorised(Message("invalid key", fr: "clé invalide"))
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.failAccount(refusal, sparingMarkets: false)
            rig.run { $0.keysInterval = .milliseconds(100) }
            try await until("several tries") { rig.connections >= 4 }
            #expect(try await rig.alerts("keys_refused").count == 1)
            try await rig.stop()
            rig.run()
            try await until("it is told") { try await rig.alerts("keys_refused").count == 2 }
            rig.failAccount(nil)
            try await rig.store.brokers.setSettings(
                BrokerSettings(options: ["market": "binance", "note": "new"]), rig.user.id, rig.account.id)
            try await rig.loaded(strategy)
        }
    }

    @Test("While the database is away a decision waits, and is carried out once when it is back")
    func databaseAway() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await Self.isProtected(rig, strategy)
            try await rig.withoutDatabase {
                rig.market.trade(EngineRig.symbol, 20_800)
                try await until("the engine has noticed") { rig.log.contains("signals cannot be read") }
            }
            // The paper account lives in the database too: it takes in the price that it missed with the next one.
            rig.market.trade(EngineRig.symbol, 20_800)
            try await until("the position is closed") { try await rig.position(strategy) == nil }
            #expect(try await rig.orders(strategy).count == 3)
        }
    }
}
