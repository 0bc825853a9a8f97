import Broker
import Market
import Postgres
import TestSupport
import Testing
import Trading
import Wording

@testable import Storage

@Suite struct EngineCommitTests {
    private func with(
        strategies: Int = 1, _ body: (Store, inout LiveAccount) async throws -> Void
    ) async throws {
        try await ScratchStore.with { store in
            var account = try await LiveAccount.make(store, strategies: strategies)
            try await body(store, &account)
        }
    }

    private func decisions(_ store: Store) async throws -> Int { try await LiveAccount.count("decisions", store) }

    @Test func `everything of a commit reads as it was written`() async throws {
        try await with { store, account in
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
            #expect(try await store.engine.strategies(account.lease).map(\.id) == [account.id])

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

    @Test func `an order goes through a commit each, with fills, position and profit`() async throws {
        try await with { store, account in
            let entry = account.order(1)
            var commit = account.empty()
            commit.orders = [entry]
            try await account.commit([commit])
            commit = account.empty()
            let open = PositionRepository.Standing(direction: .long, quantity: Quantity(2), entryPrice: Price(100))
            // In one commit: the fills are booked before the report that calls the order filled is looked at.
            commit.standings = [StrategyCommit.OrderStanding(entry.clientID, .open, venueID: VenueOrderID("v1"))]
            commit.fills = [Orders.fill("1", of: entry, 1), Orders.fill("2", of: entry, 1)]
            commit.reports = [Orders.report(entry, .filled, filled: 2)]
            commit.positions = [open]
            try await account.commit([commit])
            #expect(try await store.orders.list(account.user).map(\.state) == [.filled])
            #expect(try await store.positions.open(account.user).map(\.quantity) == [Quantity(2)])
            let roster = try await store.engine.roster(account.lease)
            #expect(roster.orders.isEmpty && roster.positions.map(\.activeStrategy) == [account.id])
            #expect(roster.latestFills[account.symbol]?.id == FillID("2"))

            let exit = account.order(2, side: .sell)
            commit = account.empty()
            commit.orders = [exit]
            try await account.commit([commit])
            commit = account.empty()
            // The same fill again, by another way, changes nothing.
            commit.fills = [
                Orders.fill("1", of: entry, 1), Orders.fill("3", of: exit, 2, at: 110, venueID: "v2"),
            ]
            commit.profits = [StrategyCommit.Profit(exit.clientID, Money(15)), .init(exit.clientID, Money(4))]
            commit.positions = [
                PositionRepository.Standing(
                    direction: .long, quantity: .zero, entryPrice: Price(100), realisedProfit: Money(19))
            ]
            try await account.commit([commit])
            #expect(try await store.positions.open(account.user).isEmpty)
            #expect(try await store.journal.list(account.user).map(\.profit) == [Money(19), nil])
            #expect(try await LiveAccount.count("fills", store) == 3)
            // Closing what is closed is nothing to write.
            commit.fills = []
            commit.profits = []
            try await account.commit([commit])
        }
    }

    @Test func `positions that are opened and closed in one commit have a closed row each`() async throws {
        try await with { store, account in
            var commit = account.empty()
            commit.positions = [Quantity(1), .zero, Quantity(2), .zero, Quantity(3)].map { quantity in
                PositionRepository.Standing(
                    direction: .long, quantity: quantity, entryPrice: Price(100),
                    realisedProfit: quantity == .zero ? Money(7) : .zero)
            }
            try await account.commit([commit])
            let rows = try await store.positions.list(account.user)
            #expect(rows.map(\.quantity) == [Quantity(3), .zero, .zero])
            #expect(rows.map { $0.closedAt != nil } == [false, true, true])
            #expect(rows.map(\.realisedProfit) == [.zero, Money(7), Money(7)])
        }
    }

    @Test func `every kind of order of a commit is written as one by one`() async throws {
        try await with(strategies: 2) { store, account in
            let (low, high) = (Price(FixedDecimal(units: 1)), Price(70_000))
            let instructions: [OrderInstruction] = [
                .market, .limit(high, .goodTillCancelled), .limit(high, .fillOrKill), .limit(low, .immediateOrCancel),
                .postOnly(low), .stop(trigger: high, limit: nil), .stop(trigger: high, limit: low),
                .takeProfit(trigger: low, limit: nil), .takeProfit(trigger: low, limit: high),
            ]
            var commits = [account.empty(0), account.empty(1)]
            for (number, instruction) in instructions.enumerated() {
                for place in 0...1 {
                    var request = account.order(number, side: place == 0 ? .buy : .sell, place: place)
                    request.instruction = instruction
                    request.amount = .base(Quantity(FixedDecimal(units: Int128(number + 1))))
                    commits[place].orders.append(request)
                }
            }
            var quote = account.order(99)
            quote.amount = .quote(Money(50))
            commits[1].strategy = account.strategies[1].id
            commits[0].orders.append(quote)
            try await account.commit(commits)
            let stored = try await store.engine.roster(account.lease).orders
            #expect(stored.map(\.request) == commits.flatMap(\.orders))
            #expect(stored.map(\.origin).prefix(10).allSatisfy { $0 == .strategy(account.strategies[0].id) })
            #expect(stored.allSatisfy { $0.state == .pendingNew })
            let lines = try await store.journal.list(account.user)
            #expect(lines.map(\.order) == stored.reversed().map(\.id))
            #expect(lines.allSatisfy { $0.status == .pending })
            for (line, order) in zip(lines, stored.reversed()) {
                #expect(line.kind == order.request.instruction.name && line.origin == order.origin)
                #expect(line.side == order.request.side && line.symbol == order.request.symbol)
            }
            // The same by the way of a single order, but for the numbers.
            let single = try await store.orders.add(
                try Orders.request(1, .stop(trigger: high, limit: low), .base(Quantity(1))), account.user,
                account.broker)
            let line = try #require(try await store.journal.list(account.user).first)
            let twin = try #require(lines.first { $0.kind == .stopLimit })
            #expect(line.order == single.id && line.price == twin.price)
        }
    }

    @Test func `a standing that cannot follow is passed over, its venue's name is kept`() async throws {
        try await with { store, account in
            let order = account.order(1)
            var commit = account.empty()
            commit.orders = [order]
            commit.standings = [StrategyCommit.OrderStanding(order.clientID, .cancelled(Message("a", fr: "b")))]
            try await account.commit([commit])
            commit = account.empty()
            commit.standings = [StrategyCommit.OrderStanding(order.clientID, .open, venueID: VenueOrderID("v9"))]
            try await account.commit([commit])
            let stored = try #require(try await store.orders.list(account.user).first)
            #expect(stored.state == .cancelled(Message("a", fr: "b")) && stored.venueID == VenueOrderID("v9"))
        }
    }

    @Test func `one thing that does not fit undoes all of the commit`() async throws {
        try await with(strategies: 3) { store, account in
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
            #expect(try await decisions(store) == 1)
            #expect(try await store.orders.list(account.user).count == 1)
            #expect(try await store.engine.commits(of: before) == before.commits)
            try await account.commit([sound])
            #expect(try await decisions(store) == 2)
        }
    }

    @Test func `a commit that is given again is written once`() async throws {
        try await with { store, account in
            var commit = account.empty()
            commit.decision = .sample(0)
            commit.orders = [account.order(1)]
            let lease = account.lease
            let once = try await store.engine.commit([commit], under: lease)
            #expect(try await store.engine.commits(of: lease) == lease.commits + 1)
            // As after a reply that was lost.
            let twice = try await store.engine.commit([commit], under: lease)
            #expect(once == twice)
            #expect(try await decisions(store) == 1)
            commit = account.empty()
            commit.decision = .sample(1)
            account.lease = try await store.engine.commit([commit], under: twice)
            let newest = try await store.decisions.list(account.user, of: account.id, limit: 1)
            #expect(newest.map(\.record) == [.sample(1)])
            let rest = try await store.decisions.list(account.user, of: account.id, before: newest.first?.id)
            #expect(rest.map(\.record) == [.sample(0)])
            #expect(try await store.decisions.list(account.user, before: newest.first?.id) == rest)
            #expect(try await store.decisions.list(account.user, of: account.id, outcomes: [.failed]).isEmpty)
            // A lease from before that is no repetition but a mistake.
            let error = await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: lease)
            }
            #expect(error?.message.english == "commit 1 of account \(account.broker) was given, 2 are written")
            #expect(try await decisions(store) == 2)
        }
    }

