import Broker
import Market

/// What the demonstration of `up` trades: which examples, on which markets, how fast.
struct DemoPlan: Sendable {
    /// The user who owns all of it.
    static let user = "demo"
    /// How many times faster than real time its exchange is: a minute passes in three seconds.
    static let speed = 20.0
    /// Of the synthetic markets: one whose first minutes move.
    static let seed: UInt64 = 5

    /// One example at work.
    struct Entry: Sendable {
        let name: String
        let example: String
        let symbol: String
        let timeframe: Timeframe
        let parameters: [String: String]
    }

    /// What each may spend, in USDT.
    static let capital = 10_000
    /// Restless settings, so that something is to be seen soon; nobody would trade like this.
    static let entries = [
        Entry(
            name: "EMA cross BTC", example: "ema_cross", symbol: "BTC/USDT", timeframe: .m1,
            parameters: ["fast": "5", "slow": "10"]),
        Entry(
            name: "EMA cross ETH", example: "ema_cross", symbol: "ETH/USDT", timeframe: .m1,
            parameters: ["fast": "5", "slow": "10"]),
        Entry(
            name: "Grid ladder ETH", example: "grid_ladder", symbol: "ETH/USDT", timeframe: .m1,
            parameters: ["rungs": "4", "step": "0.002"]),
        Entry(
            name: "Supertrend BTC", example: "supertrend", symbol: "BTC/USDT", timeframe: .m3,
            parameters: ["period": "5", "multiplier": "1", "filter": "none"]),
        Entry(
            name: "Breakout BTC", example: "bollinger_breakout", symbol: "BTC/USDT", timeframe: .m5,
            parameters: ["period": "5", "quiet": "1.5", "width": "1"]),
    ]

    static let marketPrefix = "demo-"

    /// The name of the market of a session that begins at a time: `demo-20260102030405`. Candles of an invented market
    /// are never mixed with those of another one.
    static func marketName(at time: Timestamp) -> String {
        marketPrefix + String(time.description.prefix(19).filter(\.isNumber))
    }

    static func isMarketName(_ name: VenueName) -> Bool {
        name.text.hasPrefix(marketPrefix) && name.text.count == 19 && name.text.dropFirst(5).allSatisfy(\.isNumber)
    }
}
