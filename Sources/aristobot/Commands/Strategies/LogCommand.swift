import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot strategies log`: what a strategy and its engine have to say.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: say("Show the log of a strategy.", fr: "Montre le journal d'une stratégie."),
        discussion: prose(
            "What the script logs, and what its engine did. The newest thousand lines are kept.",
            fr: "Ce que le script écrit, et ce que son moteur a fait. Les mille dernières lignes sont gardées."))

    @OptionGroup var which: ActiveArgument
    @OptionGroup var limit: LimitOption
    @OptionGroup var owner: OwnerOptions

    private struct Row: Encodable {
        let number: Int64
        let time: String
        let candle: String?
        let level: String
        let source: String
        let text: String
    }

    func run() async throws {
        Interruption.listen()
        let lines = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let active = try await services.active(which.id, of: user)
            return try await services.store.strategyLog.list(user.id, of: active.id, limit: limit.limit)
        }
        let rows = lines.reversed().map { line in
            Row(
                number: line.number, time: line.time.description, candle: line.candleOpen?.description,
                level: line.level.rawValue, source: line.source, text: line.message.text(in: Console.language))
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(say("Nothing was said yet.", fr: "Rien n'a encore été dit."))
            return
        }
        for row in rows {
            let style: Console.Style =
                switch row.level {
                case "error": .red
                case "warning": .yellow
                default: .dim
                }
            Console.print("\(row.time) \(Console.styled(row.source, style)) \(row.text)")
        }
    }
}
