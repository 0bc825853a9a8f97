import ArgumentParser
import Foundation
import Postgres
import Storage
import Wording

/// `aristobot backup`: the whole database in one file.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: say("Write the whole database to one file.", fr: "Écrit toute la base dans un fichier."),
        discussion: prose(
            """
            The file holds the database as it stood at one instant; work goes on meanwhile.
            Keys of brokers are in it, sealed: to open them, keep the secret key too, apart
            from the backup (ARISTOBOT_SECRET_KEY, or secret.key in the data directory).
            """,
            fr: """
                Le fichier contient la base à un instant donné ; le travail continue pendant ce temps.
                Les clés des brokers y sont scellées : pour les ouvrir, gardez aussi la clé secrète, à part
                (ARISTOBOT_SECRET_KEY, ou secret.key dans le dossier de données).
                """))

    @Argument(help: ArgumentHelp(say("The file to write.", fr: "Le fichier à écrire."), valueName: "file"))
    var file: String

    @OptionGroup var data: DataOptions

    func run() async throws {
        Interruption.listen()
        let database = try await Services.with(data.configuration, schema: .asItIs) { services in
            try await PostgresBackup(services.database).write(to: file)
            return services.database.description
        }
        // Only told: a file that vanished meanwhile has no size.
        let size = (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int ?? 0
        Console.print("\(file): \(database), \(CountText.bytes(size))")
    }
}

/// `aristobot restore`: puts the database back to a backup.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: say("Put the database back to a backup.", fr: "Remet la base à l'état d'une sauvegarde."),
        discussion: prose(
            "Everything in the database is replaced, or, when anything fails, nothing.",
            fr: "Tout ce que contient la base est remplacé, ou rien si quoi que ce soit échoue."))

    @Argument(help: ArgumentHelp(say("The file of a backup.", fr: "Le fichier d'une sauvegarde."), valueName: "file"))
    var file: String

    @Flag(help: ArgumentHelp(say("Do not ask.", fr: "Ne demande rien.")))
    var yes = false

    @OptionGroup var data: DataOptions

    func run() async throws {
        Interruption.listen()
        guard FileManager.default.fileExists(atPath: file) else {
            throw CommandFailure(.input, "\(file): there is no such file", fr: "\(file): ce fichier n'existe pas")
        }
        let (database, applied) = try await Services.with(data.configuration, schema: .asItIs) { services in
            let name = services.database.description
            let isSure =
                try yes
                || SecretInput.confirm(
                    Message("Replace all of \(name) by \(file)?", fr: "Remplacer tout \(name) par \(file) ?"))
            guard isSure else { throw CommandFailure.interrupted }
            try await PostgresBackup(services.database).restore(from: file)
            // A backup of an older program.
            return (name, try await services.store.migrate(progress: MigrateCommand.tell))
        }
        let steps =
            applied.isEmpty ? "" : say(", \(applied.count) steps applied", fr: ", \(applied.count) étapes appliquées")
        Console.print(
            say("\(database): restored from \(file)\(steps)", fr: "\(database) : restaurée de \(file)\(steps)"))
    }
}
