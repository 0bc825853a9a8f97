import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

/// What an engine writes in one commit: all of it, as it was given, or nothing.
@Suite(.timeLimit(.minutes(10))) struct EngineCommitTests {
    @Test func `everything of a commit reads as it was written`() async throws {
        try await LiveAccount.with { store, account in
            let entry = account.order(1)
            var commit = account.empty()
            commit.memory = #"{"version": 1}"#
            commit.scriptState = [0, 1, 255]
            commit.session = StrategySession(
                number: 1, version: 1, parameters: ["a": "1"], seed: .max, scriptState: [7], loading: [1, 2],
                detail: #"{"x": 1}"#, startedAt: Timestamp(milliseconds: 5))
            var decision = DecisionRecord.sample(0, outcome: .intents)
            decision.detail = #"{"why": "é"}"#
            decision.input = [1, 2, 3]
            decision.outputHash = .max
            decision.stateHash = 1 << 63
            decision.scriptState = [0, 1, 255]
            decision.feeds = "[1, 2]"
            commit.decision = decision
            commit.orders = [entry]
            commit.log = [
                StrategyLogLine(
                    time: Timestamp(milliseconds: 9), candleOpen: .start, level: .info, source: "script",
                    message: Message("hello", fr: "salut"), detail: #"{"k": 1}"#)
            ]
            commit.alerts = [Alert(.warning, "stop_watched", Message("a", fr: "b"))]
            commit.change = StrategyCommit.Change(
                failures: 2, parameters: ["b": "2"], settings: #"{"c": 3}"#, capital: Money(7),
                feeds: [StrategyFeed(symbol: account.symbol, timeframe: .h1)])
            try await account.commit([commit])

            let roster = try await store.engine.roster(account.lease)
            let row = try #require(roster.strategies.first)
            #expect(row.memory == commit.memory && row.scriptState == commit.scriptState && row.scriptName == "s")
            #expect(row.strategy.session == 1 && row.strategy.failures == 2 && row.strategy.capital == Money(7))
            #expect(row.strategy.parameters == ["b": "2"] && row.strategy.feeds.map(\.timeframe) == [.h1])
            #expect(row.strategy.lastDecisionOpen == .start)
            let key = AccountRoster.ScriptKey(strategy: account.script.id, version: 1)
            #expect(roster.scripts == [key: LiveAccount.source])
            #expect(roster.orders.map(\.request) == [entry] && roster.orders.first?.origin == .strategy(account.id))
            #expect(roster.limits == "{}" && !roster.killSwitch && roster.broker.id == account.broker)
            #expect(try await store.engine.strategies(account.lease) == [account.id])

            let stored = try #require(try await store.decisions.list(account.user).first)
            #expect(stored.record == decision && stored.strategy == account.id)
            #expect(try await store.decisions.get(account.user, stored.id) == stored)
            #expect(try await store.decisions.session(account.user, of: account.id, number: 1) == commit.session)
            #expect(try await store.decisions.session(account.user, of: account.id, 1) == [stored])
            var line = commit.log[0]
            line.number = 1
            #expect(try await store.strategyLog.list(account.user, of: account.id) == [line])
            #expect(try await store.alerts.list(account.user).map(\.alert) == commit.alerts)
            #expect(try await store.journal.list(account.user).first?.origin == .strategy(account.id))
        }
    }

    @Test func `one thing that does not fit undoes all of the commit`() async throws {
        try await LiveAccount.with(strategies: 3) { store, account in
            var first = account.empty(0)
            first.orders = [account.order(1)]
            first.decision = .sample(0)
            try await account.commit([first])
            let before = account.lease
            var sound = account.empty(1)
            sound.decision = .sample(0)
            sound.memory = "{}"
            sound.orders = [account.order(1, place: 1)]
            let command = try await store.activeStrategies.submit(.suspend, account.user, account.id)
            var wrong: [StrategyCommit] = []
            func add(_ change: (inout StrategyCommit) throws -> Void) rethrows {
                var commit = account.empty(2)
                try change(&commit)
                wrong.append(commit)
            }
            add { $0.orders = [account.order(1)] }
            add { $0.fills = [Orders.fill("1", of: account.order(9), 1)] }
            add { $0.standings = [StrategyCommit.OrderStanding(account.order(9).clientID, .open)] }
            add { $0.profits = [StrategyCommit.Profit(account.order(9).clientID, Money(1))] }
            add { $0.memory = "[]" }
            add { $0.memory = "{" }
            add { $0.scriptState = [UInt8](repeating: 0, count: 65_537) }
            add { $0.change = StrategyCommit.Change(version: 9) }
            add { $0.change = StrategyCommit.Change(settings: "1") }
            add { $0.change = StrategyCommit.Change(state: .failed) }
            // A command for another strategy.
            add { $0.commands = [StrategyCommand.Outcome(command.id, answer: Message("a", fr: "b"))] }
            add { $0.strategy = ActiveStrategyID(999) }
            add { $0.alerts = [Alert(.info, "Not a code", Message("a", fr: "b"))] }
            wrong.append(first)
            for (place, commit) in wrong.enumerated() {
                let error = await #expect(throws: EngineStoreError.self, "case \(place)") {
                    _ = try await store.engine.commit([sound, commit], under: account.lease)
                }
                guard case .conflict = error else {
                    Issue.record("case \(place): \(String(describing: error))")
                    continue
                }
            }
            #expect(try await LiveAccount.count("decisions", store) == 1)
            #expect(try await store.orders.list(account.user).count == 1)
            #expect(try await store.engine.commits(of: before) == before.commits)
            try await account.commit([sound])
            #expect(try await LiveAccount.count("decisions", store) == 2)
        }
    }

    @Test func `ten thousand decisions are one commit, each as it was given`() async throws {
        try await LiveAccount.with { store, account in
            let count = 10_000
            try await store.pool.execute(
                """
                INSERT INTO active_strategies (user_id, name, strategy_id, version, broker_id, symbol, timeframe,
                    capital, seed, starts_at, created_at)
                SELECT user_id, 'copy ' || n, strategy_id, version, broker_id, symbol, timeframe, capital, seed,
                    starts_at, created_at FROM active_strategies, generate_series(2, \(count)) AS n
                """)
            let roster = try await store.engine.roster(account.lease)
            #expect(roster.strategies.count == count && roster.scripts.count == 1)
            let commits = roster.strategies.enumerated().map { place, row in
                var commit = StrategyCommit(strategy: row.strategy.id, symbol: row.strategy.symbol)
                var decision = DecisionRecord.sample(3)
                decision.input = withUnsafeBytes(of: UInt64(place)) { Array($0) }
                decision.outputHash = UInt64(place) &* 0x9E37_79B9_7F4A_7C15
                decision.stateHash = UInt64(place)
                if place % 10 == 0 {
                    decision.scriptState = [UInt8(place % 251)]
                    commit.scriptState = decision.scriptState
                    commit.memory = #"{"n": \#(place)}"#
                }
                commit.decision = decision
                return commit
            }
            try await account.commit(commits)
            let rows = try await store.pool.query(
                "SELECT active_strategy_id, input, output_hash, state_hash, script_state FROM decisions ORDER BY id")
            #expect(rows.count == count)
            for (row, commit) in zip(rows, commits) {
                let decision = try #require(commit.decision)
                guard try row.int64("active_strategy_id") == commit.strategy.number,
                    try row.optionalBytes("input") == decision.input,
                    try row.int64("output_hash") == decision.outputHash.map({ Int64(bitPattern: $0) }),
                    try row.int64("state_hash") == decision.stateHash.map({ Int64(bitPattern: $0) }),
                    try row.optionalBytes("script_state") == decision.scriptState
                else {
                    Issue.record("the decision of strategy \(commit.strategy) is another one")
                    break
                }
            }
            let after = try await store.engine.roster(account.lease).strategies
            #expect(zip(after, commits).allSatisfy { $0.memory == $1.memory && $0.scriptState == $1.scriptState })
            #expect(after.allSatisfy { $0.strategy.lastDecisionOpen == DecisionRecord.sample(3).candleOpen })
        }
    }

    @Test func `a log keeps its newest thousand lines, in order`() async throws {
        try await LiveAccount.with { store, account in
            for round in 0..<6 {
                var commit = account.empty()
                commit.log = (0..<StrategyLogLine.mostInOneCommit + 5).map { place in
                    let text = "\(round * StrategyLogLine.mostInOneCommit + place + 1)"
                    return StrategyLogLine(
                        time: .start, level: .debug, source: "script", message: Message(text, fr: text))
                }
                try await account.commit([commit])
            }
            let newest = try await store.strategyLog.list(account.user, of: account.id, limit: 5000)
            #expect(newest.map(\.number) == Array((201...1200).reversed().map(Int64.init)))
            #expect(newest.allSatisfy { $0.message.english == "\($0.number)" })
            let page = try await store.strategyLog.list(account.user, of: account.id, before: 1000, limit: 2)
            #expect(page.map(\.number) == [999, 998])
            let rest = try await store.strategyLog.list(account.user, of: account.id, after: 1198)
            #expect(rest.map(\.number) == [1199, 1200])
            var commit = account.empty()
            let long = String(repeating: "é", count: 5000)
            commit.log = [
                StrategyLogLine(time: .start, level: .info, source: "script", message: Message(long, fr: long))
            ]
            try await account.commit([commit])
            let cut = try await store.strategyLog.list(account.user, of: account.id, limit: 1)
            #expect(cut.first?.message.english.count == StrategyLogLine.longestText)
        }
    }

    @Test func `a command is carried out once, whoever tries it again`() async throws {
        try await LiveAccount.with { store, account in
            let command = try await store.activeStrategies.submit(.suspend, account.user, account.id)
            #expect(try await store.engine.pendingCommands(account.lease) == [command])
            #expect(try await store.engine.roster(account.lease).commands == [command])
            var commit = account.empty()
            commit.change = StrategyCommit.Change(state: .suspended, reason: Message("asked", fr: "demandé"))
            commit.commands = [StrategyCommand.Outcome(command.id, answer: Message("done", fr: "fait"))]
            try await account.commit([commit])
            #expect(try await store.engine.pendingCommands(account.lease).isEmpty)
            let done = try await store.activeStrategies.command(account.user, command.id)
            #expect(done.state == .done && done.answer == Message("done", fr: "fait") && done.finishedAt != nil)
            let strategy = try await store.activeStrategies.get(account.user, account.id)
            #expect(strategy.state == .suspended && strategy.reason == Message("asked", fr: "demandé"))
            commit.change = StrategyCommit.Change(state: .active)
            await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            #expect(try await store.activeStrategies.get(account.user, account.id).state == .suspended)
            // Stopped is for good.
            commit.commands = []
            commit.change = StrategyCommit.Change(state: .stopped)
            try await account.commit([commit])
            #expect(try await store.activeStrategies.get(account.user, account.id).stoppedAt != nil)
            commit.change = StrategyCommit.Change(state: .active)
            await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            await #expect(throws: StorageError.self) {
                _ = try await store.activeStrategies.submit(.resume, account.user, account.id)
            }
        }
    }
}
