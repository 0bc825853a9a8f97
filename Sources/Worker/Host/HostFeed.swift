import Market
import StrategyHost
import Wording

/// A live feed with the number of instances that read it.
final class HostFeed {
    let number: FeedNumber
    let feed: CandleFeed
    var readers = 0

    init(_ opening: FeedOpening) {
        number = opening.feed
        // A few rows more than asked for: instances take in their candles one after the other.
        let rows = min(max(0, opening.rowsKept), CandleFeed.largestCapacity) + 2 * HostLimits.mostUnseen
        feed = CandleFeed(symbol: opening.symbol, timeframe: opening.timeframe, keeping: rows)
    }

    /// Adds a candle unless it is known or late.
    func append(_ candle: Candle) throws(ExecutorError) {
        if feed.count > 0, candle.openTime <= feed.candle(at: feed.count - 1).openTime { return }
        do throws(CandleDefect) {
            try feed.append(candle)
        } catch {
            let place = "\(feed.symbol) \(feed.timeframe)"
            throw .invalid(
                Message(
                    "candle of \(place): \(error.message.english)", fr: "bougie de \(place) : \(error.message.french)"))
        }
    }

    /// The candles that are kept, the oldest first.
    var kept: [Candle] {
        (firstKeptRow..<feed.count).map { feed.candle(at: $0) }
    }

    var firstKeptRow: Int { max(0, feed.count - feed.capacity) }
}
