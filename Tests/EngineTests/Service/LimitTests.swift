import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("Limits of an account over restarts, kill switches and refused keys", .timeLimit(.minutes(10)))
struct LimitTests {
    @Test("Orders of the day still count when another engine has taken the account")
    func ordersPerDay() async throws {
        try await EngineRig.with { rig in
            try await rig.store.brokers.setLimits(#"{"maximumOrdersPerDay": 1}"#, rig.user.id, rig.account.id)
            let strategy = try await rig.open(Scripts.updown)
            try await rig.stop()
            rig.run("two")
            try await rig.loaded(strategy, session: 2)
            try await rig.close(1, 20_000, 19_990)
            try await until("it has left") { try await rig.position(strategy) == nil }
            try await rig.close(2, 19_990, 20_000)
            try await until("a decision") { try await rig.decisions(strategy).count == 3 }
            #expect(try await rig.orders(strategy).filter { $0.request.side == .buy }.count == 1)
        }
    }

    @Test("A kill switch takes back what waits to open, in the run and after a restart")
    func killSwitch() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.waiting, name: "waiting")
            rig.run()
            try await rig.loaded(strategy)
            try await rig.close(0, 19_990, 20_000)
            try await until("it waits") { try await rig.broker?.base.openOrders(on: nil).count == 1 }
            try await rig.store.users.setKillSwitch(true, rig.user.id)
            try await until("it is taken back") { try await rig.broker?.base.openOrders(on: nil).isEmpty ?? false }

            try await rig.store.users.setKillSwitch(false, rig.user.id)
            let opened = try await rig.orders(strategy).count
            var minute = 1
            try await until("it waits again") {
                try await rig.close(minute, 19_990, 20_000)
                minute += 1
                return try await rig.orders(strategy).count > opened
            }
            try await rig.stop()
            try await rig.store.users.setKillSwitch(true, rig.user.id)
            rig.run("two")
            try await until("it is taken back") { try await rig.orders(strategy).allSatisfy { $0.endedAt != nil } }
        }
    }

    @Test("A strategy without a position trades again once the venue accepts the keys")
    func keysBack() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "updown")
            rig.run()
            try await rig.loaded(strategy)
            rig.broker?.fail(
                .refuses(.unauthorised(Message("invalid key", fr: "clé invalide"))))
            try await rig.close(0, 19_990, 20_000)
            try await until("an alert") { try await rig.alerts().contains { $0.alert.code == "keys_refused" } }
            let connections = rig.connections
            try await rig.store.brokers.setSettings(
                BrokerSettings(options: ["market": "binance", "note": "new"]), rig.user.id, rig.account.id)
            try await until("a new connection") { rig.connections > connections }
            try await rig.loaded(strategy, session: 2)
            try await rig.close(1, 19_990, 20_000)
            try await until("it trades") { try await rig.position(strategy) != nil }
        }
    }

    @Test("What is written before the first candle carries the venue's time, however far away this machine's clock is")
    func venueTime() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.updown, name: "nowhere") { wish in
                if let symbol = try? Symbol("ETH/USDT") { wish.symbol = symbol }
            }
            rig.run()
            try await until("it has failed") { try await rig.get(strategy).state == .failed }
            let line = try #require(try await rig.store.strategyLog.list(rig.user.id, of: strategy.id).first)
            #expect(abs(line.time.milliseconds - rig.market.now.milliseconds) < 3_600_000, "\(line.time)")
        }
    }
}
