import Market
import Wording

/// One symbol's minutes: from trades where all of them were seen, from the venue where some may be missing, flat where
/// there were none; each told once, in order.
struct SymbolHeartbeat: Sendable {
    enum Standing: Sendable, Equatable {
        case disconnected
        /// Trades come, but the venue's time of the beginning is not known yet.
        case joining
        /// Every trade from this minute on is seen.
        case live(from: Int64)
    }

    /// A minute that was told, kept for the comparison with the venue's own.
    struct Told: Sendable {
        let candle: Candle
        let isFetched: Bool
        var isCompared: Bool
    }

    /// Minutes with trades that wait behind a fetch, at most: a day; older ones are fetched too then.
    static let mostSlots = 1440
    /// The venue's candles, and ours, that wait for their counterpart, at most.
    static let mostCompared = 16

    let symbol: Symbol
    let settings: HeartbeatSettings
    var standing = Standing.disconnected
    /// Open time of the minute that is told next; nil before the first time of the venue.
    var nextMinute: Int64?
    var lastClose: Double?
    /// Minutes that are not told yet and had trades, in order of time.
    var slots: [MinuteSlot] = []
    var numbers = TradeNumbers()
    /// What the venue was asked for and has not answered.
    var fetch: CandleFetch?
    /// How often in a row the venue's answer lacked its newest minutes.
    var shortAnswers = 0
    var told: [Told] = []
    var klines: [Candle] = []
    var coarse: CoarseCandles
    var facts: SymbolCondition

    init(symbol: Symbol, history: SymbolHistory, settings: HeartbeatSettings) {
        self.symbol = symbol
        self.settings = settings
        coarse = CoarseCandles(symbol: symbol)
        facts = SymbolCondition(symbol: symbol)
        coarse.recall(history.minutes, newest: history.newest)
        guard let last = history.minutes.last else { return }
        nextMinute = last.openTime.milliseconds + MinuteSlot.length
        lastClose = last.close
        facts.lastMinute = last.openTime
    }

    // MARK: Connection

    mutating func disconnected() {
        standing = .disconnected
        // Trades of these minutes may be under way that will never arrive.
        slots.removeAll(keepingCapacity: true)
        numbers.reset()
    }

    mutating func connected() {
        disconnected()
        standing = .joining
    }

    /// The venue's time is at least this, and the trades were coming already.
    mutating func join(at time: Int64) {
        guard standing == .joining else { return }
        let minute = time - time % MinuteSlot.length
        standing = .live(from: minute + MinuteSlot.length)
        if nextMinute == nil { nextMinute = minute }
    }

    // MARK: Trades

    /// Takes a sound trade that is not ahead of its time.
    @inline(__always)
    mutating func take(_ tick: Tick, id: Int64, now: Int64, into actions: inout [HeartbeatAction]) {
        let time = tick.time.milliseconds
        guard numbers.take(id, at: time) != .duplicate else {
            facts.duplicates += 1
            return
        }
        facts.trades += 1
        let last = slots.count - 1
        if last >= 0, time >= slots[last].openTime, time < slots[last].openTime + MinuteSlot.length {
            slots[last].add(tick, id: id)
        } else {
            place(tick, id: id, now: now, into: &actions)
        }
    }

    private mutating func place(_ tick: Tick, id: Int64, now: Int64, into actions: inout [HeartbeatAction]) {
        let time = tick.time.milliseconds
        let minute = time - time % MinuteSlot.length
        // Of a minute before, trades were missed: the venue is asked for it.
        guard case .live(let from) = standing, minute >= from, let nextMinute else { return }
        guard minute >= nextMinute else {
            late(tick, minute: minute, now: now, into: &actions)
            return
        }
        if let index = slots.lastIndex(where: { $0.openTime <= minute }) {
            if slots[index].openTime == minute {
                slots[index].add(tick, id: id)
            } else {
                slots.insert(MinuteSlot(openTime: minute, tick, id: id), at: index + 1)
            }
        } else {
            slots.insert(MinuteSlot(openTime: minute, tick, id: id), at: 0)
        }
        if slots.count > Self.mostSlots {
            slots.removeFirst(slots.count - Self.mostSlots)
            standing = .live(from: max(from, slots[0].openTime))
        }
    }

    private mutating func late(_ tick: Tick, minute: Int64, now: Int64, into actions: inout [HeartbeatAction]) {
        // The venue's own candle holds it already.
        if let told = told.first(where: { $0.candle.openTime.milliseconds == minute }), told.isFetched { return }
        facts.lateTrades += 1
        let open = Timestamp(milliseconds: minute)
        actions.append(.alert(.late(symbol, tick, told: open, at: Timestamp(milliseconds: now))))
    }

    // MARK: The venue's own candles

    mutating func klineClosed(_ candle: Candle, now: Int64, into actions: inout [HeartbeatAction]) {
        guard candle.isSound, Timeframe.m1.isOpenTime(candle.openTime) else { return }
        let time = candle.openTime.milliseconds
        if let nextMinute, time < nextMinute {
            compare(candle, now: now, into: &actions)
            return
        }
        guard !klines.contains(where: { $0.openTime == candle.openTime }) else { return }
        let place = klines.firstIndex { $0.openTime > candle.openTime } ?? klines.count
        klines.insert(candle, at: place)
        if klines.count > Self.mostCompared { klines.removeFirst() }
    }

    /// Holds the venue's candle against ours that was told.
    private mutating func compare(_ venue: Candle, now: Int64, into actions: inout [HeartbeatAction]) {
        guard let index = told.firstIndex(where: { $0.candle.openTime == venue.openTime }), !told[index].isCompared
        else { return }
        told[index].isCompared = true
        let ours = told[index].candle
        facts.compared += 1
        facts.isCoherent = true
        if !ours.agrees(with: venue) { differs(ours: ours, venue: venue, now: now, into: &actions) }
    }

    mutating func differs(ours: Candle, venue: Candle, now: Int64, into actions: inout [HeartbeatAction]) {
        facts.isCoherent = false
        facts.differing += 1
        actions.append(.alert(.differs(symbol, ours: ours, venue: venue, at: Timestamp(milliseconds: now))))
    }

    // MARK: Telling

    /// Tells a minute, the next one in order.
    mutating func tell(
        _ candle: Candle, tradeCount: Int, isFetched: Bool, now: Int64, into actions: inout [HeartbeatAction]
    ) {
        let time = candle.openTime.milliseconds
        let closed = BuiltCandle(
            symbol: symbol, timeframe: .m1, candle: candle, tradeCount: tradeCount,
            isFlat: candle.volume == 0 && candle.high == candle.low, isFetched: isFetched,
            closedAt: Timestamp(milliseconds: now))
        nextMinute = time + MinuteSlot.length
        lastClose = candle.close
        facts.lastMinute = candle.openTime
        if isFetched { facts.fetchedMinutes += 1 }
        while let first = slots.first, first.openTime <= time { slots.removeFirst() }
        numbers.forget(before: time + MinuteSlot.length)
        actions.append(.closed(closed))
        coarse.take(closed, into: &actions)
        if told.count == Self.mostCompared { told.removeFirst() }
        told.append(Told(candle: candle, isFetched: isFetched, isCompared: false))
        while let first = klines.first, first.openTime.milliseconds <= time {
            klines.removeFirst()
            if first.openTime == candle.openTime { compare(first, now: now, into: &actions) }
        }
    }
}
