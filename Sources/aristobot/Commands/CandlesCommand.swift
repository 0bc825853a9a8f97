import ArgumentParser
import Market

/// `aristobot candles`: the candles on disk.
struct CandlesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "candles",
        abstract: say(
            "Import, export, list, check and invent candles.",
            fr: "Importe, exporte, liste, vérifie et invente des bougies."),
        discussion: say(
            """
            A candle file is CSV, plain or gzip, with the header
              open_time,open,high,low,close,volume
            where open_time is in milliseconds since 1970-01-01 UTC.

            Imported files are kept as DIR/venue/BASE-QUOTE/timeframe.csv.gz,
            where DIR is --data, else ARISTOBOT_DATA, else data/candles.
            """,
            fr: """
                Un fichier de bougies est un CSV, simple ou gzip, d'en-tête
                  open_time,open,high,low,close,volume
                où open_time est en millisecondes depuis le 1970-01-01 UTC.

                Les fichiers importés sont gardés sous DIR/place/BASE-QUOTE/unité.csv.gz,
                où DIR est --data, sinon ARISTOBOT_DATA, sinon data/candles.
                """),
        subcommands: [
            ImportCandlesCommand.self, ExportCandlesCommand.self, ListCandlesCommand.self, GapsCommand.self,
            SynthCommand.self,
        ])
}

/// Where the candle files are.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Directory of the imported candles (default: ARISTOBOT_DATA, else data/candles).",
                fr: "Dossier des bougies importées (par défaut : ARISTOBOT_DATA, sinon data/candles)."),
            valueName: "dir"))
    var data: String?

    var library: CandleLibrary { CandleLibrary(data) }
}

/// Which of the imported candles.
struct StoredCandlesOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Where the candles come from, such as binance.",
                fr: "La place d'où viennent les bougies, comme binance."),
            valueName: "name"),
        transform: ArgumentReading.venue)
    var venue: String?

    @Option(
        help: ArgumentHelp(say("Symbol, such as BTC/USDT.", fr: "Symbole, comme BTC/USDT."), valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol?

    @Option(
        help: ArgumentHelp(
            say("Timeframe, such as 15m, 1h or 1d.", fr: "Unité de temps, comme 15m, 1h ou 1d."), valueName: "tf"),
        transform: ArgumentReading.timeframe)
    var timeframe: Timeframe?
}
