import ArgumentParser
import Broker
import Market
import Storage
import Wording

/// `aristobot candles list`: what the store holds.
struct ListCandlesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say("List the candles that are kept.", fr: "Liste les bougies gardées."))

    @Option(
        help: ArgumentHelp(say("Only this venue's.", fr: "D'une place seulement."), valueName: "name"),
        transform: ArgumentReading.venue)
    var venue: VenueName?

    @Option(
        help: ArgumentHelp(say("Only this symbol's.", fr: "D'un symbole seulement."), valueName: "BASE/QUOTE"),
        transform: ArgumentReading.symbol)
    var symbol: Symbol?

    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    private struct Row: Encodable {
        let venue: String
        let content: SeriesSummary
    }

    func run() async throws {
        Interruption.listen()
        let rows = try await Services.with(data.configuration) { services in
            try await services.store.candles.list(venue: venue, symbol: symbol).map {
                Row(venue: $0.key.venue.text, content: SeriesSummary($0))
            }
        }
        if json {
            try JSONAnswer.print(rows)
        } else if rows.isEmpty {
            Console.print(
                say(
                    "No candles: bring some in with 'aristobot candles fetch' or 'aristobot candles import'.",
                    fr: "Pas de bougies : apportez-en avec 'aristobot candles fetch' ou 'aristobot candles import'."))
        } else {
            Console.print(table(rows).text)
        }
    }

    private func table(_ rows: [Row]) -> TextTable {
        var table = TextTable([
            (say("venue", fr: "place"), .left), (say("symbol", fr: "symbole"), .left), ("tf", .right),
            (say("candles", fr: "bougies"), .right), (say("from", fr: "du"), .left), (say("to", fr: "au"), .left),
            (say("missing", fr: "manquantes"), .right),
        ])
        for row in rows {
            table.add([
                row.venue, row.content.symbol, row.content.timeframe, CountText.grouped(row.content.candles),
                row.content.from ?? "-", row.content.to ?? "-", CountText.grouped(row.content.missing),
            ])
        }
        return table
    }
}
