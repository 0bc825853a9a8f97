/// A market stream by its name, such as `btcusdt@kline_1m`.
struct StreamName: Hashable {
    enum Kind: Hashable {
        case trade
        case aggregateTrade
        case kline(KlineInterval, offsetHours: Int)
        case miniTicker
        case ticker
        case rollingTicker(RollingWindow)
        case bookTicker
        case averagePrice
        /// The best levels, whole, every 100 or 1000 ms.
        case partialDepth(levels: Int, milliseconds: Int)
        /// What changed in the book, every 100 or 1000 ms.
        case depthUpdates(milliseconds: Int)
        case allMiniTickers
        case allRollingTickers(RollingWindow)
    }

    enum RollingWindow: String, Hashable, CaseIterable {
        case hour = "1h"
        case fourHours = "4h"
        case day = "1d"

        var milliseconds: Int64 {
            switch self {
            case .hour: 3_600_000
            case .fourHours: 14_400_000
            case .day: 86_400_000
            }
        }
    }

    /// As the client wrote it; events carry it back.
    let text: String
    /// In the venue's spelling; empty for a stream of all markets.
    let symbol: String
    let kind: Kind

    /// nil for a name that is no stream of the venue. Whether the symbol is traded is for the caller to see.
    init?(_ text: String) {
        self.text = text
        if text.hasPrefix("!") {
            symbol = ""
            guard let kind = Self.allMarkets(text.dropFirst()) else { return nil }
            self.kind = kind
            return
        }
        guard let split = text.firstIndex(of: "@"), split > text.startIndex else { return nil }
        let name = text[..<split]
        // Streams are asked for in lower case; upper case is another name, as on the venue.
        guard name.lowercased() == name else { return nil }
        symbol = name.uppercased()
        guard let kind = Self.oneMarket(text[text.index(after: split)...]) else { return nil }
        self.kind = kind
    }

    private static func allMarkets(_ rest: Substring) -> Kind? {
        if rest == "miniTicker@arr" { return .allMiniTickers }
        guard rest.hasPrefix("ticker_"), rest.hasSuffix("@arr") else { return nil }
        return RollingWindow(rawValue: String(rest.dropFirst(7).dropLast(4))).map(Kind.allRollingTickers)
    }

    private static func oneMarket(_ rest: Substring) -> Kind? {
        switch rest {
        case "trade": return .trade
        case "aggTrade": return .aggregateTrade
        case "miniTicker": return .miniTicker
        case "ticker": return .ticker
        case "bookTicker": return .bookTicker
        case "avgPrice": return .averagePrice
        default: break
        }
        if rest.hasPrefix("kline_") { return kline(rest.dropFirst(6)) }
        if rest.hasPrefix("ticker_") {
            return RollingWindow(rawValue: String(rest.dropFirst(7))).map(Kind.rollingTicker)
        }
        if rest.hasPrefix("depth") { return depth(rest.dropFirst(5)) }
        return nil
    }

    private static func kline(_ rest: Substring) -> Kind? {
        let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
        guard let interval = KlineInterval(rawValue: String(parts[0])) else { return nil }
        switch parts.count {
        case 1: return .kline(interval, offsetHours: 0)
        case 2:
            // Bars that divide eight hours are the same in UTC; those that begin elsewhere are not offered.
            guard parts[1] == "+08:00", let length = interval.milliseconds, 28_800_000 % length == 0 else { return nil }
            return .kline(interval, offsetHours: 8)
        default: return nil
        }
    }

    private static func depth(_ rest: Substring) -> Kind? {
        let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
        var milliseconds = 1000
        if parts.count == 2 {
            guard parts[1] == "100ms" || parts[1] == "1000ms" else { return nil }
            milliseconds = parts[1] == "100ms" ? 100 : 1000
        } else if parts.count > 2 {
            return nil
        }
        switch parts[0] {
        case "": return .depthUpdates(milliseconds: milliseconds)
        case "5": return .partialDepth(levels: 5, milliseconds: milliseconds)
        case "10": return .partialDepth(levels: 10, milliseconds: milliseconds)
        case "20": return .partialDepth(levels: 20, milliseconds: milliseconds)
        default: return nil
        }
    }
}
