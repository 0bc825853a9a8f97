import ArgumentParser
import Wording

/// What every service of the live loop understands.
struct LiveOptions: ParsableArguments {
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    @Option(
        help: ArgumentHelp(
            say(
                "Serve /health/live, /health/ready and /metrics on this port of 127.0.0.1; 0 takes a free one.",
                fr: "Sert /health/live, /health/ready et /metrics sur ce port de 127.0.0.1 ; 0 en prend un libre."),
            valueName: "port"),
        transform: { try ArgumentReading.count($0, 0...65535) })
    var metrics: Int?
}

/// How the scripts of strategies are kept apart.
struct WorkerOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            say(
                "Run strategies in this process instead of workers of their own: for looking for faults only.",
                fr: "Fait tourner les stratégies dans ce processus et non dans des ouvriers : pour chercher une "
                    + "panne seulement.")))
    var inProcess = false
}
