import ArgumentParser
import Engine
import Storage
import Wording

/// `aristobot engine`: lets strategies decide and trades what they decide, until Ctrl-C.
struct EngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine",
        abstract: say(
            "Let active strategies decide and trade, until Ctrl-C.",
            fr: "Fait décider et trader les stratégies actives, jusqu'à Ctrl-C."),
        discussion: prose(
            """
            One of the parts of 'aristobot up', to be run apart. Several may run, on several
            machines, each under its own name: they share the accounts, and when one dies the
            others have its accounts within 15 seconds. It needs a heartbeat somewhere.
            """,
            fr: """
                Une des parties de 'aristobot up', à faire tourner à part. Plusieurs peuvent tourner,
                sur plusieurs machines, chacune sous son nom : elles se partagent les comptes, et quand
                l'une meurt les autres ont ses comptes en 15 secondes. Il faut un heartbeat quelque part.
                """))

    @OptionGroup var live: LiveOptions
    @OptionGroup var workers: WorkerOptions

    @Option(
        help: ArgumentHelp(
            say(
                "What it is called among engines: letters, digits, '.', '_' and '-' (default: the machine's name).",
                fr: "Son nom parmi les moteurs : lettres, chiffres, '.', '_' et '-' (par défaut : celui de la "
                    + "machine)."),
            valueName: "name"),
        transform: Self.name)
    var name: String?

    private static func name(_ text: String) throws -> String {
        do {
            try EngineRepository.check(text)
        } catch {
            throw ArgumentReading.refusal(error.message)
        }
        return text
    }

    func run() async throws {
        let name = name ?? LiveServices.engineName
        try await LiveRun.with(
            live.data.configuration, logging: live.log, isInProcess: workers.inProcess, log: ServiceLog(isPlain: true)
        ) { run in
            let engine = run.live.engine(named: name)
            var parts: [LiveRun.Part] = [{ try await engine.run() }]
            if let port = live.metrics {
                let health = run.live.health(engine: name)
                parts.append(run.status(port: port, checks: [health.database, health.heartbeat, health.engine]))
            }
            run.log.say(
                Message("engine \(name) runs; Ctrl-C stops", fr: "le moteur \(name) tourne ; Ctrl-C arrête"))
            try await run.together(parts)
        }
    }
}
