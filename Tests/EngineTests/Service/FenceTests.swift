import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading

/// Nobody can renew a lease or commit for longer than the fence, and the price of a watched stop is touched meanwhile.
@Suite("A watched stop in an outage longer than the fence", .timeLimit(.minutes(10)))
struct FenceTests {
    private static let touch = 19_599.0

    private static func quick(_ options: inout EngineOptions) {
        options.renewInterval = .milliseconds(100)
        options.fenceAfter = .milliseconds(400)
        // Nobody takes over: what is tested is who sends.
        options.deadAfter = .seconds(600)
    }

    /// A position whose stop and target the engine named `one` watches.
    private static func watching(_ rig: EngineRig) async throws -> (EngineService, ActiveStrategy) {
        let strategy = try await rig.activate(Scripts.updown, name: "updown")
        rig.offer([.market], pairs: false)
        let engine = rig.run("one", edit: quick)
        try await rig.loaded(strategy)
        try await rig.close(0, 19_990, 20_000)
        try await until("a watched position") {
            let (position, orders) = (try await rig.position(strategy), try await rig.orders(strategy))
            return position != nil && orders.count == 3 && rig.market.listenerCount > 0
        }
        return (engine, strategy)
    }

    private static func sales(_ rig: EngineRig) -> Int { rig.broker?.placed.count { $0.side == .sell } ?? 0 }

    /// Once the outage is over the position is closed, by one order, and all is booked once.
    private static func isClosedOnce(_ rig: EngineRig, _ strategy: ActiveStrategy) async throws {
        try await until("the position is closed in the books") { try await rig.position(strategy) == nil }
        let sold = try await rig.orders(strategy).filter {
            $0.request.side == .sell && $0.filledQuantity.value.isPositive
        }
        #expect(sold.count == 1)
        #expect(sales(rig) == 1)
        #expect(try await rig.broker?.base.openOrders(on: nil).isEmpty ?? false)
        let btc = try await rig.broker?.base.balances().first { $0.asset == "BTC" }
        #expect(btc?.total ?? .zero == .zero)
    }

    @Test("is sent all the same by an engine that is alone, and booked once afterwards")
    func alone() async throws {
        try await EngineRig.with { rig in
            let (engine, strategy) = try await Self.watching(rig)
            try await until("it knows that it is alone") { engine.isAlone }
            try await rig.withoutLeases {
                try await until("the fence is shut") { engine.isFenced }
                rig.market.trade(EngineRig.symbol, Self.touch)
                try await until("the stop is sent and filled") {
                    let btc = try await rig.broker?.base.balances().first { $0.asset == "BTC" }
                    return Self.sales(rig) == 1 && (btc?.total ?? .zero) == .zero
                }
            }
            try await Self.isClosedOnce(rig, strategy)
        }
    }

    @Test("is not sent by an engine that is not alone while it is fenced, and once as soon as it can renew")
    func notAlone() async throws {
        try await EngineRig.with { rig in
            let (engine, strategy) = try await Self.watching(rig)
            rig.run("two", edit: Self.quick)
            try await until("it knows of the other one") { !engine.isAlone }
            try await rig.withoutLeases {
                try await until("the fence is shut") { engine.isFenced }
                rig.market.trade(EngineRig.symbol, Self.touch)
                try await until("it is refused") { rig.log.contains("not sent: the lease") }
                #expect(Self.sales(rig) == 0)
            }
            try await Self.isClosedOnce(rig, strategy)
        }
    }
}
