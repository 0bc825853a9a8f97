import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing

@Suite("An engine that stops", .timeLimit(.minutes(10)))
struct StopTests {
    @Test("books what happened while a script was being asked, though the script is not waited for")
    func heldWhileAsked() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown)
            let engine = try #require(rig.engine)
            rig.executor?.fallSilent()
            try await rig.close(1, 20_000, 20_010)
            try await until("a script that is asked") { (rig.executor?.unanswered ?? 0) > 0 }
            let before = await engine.accountEvents(of: rig.account.id)
            rig.market.trade(EngineRig.symbol, 20_800)
            // The execution, and the end of both halves of the pair.
            try await until("the engine has heard of it") {
                await engine.accountEvents(of: rig.account.id) >= before + 3
            }
            #expect(try await rig.position(strategy) != nil, "it was written while the script was being asked")
            try await rig.stop()
            #expect(try await rig.position(strategy) == nil)
            #expect(try await rig.orders(strategy).allSatisfy { $0.endedAt != nil })
        }
    }

    @Test("sends nothing after a commit that it had to give up, which may have been written all the same")
    func givenUp() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown) { $0.stopPatience = .seconds(1) }
            let broker = try #require(rig.broker)
            let release = broker.holdCancels()
            _ = try await rig.store.activeStrategies.submit(.close, rig.user.id, strategy.id)
            try await until("the protection is being cancelled") { !broker.cancelled.isEmpty }
            try await rig.store.pool.withConnection {
                try await $0.script(
                    unsafeSQL: """
                        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = 'XX000'; END $$;
                        CREATE TRIGGER refuse BEFORE UPDATE OF commit_number ON account_leases
                        FOR EACH STATEMENT EXECUTE FUNCTION refuse();
                        """)
            }
            try await rig.close(1, 20_000, 20_010)
            try await until("the decision cannot be written") { rig.log.contains("database_away") }
            async let stop: Void = rig.stop()
            try await until("it is given up") { rig.log.contains("given up") }
            try await rig.store.pool.withConnection {
                try await $0.script(
                    unsafeSQL: """
                        DROP TRIGGER refuse ON account_leases; DROP FUNCTION refuse();
                        UPDATE account_leases SET commit_number = commit_number + 1;
                        """)
            }
            release()
            try await stop
            #expect(broker.placed.filter { $0.side == .sell }.isEmpty, "nothing that is not written is sent")
            rig.run()
            try await until("the next engine has closed the position") { try await rig.position(strategy) == nil }
        }
    }

    @Test("finishes an exit for which the position's protection is being cancelled")
    func exitOnItsWay() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.updown)
            let release = try #require(rig.broker).holdCancels()
            _ = try await rig.store.activeStrategies.submit(.close, rig.user.id, strategy.id)
            try await until("the protection is being cancelled") { !(rig.broker?.cancelled.isEmpty ?? true) }
            async let stop: Void = rig.stop()
            try await until("the engine stops") { rig.log.contains("account closes") }
            release()
            try await stop
            #expect(try await rig.position(strategy) == nil)
            #expect(try await rig.orders(strategy).allSatisfy { $0.endedAt != nil })
        }
    }
}
