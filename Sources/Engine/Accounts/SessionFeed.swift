import Broker
import Market
import Storage
import Worker

/// The candles of one feed as they stood when a script was loaded.
struct SessionFeed: Sendable, Codable {
    var number: Int
    var market: String
    var symbol: String
    var timeframe: String
    /// Candles that the executor still holds.
    var rows: Int
    /// Open time of the newest one, in milliseconds.
    var to: Int64?
    /// Rows that the feed was opened with.
    var keep: Int

    /// - Parameter count: candles ever appended.
    init(_ start: FeedStart, count: Int, last: Timestamp?) {
        number = start.number
        market = start.key.venue.text
        symbol = start.key.symbol.description
        timeframe = start.key.timeframe.rawValue
        keep = start.rows
        // The ring that holds them has a power of two of places.
        var places = 1
        while places < start.rows { places *= 2 }
        rows = min(count, places)
        to = last?.milliseconds
    }

    /// As it stood when a worker that had died was replaced.
    init(_ start: FeedStart, _ held: InstanceReloaded.Feed) {
        self.init(start, count: 0, last: held.newest)
        rows = held.rows
    }
}

/// What is kept of one life of a script.
struct SessionDetail: Codable {
    var feeds: [SessionFeed]
    /// Candles of the base feed that it had seen when it began.
    var seen: Int
    var engine: String
}

/// Up to which candle a feed had come when a decision was asked for.
struct FeedMark: Codable {
    var number: Int
    var to: Int64?
}
