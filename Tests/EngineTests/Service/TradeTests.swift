import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading

@Suite("From a signal to a protected position", .timeLimit(.minutes(10)))
struct TradeTests {
    @Test("A decision becomes an order, its fill a position, and stop and target rest at the venue")
    func trades() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await until("a protected position") {
                try await rig.broker?.base.openOrders(on: nil).count == 2
            }
            try await until("a position") { try await rig.position(strategy) != nil }
            let position = try #require(try await rig.position(strategy))
            #expect(position.quantity == Quantity(FixedDecimal("0.05")!))
            #expect(position.stop == Price(19_600) && position.target == Price(20_800))

            rig.market.trade(EngineRig.symbol, 20_800)
            try await until("the target is hit") { try await rig.position(strategy) == nil }
            let orders = try await rig.orders(strategy)
            try await until("all orders are over") { try await rig.orders(strategy).allSatisfy { $0.endedAt != nil } }
            #expect(orders.count == 3)
            let broker = try #require(rig.broker)
            let usdt = try #require(try await broker.balances().first { $0.asset == "USDT" })
            // 100,000 - 1,000 - 1 + 1,040 - 1.04
            #expect(usdt.free == FixedDecimal("100037.96")!)
            #expect(usdt.locked.isZero)
        }
    }
}
