import Broker
import Market
import Postgres
import Trading
import Wording

/// The part of a commit that few strategies have at a time: what became of orders, fills, positions, and changes of
/// the strategy.
struct CommitTrades: Sendable {
    let user: UserID
    let broker: BrokerID
    let time: Timestamp

    /// Orders and fills of all commits together, in a few statements; then what is left of each commit.
    func write(_ commits: [StrategyCommit], on connection: PostgresConnection) async throws {
        try await writeOrders(commits, on: connection)
        for commit in commits { try await write(commit, on: connection) }
    }

    private func writeOrders(_ commits: [StrategyCommit], on connection: PostgresConnection) async throws {
        let names = commits.flatMap { $0.standings.map(\.order) + $0.reports.compactMap(\.clientID) }
        let fills = commits.flatMap(\.fills)
        guard !names.isEmpty || !fills.isEmpty else { return }
        var sheet = OrderSheet(user, broker, at: time)
        try await sheet.lock(names, fills, on: connection)
        var told: [(fill: FillReport, order: StoredOrderID)] = []
        for fill in fills {
            guard let order = sheet.order(of: fill) else { throw Self.strange(fill) }
            told.append((fill, order.id))
        }
        for report in commits.flatMap(\.reports) {
            guard let order = report.clientID.flatMap(sheet.order) else { continue }
            told += report.fills.map { ($0, order.id) }
        }
        try await sheet.insert(told, on: connection)
        for commit in commits {
            for standing in commit.standings { try await set(standing, on: &sheet, connection) }
            for fill in commit.fills {
                guard let order = sheet.order(of: fill) else { throw Self.strange(fill) }
                try await sheet.book(fill, into: order.id, on: connection)
            }
            for report in commit.reports {
                guard let order = report.clientID.flatMap(sheet.order) else { continue }
                try await sheet.record(report, of: order.id, on: connection)
            }
        }
        try await sheet.write(on: connection)
    }

    private func write(_ commit: StrategyCommit, on connection: PostgresConnection) async throws {
        for profit in commit.profits { try await add(profit, on: connection) }
        for position in commit.positions {
            _ = try await PositionRepository.put(
                position, user, broker, commit.symbol, of: commit.strategy, at: time.milliseconds, on: connection)
        }
        if let change = commit.change { try await make(change, to: commit.strategy, on: connection) }
        for outcome in commit.commands { try await finish(outcome, of: commit.strategy, on: connection) }
    }

    /// A state that cannot follow is passed over: what is written down already came from the venue, and the order's
    /// strategy will hear of it too. Only the venue's name for the order is kept.
    private func set(
        _ standing: StrategyCommit.OrderStanding, on sheet: inout OrderSheet, _ connection: PostgresConnection
    ) async throws {
        guard let order = sheet.order(standing.order) else { throw OrderRepository.unknown }
        let follows = OrderStep.isAllowed(from: order.state, to: standing.state)
        guard follows || (standing.venueID != nil && order.venueID == nil) else { return }
        try await sheet.set(
            follows ? standing.state : order.state, venueID: standing.venueID, of: order.id, on: connection)
    }

    private func add(_ profit: StrategyCommit.Profit, on connection: PostgresConnection) async throws {
        let changed = try await connection.execute(
            """
            UPDATE trades t SET profit_loss = coalesce(t.profit_loss, 0) + \(profit.amount.value)
            FROM orders o WHERE t.order_id = o.id AND t.user_id = \(user.number) AND o.user_id = \(user.number)
                AND o.broker_id = \(broker.number) AND o.client_order_id = \(profit.order.text)
            """)
        guard changed == 1 else { throw OrderRepository.unknown }
    }

    private func make(
        _ change: StrategyCommit.Change, to strategy: ActiveStrategyID, on connection: PostgresConnection
    ) async throws {
        let parameters = try change.parameters.map { try JSONText.encode($0) }
        let feeds = try change.feeds.map { try ActiveStrategyRow.text($0) }
        if let settings = change.settings { try ActiveStrategyRepository.checkObject(settings) }
        let stops = change.state == .stopped
        let changed = try await connection.execute(
            """
            UPDATE active_strategies a SET
                state = coalesce(\(change.state?.rawValue), a.state),
                reason_en = CASE WHEN \(change.state != nil) THEN \(change.reason?.english) ELSE a.reason_en END,
                reason_fr = CASE WHEN \(change.state != nil) THEN \(change.reason?.french) ELSE a.reason_fr END,
                stopped_at = CASE WHEN \(stops) THEN coalesce(a.stopped_at, greatest(a.created_at,
                    \(time.milliseconds))) ELSE a.stopped_at END,
                failures = coalesce(\(change.failures), a.failures), version = coalesce(\(change.version), a.version),
                params = coalesce(\(parameters)::jsonb, a.params),
                settings = coalesce(\(change.settings)::jsonb, a.settings),
                capital = coalesce(\(change.capital?.value), a.capital), feeds = coalesce(\(feeds)::jsonb, a.feeds)
            WHERE a.id = \(strategy.number) AND a.user_id = \(user.number) AND a.broker_id = \(broker.number)
                AND a.state <> 'stopped'
            """)
        guard changed == 1 else {
            throw EngineStoreError.conflict(
                Message("the strategy is stopped for good", fr: "la stratégie est arrêtée pour de bon"))
        }
    }

    /// A command that is not pending any more was carried out before: then nothing of this commit may stay.
    private func finish(
        _ outcome: StrategyCommand.Outcome, of strategy: ActiveStrategyID, on connection: PostgresConnection
    ) async throws {
        let changed = try await connection.execute(
            """
            UPDATE strategy_commands SET state = \(outcome.isRefused ? "refused" : "done"),
                answer_en = \(outcome.answer.english), answer_fr = \(outcome.answer.french),
                finished_at = greatest(submitted_at, \(time.milliseconds))
            WHERE id = \(outcome.command.number) AND user_id = \(user.number)
                AND active_strategy_id = \(strategy.number) AND state = 'pending'
            """)
        guard changed == 1 else {
            throw EngineStoreError.conflict(
                Message(
                    "command \(outcome.command) was carried out before",
                    fr: "la commande \(outcome.command) a déjà été exécutée"))
        }
    }

    private static func strange(_ fill: FillReport) -> EngineStoreError {
        .conflict(
            Message(
                "fill \(fill.id) on \(fill.symbol) belongs to no order of this account",
                fr: "l'exécution \(fill.id) sur \(fill.symbol) n'appartient à aucun ordre de ce compte"))
    }
}
