import Foundation
import Market
import Wording

/// The candles kept on disk, a file for each venue, symbol and timeframe: `<root>/binance/BTC-USDT/1h.csv.gz`.
struct CandleLibrary {
    /// What one file of the library holds.
    struct Key: Hashable, Comparable {
        let venue: String
        let symbol: Symbol
        let timeframe: Timeframe

        static func < (left: Key, right: Key) -> Bool {
            (left.venue, left.symbol, left.timeframe) < (right.venue, right.symbol, right.timeframe)
        }
    }

    let root: String

    /// `--data`, else `ARISTOBOT_DATA`, else `data/candles` under the current directory.
    init(_ named: String?) {
        let fromEnvironment = Console.environment("ARISTOBOT_DATA").flatMap { $0.isEmpty ? nil : $0 }
        root = named ?? fromEnvironment ?? "data/candles"
    }

    private func directory(_ venue: String, _ symbol: Symbol) -> String {
        "\(root)/\(venue)/\(symbol.base)-\(symbol.quote)"
    }

    func path(_ key: Key) -> String {
        "\(directory(key.venue, key.symbol))/\(key.timeframe).csv.gz"
    }

    func holds(_ key: Key) -> Bool {
        FileManager.default.fileExists(atPath: path(key))
    }

    /// Every file of the library, in order; files that are not named as the library names them are not its own.
    func keys() -> [Key] {
        var found: [Key] = []
        for venue in names(in: root) {
            for pair in names(in: "\(root)/\(venue)") {
                let assets = pair.split(separator: "-", omittingEmptySubsequences: false)
                // A directory of another name belongs to someone else.
                guard assets.count == 2, let symbol = try? Symbol("\(assets[0])/\(assets[1])") else { continue }
                for file in names(in: "\(root)/\(venue)/\(pair)") where file.hasSuffix(".csv.gz") {
                    guard let timeframe = Timeframe(rawValue: String(file.dropLast(7))) else { continue }
                    found.append(Key(venue: venue, symbol: symbol, timeframe: timeframe))
                }
            }
        }
        return found.sorted()
    }

    private func names(in directory: String) -> [String] {
        // A directory that is not there has no files.
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter { !$0.hasPrefix(".") }
    }

    /// Puts candles into the library, whole or not at all; false when `progress` said to stop.
    func store(_ series: CandleSeries, venue: String, progress: @escaping (Double) -> Bool) throws -> Bool {
        let key = Key(venue: venue, symbol: series.symbol, timeframe: series.timeframe)
        let directory = directory(venue, series.symbol)
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                .environment, "\(directory): the directory cannot be made",
                fr: "\(directory) : impossible de créer le dossier")
        }
        do {
            return try CandleCSVWriter.write(series, to: path(key), progress: progress)
        } catch {
            throw CommandFailure(environment: error)
        }
    }

    /// The key that serves a timeframe: its own file, or the coarsest one that it can be built from.
    func source(venue: String, symbol: Symbol, timeframe: Timeframe) throws -> Key {
        let candidates = keys().filter {
            $0.venue == venue && $0.symbol == symbol && timeframe.isMultiple(of: $0.timeframe)
        }
        guard let best = candidates.max(by: { $0.timeframe < $1.timeframe }) else {
            throw CommandFailure(
                .input,
                "no candles of \(symbol) at \(timeframe) or finer from \(venue) in \(root): "
                    + "import some with 'aristobot candles import'",
                fr: "pas de bougies de \(symbol) en \(timeframe) ou plus fin de \(venue) dans \(root) : "
                    + "importez-en avec 'aristobot candles import'")
        }
        return best
    }
}
