import Market
import TestSupport

extension SharedData {
    /// The candles of a file, those of a range of indices.
    static func candles(_ file: String, symbol: String = "BTC/USDT", _ range: Range<Int>) throws -> CandleSeries {
        let all = try CandleCSVReader(symbol: try Symbol(symbol)).read(path(file))
        return all.slice(range.clamped(to: 0..<all.count))
    }
}
