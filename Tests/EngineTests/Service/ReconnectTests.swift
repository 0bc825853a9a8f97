import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite("An account that is connected anew", .timeLimit(.minutes(10)))
struct ReconnectTests {
    private static let refusal = BrokerError.unauthorised(Message("invalid key", fr: "clé invalide"))

    /// The keys are refused and other ones cannot connect yet: nobody runs the account's strategies.
    private static func loseAccount(_ rig: EngineRig) async throws {
        rig.broker?.failAll(refusal)
        rig.broker?.breakStreams()
        try await until("an alert") { try await rig.alerts().contains { $0.alert.code == "keys_refused" } }
        rig.refuse(refusal)
        try await enterKeys("new", rig)
        try await until("the account is away") { rig.log.contains("cannot connect") }
    }

    private static func enterKeys(_ note: String, _ rig: EngineRig) async throws {
        try await rig.store.brokers.setSettings(
            BrokerSettings(options: ["market": "binance", "note": note]), rig.user.id, rig.account.id)
    }

    /// What time it is at the venue, in seconds after the first candle opens.
    private static func setClock(_ seconds: Int64, _ rig: EngineRig) {
        rig.market.now = Timestamp(milliseconds: EngineRig.start.milliseconds + seconds * 1000)
    }

    /// The minutes that were decided on.
    private static func minutes(_ rig: EngineRig, _ strategy: ActiveStrategy) async throws -> [Int64] {
        try await rig.decisions(strategy).map {
            ($0.record.candleOpen.milliseconds - EngineRig.start.milliseconds) / 60_000
        }
    }

    @Test("The candle that closed meanwhile is decided on once, whatever is loaded anew afterwards")
    func fresh() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.count()
            try await Self.loseAccount(rig)
            Self.setClock(121, rig)
            try await rig.close(1, 100, 101)
            rig.refuse(nil)
            try await until("the second decision") { try await rig.decisions(strategy).count == 2 }
            let answer = try await rig.command(
                .set(settings: nil, parameters: ["step": "2"], capital: nil), strategy)
            #expect(answer.state == .done)
            try await rig.close(2, 100, 101)
            try await until("the third decision") { try await rig.decisions(strategy).count == 3 }
            #expect(try await Self.minutes(rig, strategy) == [0, 1, 2])
            let state = try await rig.decisions(strategy).last?.record.scriptState ?? []
            #expect(String(decoding: state, as: UTF8.self).contains("4"), "1 + 1 + 2")
            #expect(!rig.log.contains("a commit does not fit"))
        }
    }

    @Test("So is the first one of a strategy that had been loaded and had decided nothing yet")
    func first() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            Self.setClock(1, rig)
            rig.run()
            try await rig.loaded(strategy)
            try await Self.loseAccount(rig)
            Self.setClock(61, rig)
            try await rig.close(0, 100, 101)
            rig.refuse(nil)
            try await until("the first decision") { try await rig.decisions(strategy).count == 1 }
            #expect(try await Self.minutes(rig, strategy) == [0])
        }
    }

    @Test("What the former connection gave up and was written all the same does not swallow what is written next")
    func givenUp() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.count()
            try await Self.loseAccount(rig)
            // As though the answer to its last commit had been lost.
            try await rig.store.pool.execute("UPDATE account_leases SET commit_number = commit_number + 1")
            rig.refuse(nil)
            try await rig.loaded(strategy, session: 2)
            try await rig.close(1, 100, 101)
            try await until("the next decision") { try await rig.decisions(strategy).count == 2 }
        }
    }

    @Test("One that is older than its timeframe is taken in without a decision")
    func old() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.count()
            try await Self.loseAccount(rig)
            try await rig.close(1, 100, 101)
            Self.setClock(181, rig)
            rig.refuse(nil)
            try await rig.loaded(strategy, session: 2)
            Self.setClock(241, rig)
            try await rig.close(2, 100, 101)
            try await rig.close(3, 100, 101)
            try await until("the next decision") { try await Self.minutes(rig, strategy).contains(3) }
            #expect(try await !Self.minutes(rig, strategy).contains(1))
        }
    }
}
