import ArgumentParser
import Market
import Wording

/// `aristobot candles gaps`: what is missing between the candles of a file.
struct GapsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        abstract: say("Show the gaps in a series of candles.", fr: "Montre les trous d'une suite de bougies."),
        discussion: say(
            """
              aristobot candles gaps btc_1h.csv.gz
              aristobot candles gaps --venue binance --symbol BTC/USDT \\
                --timeframe 1h --limit 5
            """,
            fr: """
                  aristobot candles gaps btc_1h.csv.gz
                  aristobot candles gaps --venue binance --symbol BTC/USDT \\
                    --timeframe 1h --limit 5
                """))

    @Argument(
        help: ArgumentHelp(
            say(
                "A CSV file; without one, kept candles are looked at.",
                fr: "Un fichier CSV ; sans lui, des bougies gardées."),
            valueName: "file"))
    var file: String?

    @OptionGroup var stored: StoredCandlesOptions
    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            say(
                "Show the longest so many, in order of time.", fr: "Montre les plus longs, tant, dans l'ordre du temps."
            ),
            valueName: "count"),
        transform: { try ArgumentReading.count($0, 0...1_000_000) })
    var limit = 20

    @Flag(help: ArgumentHelp(say("Answer in JSON, every gap.", fr: "Répond en JSON, tous les trous.")))
    var json = false

    private struct Answer: Encodable {
        struct Gap: Encodable {
            let from: String
            let to: String
            let missing: Int
            /// The line of the candle after the gap, in a file.
            let line: Int
        }

        let summary: SeriesSummary
        let gaps: [Gap]
    }

    func validate() throws {
        guard file == nil, stored.venue == nil || stored.symbol == nil || stored.timeframe == nil else { return }
        throw ArgumentReading.refusal(
            Message(
                "name a file, or kept candles: --venue binance --symbol BTC/USDT --timeframe 1h",
                fr: "nommez un fichier, ou des bougies gardées : --venue binance --symbol BTC/USDT --timeframe 1h"))
    }

    func run() throws {
        Interruption.listen()
        let series = try series()
        let gaps = series.gaps
        if json {
            let rows = gaps.map {
                Answer.Gap(
                    from: $0.first.description, to: $0.last.description, missing: $0.count, line: $0.nextIndex + 2)
            }
            try JSONAnswer.print(Answer(summary: SeriesSummary(series), gaps: rows))
            return
        }
        Console.print(SeriesSummary(series).line)
        guard !gaps.isEmpty, limit > 0 else { return }
        let longest = gaps.sorted { ($1.count, $0.first) < ($0.count, $1.first) }.prefix(limit)
        var table = TextTable([
            (say("first missing", fr: "première manquante"), .left),
            (say("last missing", fr: "dernière manquante"), .left), (say("candles", fr: "bougies"), .right),
            (say("line", fr: "ligne"), .right),
        ])
        for gap in longest.sorted(by: { $0.first < $1.first }) {
            table.add([
                gap.first.description, gap.last.description, CountText.grouped(gap.count), String(gap.nextIndex + 2),
            ])
        }
        Console.print(table.text)
        if gaps.count > longest.count {
            let rest = CountText.grouped(gaps.count - longest.count)
            Console.print(say("and \(rest) shorter ones", fr: "et \(rest) plus courts"))
        }
    }

    private func series() throws -> CandleSeries {
        if let file {
            return try CandleSource.read(
                file, symbol: try CandleSource.symbol(named: stored.symbol, path: file), timeframe: stored.timeframe)
        }
        guard let venue = stored.venue, let symbol = stored.symbol, let timeframe = stored.timeframe else {
            preconditionFailure("validate() has seen to it")
        }
        let library = data.library
        let key = CandleLibrary.Key(venue: venue, symbol: symbol, timeframe: timeframe)
        return try CandleSource.read(library.path(key), symbol: symbol, timeframe: timeframe)
    }
}
