import Market
import Postgres
import Wording

/// How a running strategy and its commands lie in their tables.
enum ActiveStrategyRow {
    static let columns = PostgresQuery(
        stringLiteral: """
            a.id, a.user_id, a.name, a.strategy_id, a.version, a.broker_id, a.symbol, a.timeframe,
            a.params::text AS params, a.settings::text AS settings, a.capital, a.feeds::text AS feeds, a.seed, a.state,
            a.reason_en, a.reason_fr, a.failures, a.session, a.starts_at, a.ends_at, a.created_at, a.stopped_at
            """)

    static func strategy(_ row: PostgresRow) throws -> ActiveStrategy {
        guard let timeframe = Timeframe(rawValue: try row.text("timeframe")),
            let state = ActiveStrategy.State(rawValue: try row.text("state"))
        else { throw damaged }
        return ActiveStrategy(
            id: ActiveStrategyID(try row.int64("id")), user: UserID(try row.int64("user_id")),
            name: try row.text("name"), strategy: StrategyID(try row.int64("strategy_id")),
            version: try row.int("version"), broker: BrokerID(try row.int64("broker_id")),
            symbol: try Symbol(try row.text("symbol")), timeframe: timeframe,
            parameters: try JSONText.decode([String: String].self, try row.text("params")),
            settings: try row.text("settings"), capital: Money(try row.amount("capital")),
            feeds: try feeds(try row.text("feeds")), seed: UInt64(bitPattern: try row.int64("seed")), state: state,
            reason: try row.optionalMessage("reason"), failures: try row.int("failures"),
            session: try row.int("session"), startsAt: try row.time("starts_at"),
            endsAt: try row.optionalTime("ends_at"), createdAt: try row.time("created_at"),
            stoppedAt: try row.optionalTime("stopped_at"))
    }

    static func text(_ feeds: [StrategyFeed]) throws -> String {
        try JSONText.encode(feeds.map { [$0.symbol.description, $0.timeframe.rawValue] })
    }

    static func feeds(_ text: String) throws -> [StrategyFeed] {
        try JSONText.decode([[String]].self, text).map { pair in
            guard pair.count == 2, let timeframe = Timeframe(rawValue: pair[1]) else { throw damaged }
            return StrategyFeed(symbol: try Symbol(pair[0]), timeframe: timeframe)
        }
    }

    static let commandColumns = PostgresQuery(
        stringLiteral: """
            c.id, c.user_id, c.active_strategy_id, c.kind, c.detail::text AS detail, c.state, c.answer_en, c.answer_fr,
            c.submitted_at, c.finished_at
            """)

    /// What a command carries besides its kind.
    private struct Terms: Codable {
        var closing: Bool?
        var version: Int?
        var settings: String?
        var parameters: [String: String]?
        var capital: String?
    }

    static func detail(_ order: StrategyCommand.Order) throws -> String {
        var terms = Terms()
        switch order {
        case .suspend, .resume, .close: break
        case .stop(let closing): terms.closing = closing
        case .upgrade(let version): terms.version = version
        case .set(let settings, let parameters, let capital):
            terms.settings = settings
            terms.parameters = parameters
            terms.capital = capital?.value.description
        }
        return try JSONText.encode(terms)
    }

    static func command(_ row: PostgresRow) throws -> StrategyCommand {
        guard let state = StrategyCommand.State(rawValue: try row.text("state")) else { throw damaged }
        return StrategyCommand(
            id: StrategyCommandID(try row.int64("id")), user: UserID(try row.int64("user_id")),
            strategy: ActiveStrategyID(try row.int64("active_strategy_id")), order: try order(row), state: state,
            answer: try row.optionalMessage("answer"), submittedAt: try row.time("submitted_at"),
            finishedAt: try row.optionalTime("finished_at"))
    }

    private static func order(_ row: PostgresRow) throws -> StrategyCommand.Order {
        let terms = try JSONText.decode(Terms.self, try row.text("detail"))
        switch try row.text("kind") {
        case "suspend": return .suspend
        case "resume": return .resume
        case "stop": return .stop(closing: terms.closing ?? false)
        case "close": return .close
        case "upgrade":
            guard let version = terms.version else { throw damaged }
            return .upgrade(version: version)
        case "set":
            let capital = terms.capital.flatMap { FixedDecimal($0) }.map { Money($0) }
            return .set(settings: terms.settings, parameters: terms.parameters, capital: capital)
        default: throw damaged
        }
    }

    static let damaged = StorageError.damaged(
        Message(
            "a stored strategy cannot be read: a newer program may have written it",
            fr: "une stratégie gardée est illisible : un programme plus récent l'a peut-être écrite"))
}
