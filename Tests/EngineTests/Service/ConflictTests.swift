import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading

@Suite("An engine whose commit does not fit the books", .timeLimit(.minutes(10)))
struct ConflictTests {
    /// From now on the database takes no row of a table, or no change of one, until the second one is called.
    private static func refuse(_ table: String, _ rig: EngineRig, on event: String = "INSERT") async throws {
        try await rig.store.pool.withConnection {
            try await $0.script(
                unsafeSQL: """
                    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN RAISE check_violation USING MESSAGE = 'not now', CONSTRAINT = 'not_now', TABLE = '\(table)';
                    END $$;
                    CREATE TRIGGER refuse BEFORE \(event) ON \(table) FOR EACH ROW EXECUTE FUNCTION refuse();
                    """)
        }
    }

    private static func takeAgain(_ table: String, _ rig: EngineRig) async throws {
        try await rig.store.pool.withConnection {
            try await $0.script(unsafeSQL: "DROP TRIGGER refuse ON \(table); DROP FUNCTION refuse();")
        }
    }

    private static func isProtected(_ rig: EngineRig, _ strategy: ActiveStrategy) async throws {
        try await until("a protected position") {
            let open = try await rig.broker?.base.openOrders(on: nil).count
            let position = try await rig.position(strategy)
            return open == 2 && position?.quantity == Quantity(FixedDecimal("0.05")!)
        }
    }

    /// Waits until the engine has worked off all it was told.
    private static func isQuiet(_ engine: EngineService) async throws {
        try await until("the engine has nothing to do") { engine.isIdle }
    }

    @Test("A fill that cannot be written is asked for again and booked once, and its script is told once")
    func fill() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.listener, name: "listener")
            // Without the survey that comes once a minute anyway.
            let engine = rig.run { $0.checkInterval = .seconds(3600) }
            try await rig.loaded(strategy)
            try await Self.refuse("fills", rig)
            try await rig.close(0, 19_990, 20_000)
            try await until("the fill is refused") { rig.log.contains("a commit does not fit") }
            try await Self.isQuiet(engine)
            #expect(try await rig.position(strategy) == nil)
            #expect(try await rig.orders(strategy).map(\.state) != [.filled])
            try await Self.takeAgain("fills", rig)
            try await Self.isProtected(rig, strategy)
            #expect(rig.broker?.placed.filter { $0.side == .buy }.count == 1)
            try await rig.close(1, 20_000, 20_000)
            try await until("the next decision") { try await rig.decisions(strategy).count == 2 }
            let state = try await rig.decisions(strategy).last?.record.scriptState ?? []
            #expect(String(decoding: state, as: UTF8.self).contains("\"buy opened \""))
            try await until("an alert") { try await rig.alerts().contains { $0.alert.code == "engine_conflict" } }
        }
    }

    @Test("A fill of an order that was over for its strategy is asked for again as well")
    func end() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.listener)
            let engine = try #require(rig.engine)
            try await Self.refuse("fills", rig)
            // The target is executed and the stop ends: the strategy holds nothing then.
            rig.market.trade(EngineRig.symbol, 20_800)
            try await until("the fill is refused") { rig.log.contains("a commit does not fit") }
            try await Self.isQuiet(engine)
            try await Self.takeAgain("fills", rig)
            try await until("the position is closed") { try await rig.position(strategy) == nil }
            try await until("all orders are over") { try await rig.orders(strategy).allSatisfy { $0.endedAt != nil } }
            #expect(try await rig.orders(strategy).count == 3)
            #expect(rig.broker?.placed.filter { $0.side == .sell }.isEmpty ?? false, "nothing was sold twice")
        }
    }

    @Test("An order whose end cannot be written is asked about again, ever more slowly")
    func lost() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.listener, name: "listener")
            rig.run { $0.checkInterval = .seconds(3600) }
            try await rig.loaded(strategy)
            let broker = try #require(rig.broker)
            broker.fail(.losesRequest)
            // The venue does not know the order, and that it is over cannot be written.
            try await Self.refuse("orders", rig, on: "UPDATE")
            try await rig.close(0, 19_990, 20_000)
            // After 2 and 4 seconds. By itself the strategy asks twice a minute.
            try await until("it has been asked about three times", patience: .seconds(50)) {
                rig.log.count("a commit does not fit") >= 3
            }
            try await Self.takeAgain("orders", rig)
            try await Self.isProtected(rig, strategy)
            let entries = broker.placed.filter { $0.side == .buy }
            #expect(entries.count == 2 && Set(entries.map(\.clientID)).count == 2)
        }
    }

    @Test("A decision that cannot be written is taken again, by a script that remembers nothing of it")
    func decision() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.listener)
            let engine = try #require(rig.engine)
            try await Self.refuse("decisions", rig)
            rig.market.now = Timestamp(milliseconds: EngineRig.start.milliseconds + 120_001)
            try await rig.close(1, 20_000, 20_000)
            try await until("the decision is refused") { rig.log.contains("a commit does not fit") }
            try await Self.isQuiet(engine)
            try await Self.takeAgain("decisions", rig)
            try await rig.loaded(strategy, session: 2)
            try await until("the decision") { try await rig.decisions(strategy).count == 2 }
            let state = try await rig.decisions(strategy).last?.record.scriptState ?? []
            #expect(String(decoding: state, as: UTF8.self).contains("\"buy opened \""))
        }
    }
}
