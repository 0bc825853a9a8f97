import ArgumentParser
import Wording

/// `aristobot serve`: what others may ask over HTTP, until Ctrl-C.
struct ServeCommand: AsyncParsableCommand {
    static let usualPort = 8791

    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: say(
            "Serve health, metrics and status over HTTP, until Ctrl-C.",
            fr: "Sert santé, mesures et état par HTTP, jusqu'à Ctrl-C."),
        discussion: prose(
            """
            On 127.0.0.1 only: /health/live, /health/ready, /metrics (Prometheus) and /status
            (JSON). It looks at what the database knows of every heartbeat and engine, wherever
            they run.
            """,
            fr: """
                Sur 127.0.0.1 seulement : /health/live, /health/ready, /metrics (Prometheus) et /status
                (JSON). Montre ce que la base sait de chaque heartbeat et moteur, où qu'ils tournent.
                """))

    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    @Option(
        help: ArgumentHelp(
            say(
                "Port on 127.0.0.1; 0 takes a free one (default: \(usualPort)).",
                fr: "Port sur 127.0.0.1 ; 0 en prend un libre (par défaut : \(usualPort))."),
            valueName: "number"),
        transform: { try ArgumentReading.count($0, 0...65535) })
    var port: Int?

    func run() async throws {
        try await LiveRun.with(data.configuration, logging: log, log: ServiceLog(isPlain: true)) { run in
            let health = run.live.health()
            let checks = [health.database, health.heartbeat, health.engine]
            try await run.together([run.status(port: port ?? Self.usualPort, checks: checks)])
        }
    }
}
