import ArgumentParser
import Postgres
import Storage
import Wording

/// `aristobot migrate`: brings the database's schema up to date.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: say("Bring the database's schema up to date.", fr: "Met à jour le schéma de la base."),
        discussion: prose(
            """
            Each step is done whole or not at all; of two processes that migrate at once,
            the second waits. A private database is migrated by every command by itself.
            """,
            fr: """
                Chaque étape est faite en entier ou pas du tout ; de deux processus qui migrent
                en même temps, le second attend. Une base privée est migrée par chaque commande.
                """))

    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    private struct Answer: Encodable {
        let database: String
        let applied: [Int]
    }

    func run() async throws {
        Interruption.listen()
        let isTalkative = !json
        let answer = try await Services.with(
            data.configuration, schema: .broughtUpToDate,
            progress: { if isTalkative { MigrateCommand.tell($0) } },
            { Answer(database: $0.database.description, applied: $0.migrated) })
        guard !json else { return try JSONAnswer.print(answer) }
        Console.print(
            answer.applied.isEmpty
                ? say("\(answer.database): up to date", fr: "\(answer.database) : à jour")
                : say(
                    "\(answer.database): up to date, \(answer.applied.count) steps applied",
                    fr: "\(answer.database) : à jour, \(answer.applied.count) étapes appliquées"))
    }

    static func tell(_ step: MigrationProgress) {
        guard step.isDone else { return }
        Console.standardError(
            say(
                "migration \(step.number) (\(step.name)) applied, \(step.position) of \(step.total)",
                fr: "migration \(step.number) (\(step.name)) appliquée, \(step.position) sur \(step.total)"))
    }
}
