import Market
import Wording

/// Reads candle files for a command, with a progress bar, and ends on Ctrl-C.
enum CandleSource {
    /// The candles of a file. A wrong file is the input at fault.
    static func read(
        _ path: String, symbol: Symbol, timeframe: Timeframe? = nil, fallback: Timeframe? = nil
    ) throws -> CandleSeries {
        let bar = ProgressBar(path)
        defer { bar.clear() }
        do {
            return try CandleCSVReader(symbol: symbol, timeframe: timeframe, fallback: fallback).read(path) { part in
                bar.show(part)
                return !Interruption.isRequested
            }
        } catch {
            if error.reason == .interrupted { throw CommandFailure.interrupted }
            throw CommandFailure(input: error)
        }
    }

    /// The symbol that a file's name seems to hold, such as BTC/USD in `bitfinex_btcusd_1m_2018.csv.gz`.
    static func symbol(inName path: String) -> Symbol? {
        let name = path.split(separator: "/").last ?? ""
        let words = name.split(whereSeparator: { "_-. ".contains($0) }).map { $0.uppercased() }
        let quotes = ["USDT", "USDC", "BUSD", "USD", "EUR", "GBP", "JPY", "BTC", "ETH", "BNB"]
        for (index, word) in words.enumerated() {
            if index > 0, quotes.contains(word), words[index - 1].count >= 2, words[index - 1].count <= 6 {
                // Two words side by side, `BTC-USDT`; a name that is no symbol is passed over.
                if let symbol = try? Symbol("\(words[index - 1])/\(word)") { return symbol }
            }
            for quote in quotes where word.hasSuffix(quote) {
                let base = word.dropLast(quote.count)
                // A name that is no symbol is passed over.
                if (2...8).contains(base.count), let symbol = try? Symbol("\(base)/\(quote)") { return symbol }
            }
        }
        return nil
    }

    /// The symbol shown for a file whose symbol nobody named.
    static func symbol(named: Symbol?, path: String) throws -> Symbol {
        try named ?? symbol(inName: path) ?? ArgumentReading.symbol("BASE/QUOTE")
    }
}
