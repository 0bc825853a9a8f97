import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading

@Suite("An engine that comes back", .timeLimit(.minutes(2)))
struct ComebackTests {
    @Test("ends when it was declared dead meanwhile, and says why")
    func declaredDead() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run { $0.renewInterval = .milliseconds(100) }
            try await rig.loaded(strategy)
            try await rig.store.pool.execute("UPDATE engines SET left_at = renewed_at WHERE name = 'one'")
            await #expect(throws: EngineError.declaredDead) { try await rig.wait(for: "one") }
        }
    }

    @Test("sends no watched stop of an account that another one has taken, not before it looks for accounts either")
    func takenMeanwhile() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.offer([.market], pairs: false)
            let engine = rig.run("one") { options in
                // It is dead for a second out of three, and then says again that it lives.
                options.renewInterval = .seconds(3)
                options.deadAfter = .seconds(2)
                options.fenceAfter = .milliseconds(1500)
                options.takeInterval = .seconds(3600)
            }
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            // The fence is shut for half of the time: what is refused then is sent again.
            try await until("a watched position") {
                let waiting = try await rig.orders(strategy).count { $0.endedAt == nil }
                let position = try await rig.position(strategy)
                return position != nil && waiting == 2
            }
            let first = try #require(rig.broker)
            rig.run("two")
            try await rig.loaded(strategy, session: 2)
            try await until("the first one comes back") { engine.isFenced }
            try await until("the first one is back") { !engine.isFenced }
            try await until("the position is closed") {
                rig.market.trade(EngineRig.symbol, 19_599)
                return try await rig.position(strategy) == nil
            }
            #expect(first.placed.count { $0.side == .sell } == 0)
            let sold = try await rig.orders(strategy).filter {
                $0.request.side == .sell && $0.filledQuantity.value.isPositive
            }
            #expect(sold.count == 1)
        }
    }
}
