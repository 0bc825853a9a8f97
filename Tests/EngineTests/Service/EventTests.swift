import Broker
import Engine
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording
import Worker

@Suite("What a script is told of its orders", .timeLimit(.minutes(10)))
struct EventTests {
    /// A strategy that bought at the first candle, with its position protected, on an engine named `one`.
    private static func withPosition(_ body: @Sendable (EngineRig, ActiveStrategy) async throws -> Void) async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.open(Scripts.listener)
            #expect(try await waiting(rig) == 2, "the purchase and the position wait to be told")
            try await body(rig, strategy)
        }
    }

    /// Events in the store.
    private static func waiting(_ rig: EngineRig) async throws -> Int {
        try await rig.store.pool.query("SELECT count(*) AS n FROM strategy_events")[0].int("n")
    }

    /// Whether the script has decided on so many candles and was told just this.
    private static func expect(
        _ told: String, after decisions: Int, _ rig: EngineRig, _ strategy: ActiveStrategy
    ) async throws {
        try await until("decision \(decisions)") { try await rig.decisions(strategy).count == decisions }
        let states = try await rig.decisions(strategy).compactMap(\.record.scriptState)
        let last = states.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(last.contains("\"\(told)\""), "\(last)")
    }

    /// Closes a candle that a strategy with a position does nothing at.
    private static func close(_ minute: Int, _ rig: EngineRig) async throws {
        rig.market.now = Timestamp(milliseconds: EngineRig.start.milliseconds + Int64(minute + 1) * 60_000 + 1)
        try await rig.close(minute, 20_000, 20_000)
    }

    @Test("A fill that was booked before an engine ended is told to its script once by the next one")
    func restart() async throws {
        try await Self.withPosition { rig, strategy in
            try await rig.stop()
            rig.run()
            try await rig.loaded(strategy, session: 2)
            try await Self.close(1, rig)
            try await Self.expect("buy opened ", after: 2, rig, strategy)
            #expect(try await Self.waiting(rig) == 0)
            // Neither the next decision nor the next engine tells it again.
            try await Self.close(2, rig)
            try await until("the third decision") { try await rig.decisions(strategy).count == 3 }
            try await rig.stop()
            rig.run()
            try await rig.loaded(strategy, session: 3)
            rig.market.trade(EngineRig.symbol, 20_800)
            try await until("the target is hit") { try await rig.position(strategy) == nil }
            try await Self.close(3, rig)
            try await Self.expect("buy opened sell closed ", after: 4, rig, strategy)
        }
    }

    @Test("Events of a decision whose answer never came are told again by the next engine")
    func unanswered() async throws {
        try await Self.withPosition { rig, strategy in
            rig.executor?.fallSilent()
            try await Self.close(1, rig)
            try await until("the script is being asked") { (rig.executor?.unanswered ?? 0) > 0 }
            #expect(try await Self.waiting(rig) == 2)
            try await rig.stop()
            #expect(try await rig.decisions(strategy).count == 1)
            rig.run()
            try await Self.expect("buy opened ", after: 2, rig, strategy)
            #expect(try await Self.waiting(rig) == 0)
        }
    }

    @Test("Events of a decision that could not be asked for wait for the next one")
    func failed() async throws {
        try await Self.withPosition { rig, strategy in
            rig.executor?.failNext(.died(Message("it is gone", fr: "il est parti")))
            try await Self.close(1, rig)
            try await rig.loaded(strategy, session: 2)
            #expect(try await Self.waiting(rig) == 2)
            try await Self.close(2, rig)
            try await Self.expect("buy opened ", after: 3, rig, strategy)
            #expect(try await Self.waiting(rig) == 0)
        }
    }

    private static func addVersion(_ rig: EngineRig, _ strategy: ActiveStrategy) async throws {
        let again = Scripts.listener.replacing("\"Listener\"", with: "\"Listener two\"")
        _ = try await rig.store.strategies.addVersion(
            rig.user.id, strategy.strategy, timeframe: .m1, source: again)
    }

    @Test("An upgraded script is told what happened before")
    func upgraded() async throws {
        try await Self.withPosition { rig, strategy in
            try await Self.addVersion(rig, strategy)
            #expect(try await rig.command(.upgrade(version: 2), strategy).state == .done)
            try await Self.close(1, rig)
            try await Self.expect("buy opened ", after: 2, rig, strategy)
            #expect(try await rig.decisions(strategy).map(\.record.version) == [1, 2])
        }
    }

    @Test(
        "A script that is loaded anew while it decides begins with what that decision leaves",
        arguments: [
            StrategyCommand.Order.upgrade(version: 2), .set(settings: nil, parameters: ["lot": "2"], capital: nil),
        ])
    func loadedInFlight(_ order: StrategyCommand.Order) async throws {
        try await Self.withPosition { rig, strategy in
            try await Self.addVersion(rig, strategy)
            let other = try await rig.activate(Scripts.counter, name: "other")
            try await rig.loaded(other)
            rig.executor?.fallSilent()
            try await Self.close(1, rig)
            try await until("the script is being asked") { (rig.executor?.unanswered ?? 0) > 0 }
            let command = try await rig.store.activeStrategies.submit(order, rig.user.id, strategy.id)
            // Commands are begun in turn: once this one is over, the one before it has been begun.
            _ = try await rig.command(.close, other)
            rig.executor?.speakAgain()
            try await until("it is carried out") {
                try await rig.store.activeStrategies.command(rig.user.id, command.id).state == .done
            }
            #expect(try await rig.decisions(strategy).map(\.record.version) == [1, 1])
            rig.market.trade(EngineRig.symbol, 20_800)
            try await until("the target is hit") { try await rig.position(strategy) == nil }
            try await Self.close(2, rig)
            try await Self.expect("buy opened sell closed ", after: 3, rig, strategy)
        }
    }
}
