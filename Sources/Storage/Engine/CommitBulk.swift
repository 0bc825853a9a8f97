import Market
import Postgres
import Wording

/// The part of a commit that is the same for thousands of strategies: a few statements, whatever their number.
struct CommitBulk: Sendable {
    let user: UserID
    let broker: BrokerID
    let time: Timestamp

    /// Rows of one statement, and bytes of what decisions were asked: more goes into a further statement.
    private static let mostRows = 5_000
    private static let mostBytes = 32 << 20

    func write(_ commits: [StrategyCommit], on connection: PostgresConnection) async throws {
        guard !commits.isEmpty else { return }
        let ids = Set(commits.map(\.strategy.number)).sorted()
        var statements: [PostgresQuery] = [
            """
            SELECT count(*) AS known FROM active_strategies
            WHERE user_id = \(user.number) AND broker_id = \(broker.number) AND id = ANY(\(ids))
            """
        ]
        statements += Self.decisions(commits).map(insert)
        statements += remembered(commits)
        statements += events(commits)
        statements += logs(commits)
        if let alerts = alerts(commits) { statements.append(alerts) }
        let results = try await connection.pipeline(statements)
        guard try results[0].first?.int("known") == ids.count else {
            throw EngineStoreError.conflict(
                Message(
                    "a strategy of another account is among those to be written",
                    fr: "une stratégie d'un autre compte est parmi celles à écrire"))
        }
        for session in commits where session.session != nil { try await write(session, on: connection) }
    }

    // MARK: Decisions

    private typealias Decision = (strategy: Int64, record: DecisionRecord)

    /// In pieces that one statement takes.
    private static func decisions(_ commits: [StrategyCommit]) -> [[Decision]] {
        var pieces: [[Decision]] = []
        var bytes = 0
        for commit in commits {
            guard let record = commit.decision else { continue }
            let size = (record.input?.count ?? 0) + (record.scriptState?.count ?? 0)
            if pieces.isEmpty || pieces[pieces.count - 1].count == mostRows || bytes + size > mostBytes {
                pieces.append([])
                bytes = 0
            }
            pieces[pieces.count - 1].append((commit.strategy.number, record))
            bytes += size
        }
        return pieces
    }

    /// Arrays hold no NULL, so what may be missing has an array of its own that says whether it is there.
    private func insert(_ rows: [Decision]) -> PostgresQuery {
        """
        INSERT INTO decisions (user_id, active_strategy_id, candle_open, outcome, detail, decided_at, version, session,
            input, output_hash, state_hash, script_state, feeds)
        SELECT \(user.number), n.strategy, n.candle, n.outcome, n.detail::jsonb, n.decided, n.version, n.session,
            CASE WHEN n.has_input THEN n.input END, CASE WHEN n.has_output THEN n.output END,
            CASE WHEN n.has_hash THEN n.hash END, CASE WHEN n.has_state THEN n.state END,
            nullif(n.feeds, '')::jsonb
        FROM unnest(\(rows.map(\.strategy)), \(rows.map(\.record.candleOpen.milliseconds)),
            \(rows.map(\.record.outcome.rawValue)), \(rows.map(\.record.detail)),
            \(rows.map(\.record.decidedAt.milliseconds)), \(rows.map(\.record.version)),
            \(rows.map(\.record.session)), \(rows.map { $0.record.input != nil }),
            \(rows.map { $0.record.input ?? [] }),
            \(rows.map { $0.record.outputHash != nil }),
            \(rows.map { Int64(bitPattern: $0.record.outputHash ?? 0) }),
            \(rows.map { $0.record.stateHash != nil }), \(rows.map { Int64(bitPattern: $0.record.stateHash ?? 0) }),
            \(rows.map { $0.record.scriptState != nil }), \(rows.map { $0.record.scriptState ?? [] }),
            \(rows.map { $0.record.feeds ?? "" }))
            AS n (strategy, candle, outcome, detail, decided, version, session, has_input, input, has_output, output,
                has_hash, hash, has_state, state, feeds)
        """
    }

    // MARK: Memories

    private struct Memory {
        var core: String?
        var script: [UInt8]?
    }

    /// Of several commits of one strategy the last one counts.
    private func remembered(_ commits: [StrategyCommit]) -> [PostgresQuery] {
        var memories: [Int64: Memory] = [:]
        for commit in commits where commit.memory != nil || commit.scriptState != nil {
            let former = memories[commit.strategy.number]
            memories[commit.strategy.number] = Memory(
                core: commit.memory ?? former?.core, script: commit.scriptState ?? former?.script)
        }
        let rows = memories.sorted { $0.key < $1.key }
        return stride(from: 0, to: rows.count, by: Self.mostRows).map { start in
            update(Array(rows[start..<min(start + Self.mostRows, rows.count)]))
        }
    }

    private func update(_ rows: [(key: Int64, value: Memory)]) -> PostgresQuery {
        """
        UPDATE active_strategies a SET
            core_state = CASE WHEN n.has_core THEN n.core::jsonb ELSE a.core_state END,
            script_state = CASE WHEN n.has_script THEN n.script ELSE a.script_state END
        FROM unnest(\(rows.map(\.key)), \(rows.map { $0.value.core != nil }), \(rows.map { $0.value.core ?? "{}" }),
            \(rows.map { $0.value.script != nil }), \(rows.map { $0.value.script ?? [] }))
            AS n (id, has_core, core, has_script, script)
        WHERE a.id = n.id AND a.user_id = \(user.number) AND a.broker_id = \(broker.number)
        """
    }

