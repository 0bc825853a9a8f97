import ArgumentParser
import Foundation
import Market
import Wording

/// `aristobot candles list`: what the library holds.
struct ListCandlesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: say("List the candles that are kept.", fr: "Liste les bougies gardées."))

    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    private struct Row: Encodable {
        let venue: String
        let path: String
        let bytes: Int
        let content: SeriesSummary?
        let error: String?
    }

    func run() throws {
        Interruption.listen()
        let library = data.library
        var rows: [Row] = []
        for key in library.keys() {
            rows.append(try row(key, in: library))
        }
        if json {
            try JSONAnswer.print(rows)
        } else if rows.isEmpty {
            Console.print(
                say(
                    "No candles in \(library.root): bring some in with 'aristobot candles import'.",
                    fr: "Pas de bougies dans \(library.root) : apportez-en avec 'aristobot candles import'."))
        } else {
            Console.print(table(rows).text)
        }
        let errors = rows.compactMap(\.error)
        if !errors.isEmpty { throw CommandFailure(.input, errors.map { Message($0, fr: $0) }) }
    }

    private func row(_ key: CandleLibrary.Key, in library: CandleLibrary) throws -> Row {
        let path = library.path(key)
        // The size is told only; a file that is gone is found when it is read.
        let bytes = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
        do {
            let series = try CandleSource.read(path, symbol: key.symbol, timeframe: key.timeframe)
            return Row(venue: key.venue, path: path, bytes: bytes, content: SeriesSummary(series), error: nil)
        } catch let failure as CommandFailure where failure.kind == .input {
            let text = failure.messages.map { $0.text(in: Console.language) }.joined(separator: "; ")
            return Row(venue: key.venue, path: path, bytes: bytes, content: nil, error: text)
        }
    }

    private func table(_ rows: [Row]) -> TextTable {
        var table = TextTable([
            (say("venue", fr: "place"), .left), (say("symbol", fr: "symbole"), .left), ("tf", .right),
            (say("candles", fr: "bougies"), .right), (say("from", fr: "du"), .left), (say("to", fr: "au"), .left),
            (say("missing", fr: "manquantes"), .right), (say("size", fr: "taille"), .right),
        ])
        for row in rows {
            guard let content = row.content else { continue }
            table.add([
                row.venue, content.symbol, content.timeframe, CountText.grouped(content.candles), content.from ?? "-",
                content.to ?? "-", CountText.grouped(content.missing), CountText.bytes(row.bytes),
            ])
        }
        return table
    }
}
