import ArgumentParser
import Engine
import Foundation
import HTTPAPI
import Postgres
import Storage
import TestExchange
import Wording

/// `aristobot up`: everything with one command, until it is told to stop.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: say("Run everything, until Ctrl-C.", fr: "Fait tout tourner, jusqu'à Ctrl-C."),
        discussion: prose(
            """
            Starts a PostgreSQL of its own below the data directory, or uses that of
            DATABASE_URL, brings its schema up to date, and runs heartbeat, engine and workers.
            While nobody has active strategies, a demonstration trades: example strategies on a
            test exchange of this process, with play money, \(Int(DemoPlan.speed)) times faster
            than time. Other commands find the database at once. Ctrl-C or SIGTERM stops all of
            it cleanly; positions stay protected by orders at their venue.
            """,
            fr: """
                Démarre son propre PostgreSQL sous le dossier de données, ou utilise celui de
                DATABASE_URL, met son schéma à jour, et fait tourner heartbeat, moteur et ouvriers.
                Tant que personne n'a de stratégie active, une démonstration opère : des stratégies
                d'exemple sur une bourse d'essai de ce processus, en argent fictif, \(Int(DemoPlan.speed)) fois
                plus vite que le temps. Les autres commandes trouvent la base aussitôt. Ctrl-C ou SIGTERM
                arrête tout proprement ; les positions restent protégées par des ordres sur leur place.
                """))

    @OptionGroup var live: LiveOptions
    @OptionGroup var workers: WorkerOptions

    @Flag(
        help: ArgumentHelp(
            say(
                "Lines with a time, for logs, instead of the status view.",
                fr: "Des lignes datées, pour un journal, au lieu de la vue d'état.")))
    var plain = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            say(
                "The demonstration, even where users have active strategies; or never.",
                fr: "La démonstration, même si des utilisateurs ont des stratégies actives ; ou jamais.")))
    var demo: Bool?

    @Flag(
        help: ArgumentHelp(
            say(
                "Run a test exchange too, and tell its keys in lines in place of the status view; its options are "
                    + "those of 'aristobot exchange'.",
                fr: "Fait aussi tourner une bourse d'essai, et dit ses clés en lignes à la place de la vue d'état ; "
                    + "ses options sont celles de 'aristobot exchange'.")))
    var exchange = false

    @OptionGroup(title: say("Test exchange", fr: "Bourse d'essai")) var market: ExchangeOptions

    /// Whether the status view is shown. It would hide the keys of an exchange, which are told once.
    static func isDrawn(onTerminal isPossible: Bool, plain: Bool, exchange: Bool) -> Bool {
        isPossible && !plain && !exchange
    }

    func run() async throws {
        let isDrawn = Self.isDrawn(onTerminal: StatusScreen.isPossible, plain: plain, exchange: exchange)
        let configuration = live.data.configuration
        let setup = exchange ? try market.setup() : nil
        try await LiveRun.with(
            configuration, logging: live.log, isInProcess: workers.inProcess, log: ServiceLog(isPlain: plain),
            sink: { isDrawn ? Self.logFile(configuration) : .standardError }, schema: .broughtUpToDate
        ) { run in
            let services = run.live.services
            let place = try await tell(services, run.log)
            if setup == nil, try await isDemonstrated(services) {
                return try await demonstrate(run, place: place, isDrawn: isDrawn)
            }
            // What a killed one has left would trade on for ever, on an exchange that is gone.
            try await DemoSession.clear(services, sparesLive: true, log: run.log)
            guard let setup else { return try await trade(run, place: place, occasion: nil, isDrawn: isDrawn) }
            try await TestExchangeService.run(setup, log: run.log) {
                try await trade(run, place: place, occasion: nil, isDrawn: isDrawn)
            }
        }
    }

    /// Log lines go here while the terminal shows the status view.
    private static func logFile(_ configuration: Configuration) -> LogSink {
        // Where it cannot be made the file cannot either, which the sink sees.
        try? FileManager.default.createDirectory(
            atPath: configuration.dataDirectory, withIntermediateDirectories: true)
        return LogSink(file: configuration.dataDirectory + "/aristobot.log")
    }

    private func isDemonstrated(_ services: Services) async throws -> Bool {
        if let demo { return demo }
        return try await DemoSession.isUsual(services)
    }

    // MARK: The loop

    /// All parts until the stop.
    private func trade(_ run: LiveRun, place: String, occasion: Message?, isDrawn: Bool) async throws {
        // A process of its own a name: a session that was killed does not stand in the next one's way.
        let name = "\(LiveServices.engineName.prefix(40))-up-\(ProcessInfo.processInfo.processIdentifier)"
        let engine = run.live.engine(named: name)
        let heartbeats = run.live.heartbeats()
        var parts: [LiveRun.Part] = [{ try await engine.run() }, { await heartbeats.run() }]
        if let port = live.metrics {
            let health = run.live.health(engine: name)
            parts.append(run.status(port: port, checks: [health.database, health.heartbeat, health.engine]))
        }
        run.log.say(Message("ready; Ctrl-C stops", fr: "prêt ; Ctrl-C arrête"))
        if isDrawn {
            let reader = StatusReader(
                run.live, place: place, occasion: occasion, since: occasion == nil ? nil : SystemClock.now)
            parts.append { await StatusScreen().show { await reader.snapshot() } }
        } else {
            let activity = ActivityLog(store: run.live.services.store, log: run.log)
            parts.append { try await activity.run() }
        }
        try await run.together(parts)
    }

    /// The same with examples that trade on a test exchange of this process.
    private func demonstrate(_ run: LiveRun, place: String, isDrawn: Bool) async throws {
        let services = run.live.services
        try await DemoSession.clear(services, sparesLive: false, log: run.log)
        var options = market
        options.port = options.port ?? 0
        options.speed = options.speed ?? DemoPlan.speed
        guard options.speed ?? 1 > 0 else { throw DemoSession.standsStill }
        if options.seed == 1 { options.seed = DemoPlan.seed }
        let setup = try options.setup()
        guard let secret = setup.secret else { throw DemoSession.needsSecret }
        try await TestExchangeService.withServer(setup) { server in
            let address = try await server.address().rest
            let session = try await DemoSession(services, at: address, key: setup.key, secret: secret)
            let speed = Int(options.speed ?? 1)
            run.log.say(
                Message(
                    "demonstration: \(session.strategies.count) strategies of user \(session.user.name) trade on a "
                        + "test exchange, \(address), \(speed) times faster than time",
                    fr: "démonstration : \(session.strategies.count) stratégies de l'utilisateur "
                        + "\(session.user.name) opèrent sur une bourse d'essai, \(address), \(speed) fois plus vite "
                        + "que le temps"))
            let occasion = Message(
                "demonstration with play money, \(speed) times faster than time",
                fr: "démonstration en argent fictif, \(speed) fois plus vite que le temps")
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await trade(run, place: place, occasion: occasion, isDrawn: isDrawn))
            } catch {
                outcome = .failure(error)
            }
            do {
                try await Services.finishing { try await session.end() }
            } catch {
                run.log.say(
                    Message(
                        "the demonstration is cleared at the next start: \(error)",
                        fr: "la démonstration sera effacée au prochain démarrage : \(error)"))
            }
            try outcome.get()
        }
    }

    // MARK: What it tells

    /// Says which database there is; answers that for the status view.
    private func tell(_ services: Services, _ log: ServiceLog) async throws -> String {
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
        return services.server == nil
            ? "PostgreSQL \(release), DATABASE_URL"
            : say("private PostgreSQL \(release)", fr: "PostgreSQL \(release) privé")
    }
}