    /// A session begins rarely.
    private func write(_ commit: StrategyCommit, on connection: PostgresConnection) async throws {
        guard let session = commit.session else { return }
        let parameters = try JSONText.encode(session.parameters)
        try await connection.execute(
            """
            INSERT INTO strategy_sessions (user_id, active_strategy_id, number, version, params, seed, script_state,
                loading, detail, started_at)
            VALUES (\(user.number), \(commit.strategy.number), \(session.number), \(session.version),
                \(parameters)::jsonb, \(Int64(bitPattern: session.seed)), \(session.scriptState), \(session.loading),
                \(session.detail)::jsonb, \(session.startedAt.milliseconds))
            """)
        try await connection.execute(
            """
            UPDATE active_strategies SET session = \(session.number)
            WHERE id = \(commit.strategy.number) AND user_id = \(user.number)
            """)
    }

    // MARK: Events

    /// New events first: those that are over go with the numbers below theirs.
    private func events(_ commits: [StrategyCommit]) -> [PostgresQuery] {
        let new = commits.flatMap { commit in commit.events.map { (strategy: commit.strategy.number, event: $0) } }
        var over: [Int64: Int64] = [:]
        for commit in commits {
            // A strategy that is stopped is never asked again.
            guard let last = commit.change?.state == .stopped ? .max : commit.eventsThrough else { continue }
            over[commit.strategy.number] = max(over[commit.strategy.number] ?? 0, last)
        }
        let ends = over.sorted { $0.key < $1.key }
        let added = stride(from: 0, to: new.count, by: Self.mostRows).map { start -> PostgresQuery in
            let rows = new[start..<min(start + Self.mostRows, new.count)]
            return """
                INSERT INTO strategy_events (user_id, active_strategy_id, number, event)
                SELECT \(user.number), n.strategy, n.number, n.event
                FROM unnest(\(rows.map(\.strategy)), \(rows.map(\.event.number)), \(rows.map(\.event.bytes)))
                    AS n (strategy, number, event)
                """
        }
        let deleted = stride(from: 0, to: ends.count, by: Self.mostRows).map { start -> PostgresQuery in
            let rows = ends[start..<min(start + Self.mostRows, ends.count)]
            return """
                DELETE FROM strategy_events e
                USING unnest(\(rows.map(\.key)), \(rows.map(\.value))) AS n (strategy, last)
                WHERE e.active_strategy_id = n.strategy AND e.user_id = \(user.number) AND e.number <= n.last
                """
        }
        return added + deleted
    }

    // MARK: Log and alerts

    private typealias Line = (strategy: Int64, line: StrategyLogLine)

    private func logs(_ commits: [StrategyCommit]) -> [PostgresQuery] {
        var counts: [Int64: Int] = [:]
        var lines: [Line] = []
        for commit in commits {
            for line in commit.log {
                let strategy = commit.strategy.number
                guard counts[strategy, default: 0] < StrategyLogLine.mostInOneCommit else { break }
                counts[strategy, default: 0] += 1
                lines.append((strategy, line))
            }
        }
        return stride(from: 0, to: lines.count, by: Self.mostRows).map { start in
            insert(Array(lines[start..<min(start + Self.mostRows, lines.count)]))
        }
    }

    /// Numbers go on where those of the strategy ended; only its engine writes them, so nobody else gives the same.
    private func insert(_ rows: [Line]) -> PostgresQuery {
        """
        INSERT INTO strategy_log AS l (user_id, active_strategy_id, slot, number, written_at, candle_open, level,
            source, text_en, text_fr, detail)
        SELECT \(user.number), m.strategy, m.number % 1000, m.number, m.time, nullif(m.candle, -1), m.level, m.source,
            m.english, m.french, m.detail::jsonb
        FROM (
            SELECT n.*, row_number() OVER (PARTITION BY n.strategy ORDER BY n.place) + coalesce((
                SELECT max(k.number) FROM strategy_log k WHERE k.active_strategy_id = n.strategy), 0) AS number
            FROM unnest(\(rows.map(\.strategy)), \(rows.map(\.line.time.milliseconds)),
                \(rows.map { $0.line.candleOpen?.milliseconds ?? -1 }), \(rows.map(\.line.level.rawValue)),
                \(rows.map(\.line.source)), \(rows.map { Self.short($0.line.message.english) }),
                \(rows.map { Self.short($0.line.message.french) }), \(rows.map(\.line.detail)))
                WITH ORDINALITY AS n (strategy, time, candle, level, source, english, french, detail, place)
        ) AS m
        ON CONFLICT ON CONSTRAINT strategy_log_pkey DO UPDATE SET number = excluded.number,
            written_at = excluded.written_at, candle_open = excluded.candle_open, level = excluded.level,
            source = excluded.source, text_en = excluded.text_en, text_fr = excluded.text_fr, detail = excluded.detail
        """
    }

    private static func short(_ text: String) -> String {
        guard text.utf8.count > StrategyLogLine.longestText else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(StrategyLogLine.longestText)))
    }

    private func alerts(_ commits: [StrategyCommit]) -> PostgresQuery? {
        let alerts = commits.flatMap(\.alerts)
        guard !alerts.isEmpty else { return nil }
        return """
            INSERT INTO alerts (user_id, severity, code, message_en, message_fr, detail, created_at)
            SELECT \(user.number), n.severity, n.code, n.english, n.french, n.detail::jsonb, \(time.milliseconds)
            FROM unnest(\(alerts.map(\.severity.rawValue)), \(alerts.map(\.code)), \(alerts.map(\.message.english)),
                \(alerts.map(\.message.french)), \(alerts.map(\.detail)))
                AS n (severity, code, english, french, detail)
            """
    }
}
