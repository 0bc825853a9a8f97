import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot candles gaps`: what is missing between the candles of a file or of the store.
struct GapsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gaps",
        abstract: say("Show the gaps in a series of candles.", fr: "Montre les trous d'une suite de bougies."),
        discussion: prose(
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
    @OptionGroup var period: PeriodOptions
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
            let line: Int?

            /// By times as text, which sort as times do.
            static func isLonger(_ left: Gap, _ right: Gap) -> Bool {
                (right.missing, left.from) < (left.missing, right.from)
            }
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

    func run() async throws {
        Interruption.listen()
        let answer = if let file { try ofFile(file) } else { try await ofStore() }
        if json {
            try JSONAnswer.print(answer)
            return
        }
        Console.print(answer.summary.line)
        guard !answer.gaps.isEmpty, limit > 0 else { return }
        let longest = answer.gaps.sorted(by: Answer.Gap.isLonger).prefix(limit)
        var head: [(String, TextTable.Alignment)] = [
            (say("first missing", fr: "première manquante"), .left),
            (say("last missing", fr: "dernière manquante"), .left), (say("candles", fr: "bougies"), .right),
        ]
        if file != nil { head.append((say("line", fr: "ligne"), .right)) }
        var table = TextTable(head)
        for gap in longest.sorted(by: { $0.from < $1.from }) {
            table.add([gap.from, gap.to, CountText.grouped(gap.missing)] + (gap.line.map { [String($0)] } ?? []))
        }
        Console.print(table.text)
        if answer.gaps.count > longest.count {
            let rest = CountText.grouped(answer.gaps.count - longest.count)
            Console.print(say("and \(rest) shorter ones", fr: "et \(rest) plus courts"))
        }
    }

    private func ofFile(_ file: String) throws -> Answer {
        let series = try CandleSource.read(
            file, symbol: try CandleSource.symbol(named: stored.symbol, path: file), timeframe: stored.timeframe)
        let gaps = series.gaps.filter { gap in
            period.from.map { gap.last >= $0 } ?? true && period.to.map { gap.first < $0 } ?? true
        }.map {
            Answer.Gap(
                from: $0.first.description, to: $0.last.description, missing: $0.count, line: $0.nextIndex + 2)
        }
        return Answer(summary: SeriesSummary(series.slice(from: period.from, to: period.to)), gaps: gaps)
    }

    private func ofStore() async throws -> Answer {
        guard let key = stored.key else { preconditionFailure("validate() has seen to it") }
        return try await Services.with(data.configuration) { services in
            let candles = services.store.candles
            guard let series = try await candles.summary(key) else {
                throw CommandFailure(
                    .input,
                    "no candles of \(key) in the store: 'aristobot candles list' shows what there is",
                    fr: "pas de bougies de \(key) dans la base : 'aristobot candles list' montre ce qu'il y a")
            }
            let gaps = try await candles.gaps(key, from: period.from, to: period.to).map {
                Answer.Gap(
                    from: $0.first.description, to: $0.last.description, missing: $0.count(key.timeframe), line: nil)
            }
            return Answer(summary: SeriesSummary(series), gaps: gaps)
        }
    }
}