    @Test func `a connection that breaks while it commits leaves an unknown outcome that can be asked`() async throws {
        try await with { store, account in
            // Breaks at the end of the transaction, once.
            try await store.pool.withConnection {
                try await $0.script(
                    unsafeSQL: """
                        CREATE SEQUENCE breaks;
                        CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                            IF nextval('breaks') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                            RETURN NULL;
                        END $$;
                        CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON decisions DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION break_off();
                        """)
            }
            var commit = account.empty()
            commit.decision = .sample(0)
            let error = await #expect(throws: EngineStoreError.self) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            guard case .outcomeUnknown = error else {
                Issue.record("it was \(String(describing: error))")
                return
            }
            #expect(try await store.engine.commits(of: account.lease) == account.lease.commits)
            try await account.commit([commit])
            #expect(try await decisions(store) == 1)
        }
    }

    @Test func `whoever lost the account writes nothing`() async throws {
        try await with { store, account in
            var commit = account.empty()
            commit.decision = .sample(0)
            let second = try await store.engine.register(name: "second", life: LiveAccount.life)
            try await store.pool.execute(
                "UPDATE engines SET life = 1, renewed_at = started_at WHERE id = \(account.engine.number)")
            let taken = try #require(try await store.engine.take(second).taken.first)
            #expect(taken.epoch == account.lease.epoch + 1 && taken.commits == account.lease.commits)
            await #expect(throws: EngineStoreError.leaseLost) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
            await #expect(throws: EngineStoreError.leaseLost) { _ = try await store.engine.roster(account.lease) }
            await #expect(throws: EngineStoreError.leaseLost) { _ = try await store.engine.commits(of: account.lease) }
            #expect(try await decisions(store) == 0)
            _ = try await store.engine.commit([commit], under: taken)
            // The first one gets it back, and its old lease is still worth nothing.
            try await store.engine.leave(second)
            let again = try #require(try await store.engine.take(account.engine).taken.first)
            #expect(again.commits == 1)
            await #expect(throws: EngineStoreError.leaseLost) {
                _ = try await store.engine.commit([commit], under: account.lease)
            }
        }
    }

    @Test func `an account changes hands between commits, never within one`() async throws {
        try await with { store, account in
            let lease = account.lease
            let second = try await store.engine.register(name: "second", life: LiveAccount.life)
            try await store.pool.execute(
                "UPDATE engines SET life = 1, renewed_at = started_at WHERE id = \(account.engine.number)")
            // A commit that has begun: the one who would take the account passes it by.
            try await store.pool.transaction { connection in
                try await connection.execute(
                    """
                    UPDATE account_leases SET commit_number = commit_number + 1
                    WHERE broker_id = \(lease.broker.number)
                    """)
                #expect(try await store.engine.take(second).taken.isEmpty)
            }
            // Commits against takeovers, at once: each commit that returned is there, each that failed is not. Far more
            // of both than it takes until a takeover falls between two commits.
            try await store.pool.execute(
                "UPDATE account_leases SET commit_number = 0 WHERE broker_id = \(lease.broker.number)")
            let base = account.empty()
            let written = Task { await Self.commit(base, 50_000, under: lease, store) }
            var taken: AccountLease?
            for _ in 0..<50_000 where taken == nil {
                try await store.pool.execute(
                    "UPDATE engines SET renewed_at = started_at WHERE id = \(account.engine.number)")
                taken = try await store.engine.take(second).taken.first
            }
            let (count, failure) = await written.value
            #expect(failure == .leaseLost)
            #expect(try await decisions(store) == count)
            #expect(taken?.commits == Int64(count))
        }
    }

    /// One decision after the other, until one fails; answers how many were written.
    private static func commit(
        _ base: StrategyCommit, _ most: Int, under lease: AccountLease, _ store: Store
    ) async -> (count: Int, failure: EngineStoreError?) {
        var current = lease
        for count in 0..<most {
            var commit = base
            commit.decision = .sample(count)
            do throws(EngineStoreError) {
                current = try await store.engine.commit([commit], under: current)
            } catch {
                return (count, error)
            }
        }
        return (most, nil)
    }

    @Test func `a command is carried out once, whoever tries it again`() async throws {
        try await with { store, account in
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

    @Test func `the highest attempt of an order is known long after its orders ended`() async throws {
        try await with(strategies: 2) { store, account in
            var commit = account.empty()
            for (number, revision) in [(1, 0), (2, 0), (2, 1), (2, 10), (2, 9), (3, 2), (12, 0)] {
                let order = account.order(number, revision: revision)
                commit.orders.append(order)
                commit.standings.append(StrategyCommit.OrderStanding(order.clientID, .cancelled(nil)))
            }
            var other = account.empty(1)
            other.orders = [account.order(2, revision: 77, place: 1)]
            try await account.commit([commit, other])
            let ids = account.strategies.map(\.id)
            let attempts = try await store.engine.attempts(
                account.lease, of: [ids[0]: [1, 2, 3, 4], ids[1]: [1, 2]])
            #expect(attempts == [ids[0]: [1: 0, 2: 10, 3: 2], ids[1]: [2: 77]])
            #expect(try await store.engine.attempts(account.lease, of: [:]).isEmpty)
        }
    }

    @Test func `an order that was decided today counts once however often it was sent, a sale and another day not`()
        async throws
    {
        try await with(strategies: 2) { store, account in
            var commit = account.empty()
            commit.orders = [
                account.order(1), account.order(1, revision: 1), account.order(2), account.order(3, side: .sell),
            ]
            var other = account.empty(1)
            other.orders = [account.order(1, place: 1)]
            try await account.commit([commit, other])
            #expect(try await store.engine.ordersOpenedToday(account.lease) == 3)
            let tomorrow = Timestamp(milliseconds: Store.systemTime().milliseconds + 86_400_000)
            let later = Store(store.pool) { tomorrow }
            #expect(try await later.engine.ordersOpenedToday(account.lease) == 0)
        }
    }

    @Test func `ten thousand decisions are one commit, each as it was given`() async throws {
        try await ScratchStore.with { store in
            var account = try await LiveAccount.make(store)
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
        try await with { store, account in
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
}
