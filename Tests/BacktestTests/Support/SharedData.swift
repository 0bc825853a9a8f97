import Foundation
import Market

/// Real candles that lie beside the repository, in `../shared/data` or where `ARISTOBOT_SHARED` points.
enum SharedData {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static var folder: URL {
        if let shared = ProcessInfo.processInfo.environment["ARISTOBOT_SHARED"] {
            return URL(filePath: shared).appending(path: "data")
        }
        return root.deletingLastPathComponent().appending(path: "shared/data")
    }

    static let reason = "needs the candles of ../shared/data"

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// The candles of a file, `first` of them from an index on, for as long as the slice.
    static func candles(_ file: String, symbol: String = "BTC/USDT", _ range: Range<Int>) throws -> CandleSeries {
        let all = try CandleCSVReader(symbol: try Symbol(symbol)).read(folder.appending(path: file).path)
        return all.slice(range.clamped(to: 0..<all.count))
    }
}
