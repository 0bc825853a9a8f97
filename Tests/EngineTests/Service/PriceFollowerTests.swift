import Broker
import Market
import TestSupport
import Testing
import Trading

@testable import Engine

@Suite("Prices of watched orders", .timeLimit(.minutes(2)))
struct PriceFollowerTests {
    @Test("a touch on the stream of trades goes out though a question for the last price has no answer")
    func silentTicker() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.offer([.market], pairs: false)
            rig.run()
            try await rig.loaded(strategy)
            let release = try #require(rig.broker).holdPrices()
            try await rig.close(0, 19_990, 20_000)
            try await until("a watched position") {
                let (position, orders) = (try await rig.position(strategy), try await rig.orders(strategy))
                return position != nil && orders.count == 3
            }
            try await until("the stop is sent, and the position closed") {
                rig.market.trade(EngineRig.symbol, 19_599)
                return try await rig.position(strategy) == nil
            }
            release()
        }
    }
}
