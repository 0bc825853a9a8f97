import Broker
import Market
import Wording

/// What a feed of market events knows: which of its connections stand, and what was told last of each stream, so that
/// nothing is told twice while a connection is renewed beside its predecessor.
struct MarketFeedState: Sendable {
    private let plan: StreamPlan
    private let book: MarketBook
    private var connected: Set<Int> = []
    private var lastTrades: [String: Int64] = [:]
    /// Open time of the last closed candle of a stream.
    private var lastClosed: [String: Timestamp] = [:]
    private var coarse: [String: CoarseCandle] = [:]
    private var lastWords: Message?

    init(plan: StreamPlan, book: MarketBook) {
        self.plan = plan
        self.book = book
    }

    /// All subscriptions of a connection are in force.
    mutating func connected(_ connection: Int) -> [MarketEvent] {
        connected.insert(connection)
        guard connected.count == plan.connections.count else { return [] }
        lastWords = nil
        return [.connected]
    }

    /// A connection is gone, or could not be made. The same words are told once.
    mutating func lost(_ connection: Int, _ words: Message) -> [MarketEvent] {
        connected.remove(connection)
        // What comes next may begin anywhere, and the numbers of a market may have begun anew.
        lastTrades = [:]
        lastClosed = [:]
        for key in coarse.keys { coarse[key]?.forget() }
        guard words != lastWords else { return [] }
        lastWords = words
        return [.disconnected(words)]
    }

    mutating func take(_ message: StreamMessage) -> [MarketEvent] {
        switch message {
        case .trade(let spelling, let tick, let id):
            guard plan.trades.contains(spelling), let symbol = book[spelling: spelling]?.symbol else { return [] }
            if let last = lastTrades[spelling], id <= last { return [] }
            lastTrades[spelling] = id
            return [.trade(symbol, tick, id: id)]
        case .candle(let spelling, let interval, let candle, let isClosed):
            return take(candle, isClosed: isClosed, spelling: spelling, interval: interval)
        case .acknowledged, .refused, .shutdown, .other: return []
        }
    }

    private mutating func take(
        _ candle: Candle, isClosed: Bool, spelling: String, interval: String
    ) -> [MarketEvent] {
        let key = StreamPlan.key(spelling, interval)
        guard let wanted = plan.candles[key], let symbol = book[spelling: spelling]?.symbol,
            let source = Timeframe(rawValue: interval), source.isOpenTime(candle.openTime)
        else { return [] }
        if let last = lastClosed[key], candle.openTime <= last { return [] }
        if isClosed { lastClosed[key] = candle.openTime }
        var events: [MarketEvent] = []
        if wanted.contains(source) { events.append(.candle(symbol, source, candle, isClosed: isClosed)) }
        if source == CoarseCandle.fine, wanted.contains(CoarseCandle.coarse) {
            for told in coarse[key, default: CoarseCandle()].add(candle, isClosed: isClosed) {
                events.append(.candle(symbol, CoarseCandle.coarse, told.candle, isClosed: told.isClosed))
            }
        }
        return events
    }
}
