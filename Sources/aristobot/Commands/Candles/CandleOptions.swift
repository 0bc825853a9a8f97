import ArgumentParser
import Market
import Wording

/// Which candles a strategy runs over: files, those of the store, or a synthetic market.
struct CandleOptions: ParsableArguments {
    /// One `--candles`: a file, and the symbol before its `=`, if any.
    struct File {
        let symbol: Symbol?
        let path: String
    }

    @Option(
        help: ArgumentHelp(
            say(
                "CSV file of candles, plain or gzip. Repeat it for other symbols, as ETH/USDT=file.csv.gz.",
                fr:
                    "Fichier CSV de bougies, simple ou gzip. À répéter pour d'autres symboles : "
                    + "ETH/USDT=fichier.csv.gz."
            ),
            valueName: "[symbol=]file"),
        transform: Self.file)
    var candles: [File] = []

    @OptionGroup var stored: StoredCandlesOptions
    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            say(
                "Run over a synthetic market of this seed.", fr: "Utilise un marché synthétique de cette graine."),
            valueName: "seed"))
    var synthetic: UInt64?

    @Option(
        help: ArgumentHelp(
            say(
                "How many candles the synthetic market lives through (default: 50000).",
                fr: "Nombre de bougies du marché synthétique (par défaut : 50000)."),
            valueName: "number"),
        transform: { try ArgumentReading.count($0, 1...10_000_000) })
    var candleCount: Int?

    @OptionGroup var period: PeriodOptions

    private static func file(_ text: String) throws -> File {
        guard let mark = text.firstIndex(of: "="), text[..<mark].contains("/"), !text[..<mark].contains(".") else {
            return File(symbol: nil, path: text)
        }
        let symbol = try ArgumentReading.symbol(String(text[..<mark]))
        return File(symbol: symbol, path: String(text[text.index(after: mark)...]))
    }

    func validate() throws {
        let ways = [!candles.isEmpty, stored.venue != nil, synthetic != nil].count { $0 }
        guard ways == 1 else {
            throw ArgumentReading.refusal(
                Message(
                    "name the candles, in one way: --candles FILE, or --venue V --symbol S, or --synthetic SEED",
                    fr: "nommez les bougies, d'une seule façon : --candles FICHIER, ou --venue V --symbol S, "
                        + "ou --synthetic GRAINE"))
        }
        guard stored.venue == nil || stored.symbol != nil else {
            throw ArgumentReading.refusal(
                Message("--venue needs --symbol, such as BTC/USDT", fr: "--venue demande --symbol, comme BTC/USDT"))
        }
        guard candleCount == nil || synthetic != nil else {
            throw ArgumentReading.refusal(
                Message(
                    "--candle-count belongs to --synthetic", fr: "--candle-count ne va qu'avec --synthetic"))
        }
    }
}
