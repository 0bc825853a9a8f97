import ArgumentParser
import Market
import Wording

/// `aristobot candles import`: takes a CSV file into the library, whole or not at all.
struct ImportCandlesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say("Check a CSV file and keep its candles.", fr: "Vérifie un fichier CSV et garde ses bougies."),
        discussion: say(
            """
            The first bad line ends the import with its number; nothing is half-imported.

              aristobot candles import btc_1h.csv.gz --venue binance --symbol BTC/USDT
            """,
            fr: """
                La première ligne fautive arrête l'import et son numéro est donné ; rien n'est importé à moitié.

                  aristobot candles import btc_1h.csv.gz --venue binance --symbol BTC/USDT
                """))

    @Argument(
        help: ArgumentHelp(
            say("The CSV file, plain or gzip.", fr: "Le fichier CSV, simple ou gzip."), valueName: "file"))
    var file: String

    @OptionGroup var stored: StoredCandlesOptions
    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Replace what is kept already.", fr: "Remplace ce qui est déjà gardé.")))
    var replace = false

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    func validate() throws {
        guard stored.venue != nil, stored.symbol != nil else {
            throw ArgumentReading.refusal(
                Message(
                    "name where the candles come from and what they are: --venue binance --symbol BTC/USDT",
                    fr: "dites d'où viennent les bougies et ce qu'elles sont : --venue binance --symbol BTC/USDT"))
        }
    }

    func run() throws {
        guard let venue = stored.venue, let symbol = stored.symbol else { return }
        Interruption.listen()
        let series = try CandleSource.read(file, symbol: symbol, timeframe: stored.timeframe)
        let summary = SeriesSummary(series)
        // A coarser file fits on a finer grid too, with a gap after every candle.
        guard series.count < 3 || summary.gaps < series.count - 1 else {
            throw CommandFailure(
                .input, "\(file): no two candles are \(series.timeframe) apart: expected \(series.timeframe) candles",
                fr: "\(file) : aucune bougie n'est à \(series.timeframe) d'une autre : "
                    + "attendu des bougies \(series.timeframe)")
        }
        let library = data.library
        let key = CandleLibrary.Key(venue: venue, symbol: symbol, timeframe: series.timeframe)
        guard replace || !library.holds(key) else {
            throw CommandFailure(
                .input, "\(library.path(key)) is there already: use --replace to replace it",
                fr: "\(library.path(key)) existe déjà : --replace pour le remplacer")
        }
        let bar = ProgressBar(library.path(key))
        let stored = try library.store(series, venue: venue) { part in
            bar.show(part)
            return !Interruption.isRequested
        }
        bar.clear()
        guard stored else { throw CommandFailure.interrupted }
        if json {
            try JSONAnswer.print(summary)
        } else {
            Console.print("\(library.path(key)): \(summary.line)")
        }
    }
}
