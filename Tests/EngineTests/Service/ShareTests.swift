import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading

@Suite("Engines that come and go", .timeLimit(.minutes(10)))
struct ShareTests {
    @Test("share the accounts fairly, one handed over after the other, and each candle is decided on once")
    func fairShare() async throws {
        try await EngineRig.with { rig in
            var strategies: [ActiveStrategy] = [try await rig.activate(Scripts.counter, name: "counter 0")]
            for (number, account) in try await rig.addAccounts(3).enumerated() {
                strategies.append(
                    try await rig.activate(Scripts.counter, name: "counter \(number + 1)") { $0.broker = account })
            }
            let one = rig.run("one")
            for strategy in strategies { try await rig.loaded(strategy) }
            #expect(one.accountIDs.count == 4)
            try await decided(rig, strategies, on: 0)

            // Only what it gives back is free before the test has given up.
            let two = rig.run("two") { $0.deadAfter = .seconds(600) }
            try await until("both have half of them") {
                one.accountIDs.count == 2 && two.accountIDs.count == 2
            }
            #expect(Set(one.accountIDs).isDisjoint(with: two.accountIDs))
            let moved = strategies.filter { two.accountIDs.contains($0.broker) }
            for strategy in moved { try await rig.loaded(strategy, session: 2) }
            try await decided(rig, strategies, on: 1)
            // What stayed was not disturbed.
            for strategy in strategies where one.accountIDs.contains(strategy.broker) {
                #expect(try await rig.get(strategy).session == 1)
            }

            try await rig.stop("two")
            try await until("the first one has all of them") { one.accountIDs.count == 4 }
            for strategy in moved { try await rig.loaded(strategy, session: 3) }
            try await decided(rig, strategies, on: 2)
        }
    }

    /// A candle closes, and every strategy has decided once on each so far.
    private func decided(_ rig: EngineRig, _ strategies: [ActiveStrategy], on minute: Int) async throws {
        try await rig.close(minute, 20_000, 20_000)
        for strategy in strategies {
            try await until("\(strategy.name) has decided on minute \(minute)") {
                try await rig.decisions(strategy).count >= minute + 1
            }
            let opens = try await rig.decisions(strategy).map(\.record.candleOpen.milliseconds)
            #expect(opens == (0...minute).map { EngineRig.start.milliseconds + Int64($0) * 60_000 })
        }
    }
}
