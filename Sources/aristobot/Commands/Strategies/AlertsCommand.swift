import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot strategies alerts`: what a user should know of.
struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: say("Show what you should know of.", fr: "Montre ce que vous devriez savoir."),
        discussion: prose(
            "Your own alerts and those of the whole program, the newest last.",
            fr: "Vos alertes et celles de tout le programme, la plus récente en dernier."))

    @OptionGroup var limit: LimitOption
    @OptionGroup var owner: OwnerOptions

    private struct Row: Encodable {
        let id: Int64
        let time: String
        let severity: String
        let code: String
        let text: String
        let concernsAll: Bool
    }

    func run() async throws {
        Interruption.listen()
        let alerts = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            return try await services.store.alerts.list(user.id, limit: limit.limit)
        }
        let rows = alerts.reversed().map { stored in
            Row(
                id: stored.id.number, time: stored.createdAt.description, severity: stored.alert.severity.rawValue,
                code: stored.alert.code, text: stored.alert.message.text(in: Console.language),
                concernsAll: stored.user == nil)
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(say("No alerts.", fr: "Pas d'alertes."))
            return
        }
        for row in rows {
            let word: String
            switch row.severity {
            case "error": word = Console.styled(say("error", fr: "erreur"), .red)
            case "warning": word = Console.styled(say("warning", fr: "attention"), .yellow)
            default: word = Console.styled("info", .cyan)
            }
            Console.print("\(row.time) \(word) \(row.text) [\(row.code)]")
        }
    }
}
