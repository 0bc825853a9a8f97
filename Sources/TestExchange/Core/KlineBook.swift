import Market

/// The bars of one market in all intervals, made from its trades as they happen.
///
/// A bar without trades is a flat one at the last close, as on Binance, for at most `longestQuiet` bars of one silence;
/// a longer silence stays a gap.
struct KlineBook {
    static let longestQuiet = 1440

    private struct Bars {
        let interval: KlineInterval
        /// Where the replayed history ends and these bars begin.
        let start: Timestamp
        var closed: RingLog<Kline>
        var current: Kline?
        /// Whether nothing was traded in the current bar yet.
        var isQuiet = true
        /// When the current bar ends; the far future without one.
        var end = Int64.max
    }

    private var bars: [Bars]
    private let history: KlineHistory?
    private let fillsQuietBars: Bool
    /// The earliest end of a current bar.
    private var nextEnd = Int64.max

    init(start: Timestamp, history: KlineHistory?, bound: Int, fillsQuietBars: Bool) {
        self.history = history
        self.fillsQuietBars = fillsQuietBars
        bars = KlineInterval.allCases.map { interval in
            let open = interval.openTime(containing: start)
            var bars = Bars(interval: interval, start: open, closed: RingLog(bound: bound))
            if let current = history?.unfinished(interval, open: open) {
                bars.current = current
                bars.isQuiet = false
                bars.end = current.closeTime.milliseconds + 1
            }
            return bars
        }
        nextEnd = bars.map(\.end).min() ?? .max
    }

    /// Takes a trade; `closed` hears of the bars that ended before it.
    mutating func add(_ trade: MarketData.Trade, closed: (KlineInterval, Kline) -> Void) {
        advance(to: trade.time, closed: closed)
        for index in bars.indices {
            if bars[index].current == nil { open(index, with: trade) }
            let isFirst = bars[index].isQuiet
            bars[index].current?.take(trade, isFirst: isFirst)
            bars[index].isQuiet = false
        }
    }

    private mutating func open(_ index: Int, with trade: MarketData.Trade) {
        let open = bars[index].interval.openTime(containing: trade.time)
        bars[index].current = Kline(flat: trade.price, open: open, bars[index].interval)
        bars[index].isQuiet = true
        bars[index].end = bars[index].interval.next(after: open).milliseconds
        nextEnd = min(nextEnd, bars[index].end)
    }

    /// Ends every bar whose last instant has passed.
    mutating func advance(to time: Timestamp, closed: (KlineInterval, Kline) -> Void) {
        guard time.milliseconds >= nextEnd else { return }
        nextEnd = Int64.max
        for index in bars.indices {
            if time.milliseconds >= bars[index].end { roll(index, to: time, closed) }
            nextEnd = min(nextEnd, bars[index].end)
        }
    }

    private mutating func roll(_ index: Int, to time: Timestamp, _ closed: (KlineInterval, Kline) -> Void) {
        guard let ended = bars[index].current else { return }
        let interval = bars[index].interval
        bars[index].closed.append(ended)
        closed(interval, ended)
        let last = interval.openTime(containing: time)
        guard fillsQuietBars else {
            bars[index].current = nil
            bars[index].end = Int64.max
            return
        }
        var open = interval.next(after: ended.openTime)
        var quiet = 0
        while open < last, quiet < Self.longestQuiet {
            let flat = Kline(flat: ended.close, open: open, interval)
            bars[index].closed.append(flat)
            closed(interval, flat)
            open = interval.next(after: open)
            quiet += 1
        }
        bars[index].current = Kline(flat: ended.close, open: last, interval)
        bars[index].isQuiet = true
        bars[index].end = interval.next(after: last).milliseconds
    }

    /// The interval that statistics are put together from.
    var tickerInterval: KlineInterval {
        guard let history, !history.makes(.m1) else { return .m1 }
        return KlineInterval.allCases.first { $0 != .s1 && history.makes($0) } ?? .d1
    }

    func current(_ interval: KlineInterval) -> Kline? {
        bars.first { $0.interval == interval }?.current
    }

    /// Bars by open time as Binance selects them: with a start the oldest from there, else the latest up to the end.
    func klines(_ interval: KlineInterval, start: Timestamp?, end: Timestamp?, limit: Int) -> [Kline] {
        guard limit > 0, let bars = bars.first(where: { $0.interval == interval }) else { return [] }
        let end = end ?? Timestamp.calendar.upperBound
        let closed = bars.closed
        let last = closed.firstPlace { $0.openTime > end }
        let current = bars.current.flatMap { $0.openTime <= end ? $0 : nil }
        let historyEnd = min(bars.start, Timestamp(milliseconds: end.milliseconds + 1))
        if let start {
            var result =
                start < bars.start
                ? history?.bars(interval, from: start, before: historyEnd, limit: limit) ?? [] : []
            let first = closed.firstPlace { $0.openTime >= start }
            if first < last { result += closed.slice(first..<min(last, first + limit - result.count)) }
            if let current, current.openTime >= start, result.count < limit { result.append(current) }
            return result
        }
        let room = limit - (current == nil ? 0 : 1)
        var result = closed.slice(max(0, last - room)..<last)
        // Bars that were forgotten leave a hole that history must not be put behind.
        if result.count < room, closed.forgotten == 0, let history {
            result = history.lastBars(interval, before: historyEnd, limit: room - result.count) + result
        }
        if let current { result.append(current) }
        return result
    }
}

extension Kline {
    init(flat price: FixedDecimal, open: Timestamp, _ interval: KlineInterval) {
        self.init(
            openTime: open, closeTime: Timestamp(milliseconds: interval.next(after: open).milliseconds - 1),
            open: price, high: price, low: price, close: price)
    }

    mutating func take(_ trade: MarketData.Trade, isFirst: Bool) {
        if isFirst {
            open = trade.price
            high = trade.price
            low = trade.price
        } else {
            high = max(high, trade.price)
            low = min(low, trade.price)
        }
        close = trade.price
        volume += trade.quantity
        quoteVolume += trade.quoteQuantity
        tradeCount += 1
        if !trade.buyerIsMaker {
            takerBuyVolume += trade.quantity
            takerBuyQuoteVolume += trade.quoteQuantity
        }
        if firstTradeID == nil { firstTradeID = trade.id }
        lastTradeID = trade.id
    }
}
