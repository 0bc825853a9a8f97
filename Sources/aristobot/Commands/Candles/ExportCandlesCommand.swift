import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot candles export`: writes candles of the store as a CSV file.
struct ExportCandlesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say("Write kept candles to a CSV file.", fr: "Écrit des bougies gardées dans un fichier CSV."),
        discussion: prose(
            """
            A timeframe that is not kept is built from a finer one that is.

              aristobot candles export --venue binance --symbol BTC/USDT --timeframe 4h \\
                --from 2024-01-01 --to 2025-01-01 --output btc_4h_2024.csv.gz
            """,
            fr: """
                Une unité de temps qui n'est pas gardée est construite d'une plus fine qui l'est.

                  aristobot candles export --venue binance --symbol BTC/USDT --timeframe 4h \\
                    --from 2024-01-01 --to 2025-01-01 --output btc_4h_2024.csv.gz
                """))

    @OptionGroup var stored: StoredCandlesOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var data: DataOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            say("File to write; gzip when it ends in .gz.", fr: "Fichier à écrire ; gzip s'il finit par .gz."),
            valueName: "file"))
    var output: String

    func validate() throws {
        guard stored.venue != nil, stored.symbol != nil, stored.timeframe != nil else {
            throw ArgumentReading.refusal(
                Message(
                    "name the candles: --venue binance --symbol BTC/USDT --timeframe 1h",
                    fr: "nommez les bougies : --venue binance --symbol BTC/USDT --timeframe 1h"))
        }
    }

    func run() async throws {
        guard let key = stored.key else { return }
        Interruption.listen()
        do { try AtomicFile.check(output) } catch { throw CommandFailure(environment: error) }
        let series = try await Services.with(data.configuration) { services in
            let candles = StoredCandles(services)
            let source = try await candles.source(of: key)
            return try await candles.series(source, from: period.from, to: period.to)
        }
        let coarse = try CandleResampler.resample(series, to: key.timeframe)
        guard !coarse.isEmpty else {
            throw CommandFailure(
                .input, "no candle of \(key.symbol) \(key.timeframe) in that period",
                fr: "aucune bougie de \(key.symbol) \(key.timeframe) dans cette période")
        }
        try CandleOutput.write(coarse, to: output)
    }
}

/// A part of the history.
struct PeriodOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "First instant, UTC: 2024-01-02 or 2024-01-02T03:04:05Z.",
                fr: "Premier instant, UTC : 2024-01-02 ou 2024-01-02T03:04:05Z."),
            valueName: "time"),
        transform: ArgumentReading.time)
    var from: Timestamp?

    @Option(
        help: ArgumentHelp(
            say("Instant of the end, itself left out.", fr: "Instant de la fin, lui-même exclu."),
            valueName: "time"),
        transform: ArgumentReading.time)
    var to: Timestamp?

    func validate() throws {
        guard let from, let to, from >= to else { return }
        throw ArgumentReading.refusal(
            Message("--from \(from) is not before --to \(to)", fr: "--from \(from) n'est pas avant --to \(to)"))
    }
}
