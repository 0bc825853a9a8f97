import ArgumentParser
import Postgres
import Storage
import Wording

/// `aristobot init`: a database with the schema and the first users.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: say(
            "Make the database ready: schema, users \"dev\" and \"dac\".",
            fr: "Prépare la base : schéma, utilisateurs « dev » et « dac »."),
        discussion: prose("What is there already stays as it is.", fr: "Ce qui est déjà là reste tel quel."))

    @OptionGroup var data: DataOptions

    func run() async throws {
        Interruption.listen()
        let (database, added) = try await Services.with(
            data.configuration, schema: .broughtUpToDate, progress: MigrateCommand.tell
        ) { services in
            (services.database.description, try await services.store.users.addMissing().map(\.name))
        }
        let names = added.joined(separator: ", ")
        Console.print(
            added.isEmpty
                ? say("\(database): ready already", fr: "\(database) : déjà prête")
                : say(
                    "\(database): ready, users added: \(names)",
                    fr: "\(database) : prête, utilisateurs ajoutés : \(names)"))
    }
}
