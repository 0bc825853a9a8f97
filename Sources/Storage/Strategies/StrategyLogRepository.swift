import Market
import Postgres
import Wording

/// What running strategies and their engine have to say. Written by `EngineRepository.commit`.
public struct StrategyLogRepository: Sendable {
    let pool: PostgresPool

    /// The newest lines first.
    ///
    /// - Parameter before: only lines with smaller numbers.
    public func list(
        _ user: UserID, of strategy: ActiveStrategyID, before: Int64? = nil, limit: Int = 100
    ) async throws -> [StrategyLogLine] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM strategy_log
            WHERE user_id = \(user.number) AND active_strategy_id = \(strategy.number)
                AND number < coalesce(\(before), 9223372036854775807)
            ORDER BY number DESC LIMIT \(min(max(limit, 1), StrategyLogLine.kept))
            """
        ).map(Self.line)
    }

    /// Lines after a number, in the order of writing: for whoever follows the log.
    public func list(
        _ user: UserID, of strategy: ActiveStrategyID, after: Int64, limit: Int = 100
    ) async throws -> [StrategyLogLine] {
        try await pool.query(
            """
            SELECT \(Self.columns) FROM strategy_log
            WHERE user_id = \(user.number) AND active_strategy_id = \(strategy.number) AND number > \(after)
            ORDER BY number LIMIT \(min(max(limit, 1), StrategyLogLine.kept))
            """
        ).map(Self.line)
    }

    private static let columns = PostgresQuery(
        stringLiteral: "number, written_at, candle_open, level, source, text_en, text_fr, detail::text AS detail")

    private static func line(_ row: PostgresRow) throws -> StrategyLogLine {
        guard let level = StrategyLogLine.Level(rawValue: try row.text("level")),
            let message = try row.optionalMessage("text")
        else { throw ActiveStrategyRow.damaged }
        var line = StrategyLogLine(
            time: try row.time("written_at"), candleOpen: try row.optionalTime("candle_open"), level: level,
            source: try row.text("source"), message: message, detail: try row.text("detail"))
        line.number = try row.int64("number")
        return line
    }
}
