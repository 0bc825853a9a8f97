import Broker
import Engine
import Market
import Storage
import TestSupport
import Testing
import Trading

@Suite("An engine and its signals", .timeLimit(.minutes(10)))
struct SignalTests {
    @Test("A signal wakes every strategy that waits for it, and each decision is written down once")
    func decides() async throws {
        try await EngineRig.with { rig in
            let strategies = [
                try await rig.activate(Scripts.counter, name: "counter 1"),
                try await rig.activate(Scripts.counter, name: "counter 2"),
                try await rig.activate(Scripts.counter, name: "counter 3"),
            ]
            rig.run()
            for strategy in strategies { try await rig.loaded(strategy) }
            for minute in 0..<4 {
                try await rig.close(minute, 100, 101)
                for strategy in strategies {
                    try await until("a decision") { try await rig.decisions(strategy).count == minute + 1 }
                }
            }
            for strategy in strategies {
                let decisions = try await rig.decisions(strategy)
                #expect(decisions.allSatisfy { $0.record.outcome == .nothing && $0.record.input != nil })
                #expect(
                    decisions.map(\.record.candleOpen.milliseconds)
                        == (0..<4).map { EngineRig.start.milliseconds + $0 * 60_000 })
            }
        }
    }

    @Test("A strategy that begins later waits for its time by the venue's clock")
    func beginsLater() async throws {
        try await EngineRig.with { rig in
            // Later than any machine's own clock has it.
            let start = try Timestamp(parsing: "2100-01-01")
            let strategy = try await rig.activate(Scripts.counter, name: "late") { $0.startsAt = start }
            rig.market.now = Timestamp(milliseconds: start.milliseconds - 3_000)
            rig.run()
            try await rig.loaded(strategy)
            #expect(rig.market.now >= start)
        }
    }

    @Test("What a script remembers is there after a restart, and candles it missed are taken in")
    func remembers() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.run()
            try await rig.loaded(strategy)
            for minute in 0..<2 {
                try await rig.close(minute, 100, 101)
                try await until("a decision") { try await rig.decisions(strategy).count == minute + 1 }
            }
            try await rig.stop()
            try await rig.close(2, 100, 101)
            rig.market.now = Timestamp(milliseconds: EngineRig.start.milliseconds + 180_000 + 1)
            rig.run()
            try await rig.loaded(strategy, session: 2)
            try await until("the newest candle is decided on") { try await rig.decisions(strategy).count == 3 }
            let state = try await rig.decisions(strategy).last?.record.scriptState
            #expect(state.map { String(decoding: $0, as: UTF8.self) }?.contains("3") ?? false)
        }
    }
}
