import Broker
import Foundation
import Market
import Storage
import Wording
import Worker

/// The candles of a session as they were shown to its script, one decision after the other.
struct Stage: Sendable {
    private struct Line: Sendable {
        let opening: FeedOpening
        let candles: [Candle]
        /// How many of them it held when the script was loaded.
        let loaded: Int
        /// How many have been shown.
        var shown: Int
    }

    private var lines: [Line] = []
    private let base: FeedNumber
    private let start: Timestamp?
    private let end: Timestamp
    private var reached: Timestamp?
    private var missing: Message?

    /// Candles of one feed that a session may have seen: four years of minutes.
    private static let mostCandles = 2_100_000
    /// Decisions at a session's beginning that came too late to be asked about.
    private static let mostUnasked = 1_000

    /// Reads everything the session saw up to a decision.
    init(
        _ detail: SessionDetail, base: FeedNumber, through decision: StoredDecision, _ journal: any ReplayJournal
    ) async throws {
        self.base = base
        let ends = Self.marks(of: decision)
        end = decision.record.candleOpen
        start = detail.feeds.first { $0.number == Int(base.number) }?.newest
        let first = try await Self.firstCandle(detail, base, decision, journal)
        for feed in detail.feeds {
            guard let key = feed.key else {
                throw ReplayError(
                    Message(
                        "the journal does not say which candles feed \(feed.number) had",
                        fr: "le journal ne dit pas quelles bougies avait le flux \(feed.number)"))
            }
            let rows = feed.rows
            let last = ends.first { $0.number == feed.number }?.newest ?? max(feed.newest ?? end, end)
            let length = key.timeframe.milliseconds
            // A feed that was empty begins with the candle that the script saw first.
            let opens = first.map { key.timeframe.openTime(containing: $0) }
            let newest = feed.newest ?? opens.map { Timestamp(milliseconds: $0.milliseconds - length) }
            let span = newest.map { (last.milliseconds - $0.milliseconds) / length } ?? 0
            let wanted = rows + Int(max(0, span))
            guard wanted <= Self.mostCandles else {
                throw ReplayError(
                    Message(
                        "the session saw \(wanted) candles: too many", fr: "la session a vu \(wanted) bougies : trop"))
            }
            let before = Timestamp(milliseconds: last.milliseconds + 1)
            var candles = try await journal.candles(key, last: wanted, before: before)
            // Silent places make the span reach back before it.
            if feed.newest == nil, let opens { candles.removeAll { $0.openTime < opens } }
            let held = candles.prefix { candle in feed.newest.map { candle.openTime <= $0 } ?? false }.count
            // Silent places make the span hold fewer candles than minutes.
            if held > rows { candles.removeFirst(held - rows) }
            let loaded = min(held, rows)
            if loaded < rows {
                missing = Message(
                    "\(key): the script was loaded with \(rows) candles, \(loaded) are kept",
                    fr: "\(key) : le script a été chargé avec \(rows) bougies, \(loaded) sont gardées")
            }
            lines.append(
                Line(
                    opening: FeedOpening(
                        feed: FeedNumber(Int64(feed.number)), symbol: key.symbol, timeframe: key.timeframe,
                        rowsKept: feed.keep), candles: candles, loaded: loaded, shown: loaded))
        }
    }

    /// The first candle of a script that was loaded before there was any; nil where there were some, or where the
    /// journal does not tell.
    private static func firstCandle(
        _ detail: SessionDetail, _ base: FeedNumber, _ target: StoredDecision, _ journal: any ReplayJournal
    ) async throws -> Timestamp? {
        guard let feed = detail.feeds.first(where: { $0.number == Int(base.number) }), feed.newest == nil,
            let key = feed.key
        else { return nil }
        let decisions = try await journal.decisions(through: target, after: nil, limit: mostUnasked)
        guard let first = decisions.first(where: { $0.record.input != nil }), let input = first.record.input else {
            return nil
        }
        let seen = min(try DecisionItem(stored: input).observing, mostCandles) + 1
        let before = Timestamp(milliseconds: first.record.candleOpen.milliseconds + 1)
        return try await journal.candles(key, last: seen, before: before).first?.openTime
    }

    /// Up to where each feed had come; nothing where that was not kept.
    private static func marks(of decision: StoredDecision) -> [FeedMark] {
        let text = decision.record.feeds ?? "[]"
        // Nothing more can be said about a text that is no such list; the candle's own time is taken then.
        return (try? JSONDecoder().decode([FeedMark].self, from: Data(text.utf8))) ?? []
    }

    var openings: [FeedOpening] { lines.map(\.opening) }

    /// What each feed held when the script was loaded.
    var history: [FeedCandles] {
        lines.map { FeedCandles(feed: $0.opening.feed, candles: Array($0.candles.prefix($0.loaded))) }
    }

    /// How much of the session has been shown, from 0 to 1.
    var part: Double {
        guard let start, let reached, end > start else { return 1 }
        return Double(reached.milliseconds - start.milliseconds) / Double(end.milliseconds - start.milliseconds)
    }

    /// The candles that are new with a decision, and how many of them are the base feed's.
    mutating func advance(to step: StoredDecision) -> (candles: [FeedCandles], base: Int) {
        let ends = Self.marks(of: step)
        reached = step.record.candleOpen
        var new: [FeedCandles] = []
        var count = 0
        for place in lines.indices {
            let line = lines[place]
            let number = line.opening.feed
            let last = ends.first { $0.number == Int(number.number) }?.newest ?? step.record.candleOpen
            let fresh = line.candles[line.shown...].prefix { $0.openTime <= last }
            guard !fresh.isEmpty else { continue }
            lines[place].shown += fresh.count
            new.append(FeedCandles(feed: number, candles: Array(fresh)))
            if number == base { count = fresh.count }
        }
        return (new, count)
    }

    /// Everything before the newest candle of the base feed, and what comes with it.
    func split(before step: StoredDecision) -> (history: [FeedCandles], last: [FeedCandles]) {
        var history: [FeedCandles] = []
        var last: [FeedCandles] = []
        for line in lines {
            let isBase = line.opening.feed == base
            let cut = isBase ? max(0, line.candles.count - 1) : line.candles.count
            history.append(FeedCandles(feed: line.opening.feed, candles: Array(line.candles.prefix(cut))))
            if isBase { last.append(FeedCandles(feed: line.opening.feed, candles: Array(line.candles.suffix(1)))) }
        }
        return (history, last)
    }

    /// What is not as it was before anything is asked.
    func differences(at step: StoredDecision) -> [Replayed.Difference] {
        guard let missing else { return [] }
        return [
            Replayed.Difference(
                kind: .candles, decision: step.id, candleOpen: step.record.candleOpen, message: missing)
        ]
    }
}

extension SessionDetail {
    /// Reads the JSON of `StrategySession.detail`; nil for another text.
    init?(text: String) {
        // Nothing more can be said about a text of another shape.
        guard let detail = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = detail
    }
}

extension SessionFeed {
    /// Which candles it holds; nil where their names cannot be read.
    var key: CandleKey? {
        // The names were written by us; others are none.
        guard let venue = VenueName(market), let symbol = try? Symbol(symbol),
            let timeframe = Timeframe(rawValue: timeframe)
        else { return nil }
        return CandleKey(venue: venue, symbol: symbol, timeframe: timeframe)
    }

    var newest: Timestamp? { to.map(Timestamp.init(milliseconds:)) }
}

extension FeedMark {
    var newest: Timestamp? { to.map(Timestamp.init(milliseconds:)) }
}
