import ArgumentParser
import Logging
import Wording

/// How a service tells what it does.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Log lines: plain or json.", fr: "Journal : plain ou json."),
            valueName: "format"))
    var logFormat: LineLogHandler.Format = .plain

    @Option(
        help: ArgumentHelp(
            say(
                "Least grave log lines: trace, debug, info, notice, warning, error.",
                fr: "Lignes du journal les moins graves : trace, debug, info, notice, warning, error."),
            valueName: "level"))
    var logLevel: Logger.Level = .info

    /// Loggers of the whole process write here from now on. Once a process.
    func bootstrap(_ sink: LogSink = .standardError) {
        let format = logFormat
        let level = logLevel
        LoggingSystem.bootstrap { LineLogHandler(label: $0, format: format, sink: sink, logLevel: level) }
    }
}

extension LineLogHandler.Format: ExpressibleByArgument {}
extension Logger.Level: @retroactive ExpressibleByArgument {}
