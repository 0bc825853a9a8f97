import ArgumentParser
import Backtest
import Market

/// Where the result of a backtest goes.
struct OutputOptions: ParsableArguments {
    @Flag(help: ArgumentHelp(say("Answer in JSON instead of a table.", fr: "Répond en JSON au lieu d'un tableau.")))
    var json = false

    @Option(
        help: ArgumentHelp(
            say(
                "Write one page with charts, readable without a network.",
                fr: "Écrit une page avec graphiques, lisible sans réseau."),
            valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp(
            say("Write time,equity,drawdown as CSV.", fr: "Écrit time,equity,drawdown en CSV."), valueName: "file"))
    var equity: String?

    @Option(
        help: ArgumentHelp(
            say("Write what the strategy plotted as CSV.", fr: "Écrit en CSV ce que la stratégie a tracé."),
            valueName: "file"))
    var plots: String?

    @Option(
        help: ArgumentHelp(
            say("Write the closed trades as CSV.", fr: "Écrit les trades clos en CSV."), valueName: "file"))
    var trades: String?

    /// The page shows plots too.
    var needsPlots: Bool { plots != nil || html != nil }

    /// Finds out before the run whether every file can be written.
    func checkPlaces() throws {
        for path in [html, equity, plots, trades].compactMap({ $0 }) {
            do { try AtomicFile.check(path) } catch { throw CommandFailure(environment: error) }
        }
    }

    /// Writes the files, then tells the result; an interrupted run is told as far as it came.
    func write(_ result: BacktestResult) throws {
        let tables = CSVReport(result)
        try write(html) { HTMLReport(result, language: Console.language).page }
        try write(equity) { tables.equity }
        try write(plots) { tables.plots }
        try write(trades) { tables.trades }
        if json {
            let text = JSONReport(result).text
            Console.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            return
        }
        let report = TerminalReport(result, language: Console.language, usesColours: Console.outputHasColours)
        Console.write(report.text, to: 1)
        for path in [html, equity, plots, trades].compactMap({ $0 }) {
            Console.print(say("written: \(path)", fr: "écrit : \(path)"))
        }
    }

    private func write(_ path: String?, _ text: () -> String) throws {
        guard let path else { return }
        do { try AtomicFile.write(text(), to: path) } catch { throw CommandFailure(environment: error) }
    }
}
