import ArgumentParser
import Broker
import Market
import Storage
import Wording

/// `aristobot candles import`: takes a CSV file into the store, whole or not at all.
struct ImportCandlesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say("Check a CSV file and keep its candles.", fr: "Vérifie un fichier CSV et garde ses bougies."),
        discussion: prose(
            """
            The first bad line ends the import with its number; nothing is half-imported.
            Candles that are kept already are passed over; with other numbers they end
            the import, unless --replace is given.

              aristobot candles import btc_1h.csv.gz --venue binance --symbol BTC/USDT
            """,
            fr: """
                La première ligne fautive arrête l'import et son numéro est donné ; rien n'est importé à moitié.
                Les bougies déjà gardées sont passées ; avec d'autres nombres, elles arrêtent
                l'import, sauf avec --replace.

                  aristobot candles import btc_1h.csv.gz --venue binance --symbol BTC/USDT
                """))

    @Argument(
        help: ArgumentHelp(
            say("The CSV file, plain or gzip.", fr: "Le fichier CSV, simple ou gzip."), valueName: "file"))
    var file: String

    @OptionGroup var stored: StoredCandlesOptions
    @OptionGroup var data: DataOptions

    @Flag(
        help: ArgumentHelp(
            say("Replace kept candles that have other numbers.", fr: "Remplace les bougies gardées qui diffèrent.")))
    var replace = false

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    private struct Answer: Encodable {
        let venue: String
        let file: SeriesSummary
        let added: Int
        let replaced: Int
        let unchanged: Int
    }

    func validate() throws {
        guard stored.venue != nil, stored.symbol != nil else {
            throw ArgumentReading.refusal(
                Message(
                    "name where the candles come from and what they are: --venue binance --symbol BTC/USDT",
                    fr: "dites d'où viennent les bougies et ce qu'elles sont : --venue binance --symbol BTC/USDT"))
        }
    }

    func run() async throws {
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
        let replacing = replace
        let result = try await Services.with(data.configuration) { services in
            let bar = ProgressBar(file)
            defer { bar.clear() }
            return try await services.store.candles.import(series, venue: venue, replacing: replacing) { part in
                bar.show(part)
                return !Interruption.isRequested
            }
        }
        if json {
            try JSONAnswer.print(
                Answer(
                    venue: venue.text, file: summary, added: result.added, replaced: result.replaced,
                    unchanged: result.unchanged))
        } else {
            Console.print("\(venue) \(summary.line); \(CandleCounts(result).text)")
        }
    }
}
