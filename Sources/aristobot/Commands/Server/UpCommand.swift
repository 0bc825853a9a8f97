import ArgumentParser
import Postgres
import Wording

/// `aristobot up`: everything in one process, until it is told to stop.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: say("Run everything, until Ctrl-C.", fr: "Fait tout tourner, jusqu'à Ctrl-C."),
        discussion: say(
            """
            Starts a PostgreSQL of its own below the data directory, or uses that of
            DATABASE_URL, brings its schema up to date and stays. While it runs, other
            commands find the database at once. Ctrl-C or SIGTERM stops all of it cleanly.
            """,
            fr: """
                Démarre son propre PostgreSQL sous le dossier de données, ou utilise celui de
                DATABASE_URL, met son schéma à jour et reste. Pendant ce temps, les autres
                commandes trouvent la base aussitôt. Ctrl-C ou SIGTERM arrête tout proprement.
                """))

    @OptionGroup var data: DataOptions

    @Flag(
        help: ArgumentHelp(
            say("Lines with a time, for logs.", fr: "Des lignes datées, pour un journal.")))
    var plain = false

    @Flag(
        help: ArgumentHelp(
            say(
                "Run a test exchange too; its options are those of 'aristobot exchange'.",
                fr: "Fait aussi tourner une bourse d'essai ; ses options sont celles de 'aristobot exchange'.")))
    var exchange = false

    @OptionGroup(title: say("Test exchange", fr: "Bourse d'essai")) var market: ExchangeOptions

    func run() async throws {
        Interruption.listen()
        let log = ServiceLog(isPlain: plain)
        let setup = exchange ? try market.setup() : nil
        log.say(Message("starting", fr: "démarrage"))
        let services = try await Services.open(
            data.configuration, schema: .broughtUpToDate, progress: MigrateCommand.tell)
        do {
            try await tell(services, log)
            if let setup {
                try await TestExchangeService.run(setup, log: log) { try await watch(services, log) }
            } else {
                try await watch(services, log)
            }
        } catch is CancellationError {
            // Ctrl-C.
        } catch {
            // What went wrong is told; a server that does not stop besides would hide it.
            _ = try? await services.close()
            throw error
        }
        log.say(Message("stopping", fr: "arrêt"))
        let stopped = try await services.close()
        log.say(
            stopped
                ? Message("stopped, with the private PostgreSQL", fr: "arrêté, avec le PostgreSQL privé")
                : Message("stopped", fr: "arrêté"))
    }

    private func tell(_ services: Services, _ log: ServiceLog) async throws {
        let version = try await services.pool.query("SHOW server_version").first?.text("server_version") ?? "?"
        let release = version.prefix { $0 != " " }
        log.say(
            services.server == nil
                ? Message(
                    "PostgreSQL \(release) of DATABASE_URL: \(services.database)",
                    fr: "PostgreSQL \(release) de DATABASE_URL : \(services.database)")
                : services.server?.wasStartedHere == true
                    ? Message(
                        "private PostgreSQL \(release), started: \(services.database)",
                        fr: "PostgreSQL \(release) privé, démarré : \(services.database)")
                    : Message(
                        "private PostgreSQL \(release), found running: \(services.database)",
                        fr: "PostgreSQL \(release) privé, trouvé en marche : \(services.database)"))
        let steps = services.migrated.count
        log.say(
            steps == 0
                ? Message("schema up to date", fr: "schéma à jour")
                : Message("schema up to date, \(steps) steps applied", fr: "schéma à jour, \(steps) étapes appliquées"))
        log.say(
            Message(
                "data directory: \(services.configuration.dataDirectory)",
                fr: "dossier de données : \(services.configuration.dataDirectory)"))
    }

    /// Stays until the stop, and says when the database goes and when it is back.
    private func watch(_ services: Services, _ log: ServiceLog) async throws {
        log.say(Message("ready; Ctrl-C stops", fr: "prêt ; Ctrl-C arrête"))
        var isLost = false
        while !Interruption.isRequested {
            do {
                try await services.pool.verify()
                if isLost { log.say(Message("the database is back", fr: "la base est revenue")) }
                isLost = false
            } catch {
                if Interruption.isRequested { return }
                if !isLost {
                    log.say(
                        Message(
                            "the database is gone: \(error.message.english)",
                            fr: "la base a disparu : \(error.message.french)"))
                }
                isLost = true
            }
            // Ctrl-C cancels the command, which ends the sleep.
            try await Task.sleep(for: Self.lookEvery)
        }
    }

    private static let lookEvery = Duration.seconds(5)
}
