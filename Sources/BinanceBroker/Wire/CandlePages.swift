import Broker
import Market

/// Fetches the candles of a request page by page: which page comes next, and what of a page is taken.
///
/// Bars that the venue lacks stay missing. A bar whose last instant has not passed on the venue's clock is left out.
/// 10m, which the venue lacks, is put together from 5m.
struct CandlePages: Sendable {
    /// The most bars that the venue gives at once.
    static let largestPage = 1000

    struct Page: Sendable, Hashable {
        var interval: String
        var start: Timestamp
        /// The last open time wanted, itself included.
        var last: Timestamp
        var limit: Int
    }

    private var request: CandleRequest
    /// What is fetched: `request.timeframe`, or 5m for 10m.
    private let source: Timeframe
    private var start: Timestamp
    private let end: Timestamp
    private var resampler: CandleResampler?
    private(set) var candles: [Candle] = []
    private(set) var isComplete = false

    init(_ request: CandleRequest) {
        self.request = request
        self.request.limit = min(request.limit, CandleRequest.largestLimit)
        source = request.timeframe == .m10 ? .m5 : request.timeframe
        let timeframe = request.timeframe
        let calendar = Timestamp.calendar
        let from = min(max(request.from, calendar.lowerBound), calendar.upperBound)
        let to = min(max(request.to, calendar.lowerBound), calendar.upperBound)
        start = Self.ceiling(from, timeframe)
        end = Self.ceiling(to, timeframe)
        // 10m is a whole multiple of 5m: the initialiser has nothing to refuse.
        resampler = source == timeframe ? nil : try? CandleResampler(from: source, to: timeframe)
        isComplete = start >= end || request.limit <= 0
    }

    private static func ceiling(_ time: Timestamp, _ timeframe: Timeframe) -> Timestamp {
        let slot = timeframe.openTime(containing: time)
        return slot == time ? slot : Timestamp(milliseconds: slot.milliseconds + timeframe.milliseconds)
    }

    /// The next page to fetch; nil when everything is there.
    var next: Page? {
        guard !isComplete else { return nil }
        let wanted = (request.limit - candles.count) * Int(request.timeframe.milliseconds / source.milliseconds)
        // One more than is wanted, since the last one may be in progress.
        let limit = min(Self.largestPage, max(wanted, 1) + 1)
        return Page(
            interval: source.rawValue, start: start, last: Timestamp(milliseconds: end.milliseconds - 1), limit: limit)
    }

    /// Takes the reply to `next`; `now` is the earliest that the venue's clock can have shown before the call.
    mutating func take(_ document: JSONDocument, now: Timestamp) throws(UnreadableReply) {
        guard let page = next else { return }
        var rows = 0
        for row in try document.root.list() {
            rows += 1
            let candle = try Self.candle(row)
            guard candle.openTime >= start else {
                throw UnreadableReply(field: "openTime", expected: "candles in rising order, from the time asked for")
            }
            guard candle.openTime < end else { break }
            start = Timestamp(milliseconds: candle.openTime.milliseconds + 1)
            let over = candle.openTime.milliseconds + source.milliseconds
            guard over <= now.milliseconds else {
                finish(now)
                return
            }
            // The venue has a few bars off the grid, from the time around its maintenances.
            if source.isOpenTime(candle.openTime) { add(candle) }
            if candles.count >= request.limit { isComplete = true }
            if isComplete { return }
        }
        if rows < page.limit || start >= end { finish(now) }
    }

    private mutating func add(_ candle: Candle) {
        guard var resampler else {
            candles.append(candle)
            return
        }
        resampler.add(candle) { candles.append($0) }
        self.resampler = resampler
    }

    /// A coarse candle whose last fine bar is missing is over all the same once its time has passed.
    private mutating func finish(_ now: Timestamp) {
        isComplete = true
        guard let open = resampler?.open, candles.count < request.limit,
            open.openTime.milliseconds + request.timeframe.milliseconds <= now.milliseconds
        else { return }
        candles.append(open)
    }

    /// `[openTime, "open", "high", "low", "close", "volume", closeTime, …]`.
    private static func candle(_ row: JSONValue) throws(UnreadableReply) -> Candle {
        var columns = row.elements
        guard row.isArray, let time = columns.next()?.int64, let open = columns.next()?.double,
            let high = columns.next()?.double, let low = columns.next()?.double, let close = columns.next()?.double,
            let volume = columns.next()?.double
        else { throw UnreadableReply(field: "kline", expected: "a time and five decimal numbers") }
        let candle = Candle(
            openTime: Timestamp(milliseconds: time), open: open, high: high, low: low, close: close, volume: volume)
        guard candle.isSoundForVenue else {
            throw UnreadableReply(field: "kline", expected: "low <= open, close <= high, above 0")
        }
        return candle
    }
}

extension Candle {
    /// Whether it can be true.
    var isSoundForVenue: Bool {
        low > 0 && low <= min(open, close) && high >= max(open, close) && high < .infinity && volume >= 0
            && volume < .infinity && Timestamp.calendar.contains(openTime)
    }
}
