import Broker
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Trading
import Wording

@testable import Engine

@Suite("Troubles that users are told of")
struct TroubleTests {
    @Test("Each trouble is told once while it lasts, whatever else is wrong")
    func several() {
        let (start, patience) = (ContinuousClock.now, Duration.seconds(30))
        var troubles = Troubles()
        let problem = Message("no answer", fr: "pas de réponse")
        func begins(_ code: Troubles.Code, _ seconds: Int) -> Bool {
            troubles.begins(code, problem, at: start + .seconds(seconds))
        }
        func due(_ seconds: Int) -> [Troubles.Code] {
            troubles.due(at: start + .seconds(seconds), venuePatience: patience).map(\.code)
        }
        func ends(_ code: Troubles.Code) -> Duration? { troubles.ends(code).map { $0 - start } }
        #expect(begins(.databaseAway, 0))
        #expect(begins(.venueAway, 1))
        #expect(!begins(.venueAway, 9), "it is the same")
        #expect(due(30) == [])
        #expect(due(31) == [.venueAway])
        #expect(begins(.limitsUnreadable, 31))
        #expect(due(32) == [.limitsUnreadable])
        #expect(due(99) == [])
        #expect(ends(.databaseAway) == .zero)
        #expect(ends(.venueAway) == .seconds(1))
        #expect(ends(.venueAway) == nil)
        #expect(begins(.venueAway, 100))
        #expect(due(130) == [.venueAway])
    }

    @Test("A venue that does not answer is told of once, also before anything was opened there")
    func venueAway() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.activate(Scripts.counter, name: "counter")
            rig.failAccount(ScriptedMarket.away, sparingMarkets: false)
            rig.run { options in
                options.venuePatience = .milliseconds(100)
                options.checkInterval = .milliseconds(50)
            }
            try await until("it is told") { try await rig.alerts("venue_away").count == 1 }
            rig.broker?.failAll(nil)
            rig.failAccount(nil)
            try await rig.loaded(strategy)
            try await until("the account is surveyed") { (rig.broker?.balancesTold ?? 0) > 0 }
            #expect(try await rig.alerts("venue_away").count == 1)
            rig.failAccount(ScriptedMarket.away)
            try await until("it is told again") { try await rig.alerts("venue_away").count == 2 }
        }
    }

    @Test("Limits that cannot be read are told of once, and can be mended")
    func limits() async throws {
        try await EngineRig.with { rig in
            let strategy = try await rig.count()
            func set(_ limits: String) async throws {
                try await rig.store.brokers.setLimits(limits, rig.user.id, rig.account.id)
            }
            try await set(#"{"kill_switch": 5, "killSwitch": 5}"#)
            try await until("it is told") { try await rig.alerts("limits_unreadable").count == 1 }
            try await set("{}")
            try await until("it is over") { rig.log.contains("trouble is over") }
            try await set(#"{"kill_switch": 6, "killSwitch": 6}"#)
            try await until("it is told again") { try await rig.alerts("limits_unreadable").count == 2 }
            #expect(try await rig.get(strategy).state == .active)
        }
    }

    @Test("A strategy that cannot be read is told of once; the others run, and so does it when it was mended")
    func unreadable() async throws {
        try await EngineRig.with { rig in
            let broken = try await rig.activate(Scripts.counter, name: "broken")
            let sound = try await rig.activate(Scripts.counter, name: "sound")
            func set(_ parameters: String) async throws {
                try await rig.store.pool.execute(
                    "UPDATE active_strategies SET params = \(parameters)::jsonb WHERE id = \(broken.id.number)")
            }
            try await set(#"{"step": 10}"#)
            rig.run { $0.rosterInterval = .milliseconds(1) }
            try await rig.loaded(sound)
            try await until("it is told") { try await rig.alerts("strategy_failed").count == 1 }
            #expect(try await rig.command(.suspend, broken).state == .refused)
            try await rig.store.pool.execute(
                """
                INSERT INTO strategy_commands (user_id, active_strategy_id, kind, detail, submitted_at)
                VALUES (\(rig.user.id.number), \(sound.id.number), 'suspend', '{"closing": 5}', 1)
                """)
            let set2 = StrategyCommand.Order.set(settings: nil, parameters: ["step": "2"], capital: nil)
            #expect(try await rig.command(set2, sound).state == .done)
            let open = try await rig.store.pool.query("SELECT FROM strategy_commands WHERE state = 'pending'")
            #expect(open.isEmpty, "the one that nobody can read is refused")
            #expect(try await rig.get(sound).state == .active)
            #expect(try await rig.alerts("strategy_failed").count == 1)
            try await set(#"{"step": "10"}"#)
            try await rig.loaded(broken)
        }
    }
}
