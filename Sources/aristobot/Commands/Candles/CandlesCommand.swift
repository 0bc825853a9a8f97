import ArgumentParser
import Broker
import Market
import Storage

/// `aristobot candles`: candles in the store and in files.
struct CandlesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "candles",
        abstract: say(
            "Import, fetch, export, list, check and invent candles.",
            fr: "Importe, télécharge, exporte, liste, vérifie et invente des bougies."),
        discussion: prose(
            """
            A candle file is CSV, plain or gzip, with the header
              open_time,open,high,low,close,volume
            where open_time is in milliseconds since 1970-01-01 UTC.

            Candles are kept in PostgreSQL: that of DATABASE_URL, or one of the
            program's own, which runs for as long as it is needed.
            """,
            fr: """
                Un fichier de bougies est un CSV, simple ou gzip, d'en-tête
                  open_time,open,high,low,close,volume
                où open_time est en millisecondes depuis le 1970-01-01 UTC.

                Les bougies sont gardées dans PostgreSQL : celui de DATABASE_URL, ou celui
                du programme, qui tourne tant qu'il est utile.
                """),
        subcommands: [
            ImportCandlesCommand.self, FetchCandlesCommand.self, ExportCandlesCommand.self, ListCandlesCommand.self,
            GapsCommand.self, SynthCommand.self,
        ])
}

/// Which of the candles in the store.
struct StoredCandlesOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "Where the candles come from, such as binance.",
                fr: "La place d'où viennent les bougies, comme binance."),
            valueName: "name"),
        transform: ArgumentReading.venue)
    var venue: VenueName?

    @Option(
        help: ArgumentHelp(say("Symbol, such as BTC/USDT.", fr: "Symbole, comme BTC/USDT."), valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol?

    @Option(
        help: ArgumentHelp(
            say("Timeframe, such as 15m, 1h or 1d.", fr: "Unité de temps, comme 15m, 1h ou 1d."), valueName: "tf"),
        transform: ArgumentReading.timeframe)
    var timeframe: Timeframe?

    /// The series, where all three are named.
    var key: CandleKey? {
        guard let venue, let symbol, let timeframe else { return nil }
        return CandleKey(venue: venue, symbol: symbol, timeframe: timeframe)
    }
}
