import Market
import StrategyHost
import Wording

/// A live feed with the number of instances that read it.
final class HostFeed {
    let number: FeedNumber
    let feed: CandleFeed
    /// What was asked for.
    let rowsKept: Int
    var readers = 0

    init(_ opening: FeedOpening) {
        number = opening.feed
        rowsKept = opening.rowsKept
        // A few rows more than asked for: instances take in their candles one after the other.
        let rows = min(max(0, opening.rowsKept), CandleFeed.largestCapacity) + 2 * HostLimits.mostUnseen
        feed = CandleFeed(symbol: opening.symbol, timeframe: opening.timeframe, keeping: rows)
    }

    /// Refuses another feed under the same number.
    func check(_ opening: FeedOpening) throws(ExecutorError) {
        guard feed.symbol == opening.symbol, feed.timeframe == opening.timeframe else {
            let open = "\(feed.symbol) \(feed.timeframe)"
            throw .invalid(
                Message(
                    "feed \(number) is open already, for \(open)",
                    fr: "le flux \(number) est déjà ouvert, pour \(open)"))
        }
    }

    static func isRead(_ number: FeedNumber, by readers: Int) -> ExecutorError {
        .invalid(
            Message(
                "feed \(number) is read by \(readers) strategies: unload them first",
                fr: "le flux \(number) est lu par \(readers) stratégies : déchargez-les d'abord"))
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
