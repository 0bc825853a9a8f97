import Market

/// The candles of every timeframe above a minute, made of minutes.
///
/// A candle whose minutes were not all there is fetched from the venue; those of its timeframe that end meanwhile wait
/// for it, so that each timeframe is told in order.
struct CoarseCandles: Sendable {
    /// A candle whose turn has not come.
    enum Waiting: Sendable {
        case built(BuiltCandle)
        /// To be fetched when those before it are told: one at a time. Of a market that is absent for longer than a
        /// candle these are the one that was broken off and the one that began inside; those between are left out.
        case missing(CandleFetch)
    }

    struct Growing: Sendable {
        let timeframe: Timeframe
        /// Nil between two candles.
        var candle: Candle?
        var end: Int64 = 0
        var minutes: Int64 = 0
        var tradeCount = 0
        var isFetched = false
        /// The venue is asked for a candle of before.
        var fetch: CandleFetch?
        var waiting: [Waiting] = []
    }

    /// Candles of one timeframe that wait for a fetched one, at most; then it is done without. What is recalled may be
    /// more, as many as a day has.
    static let mostWaiting = 8
    /// A fetch that fails so often, for about a quarter of an hour, is given up.
    static let mostFailures = 20

    let symbol: Symbol
    private(set) var growing: [Growing] = Timeframe.allCases.filter { $0 > .m1 }.sorted().map { Growing(timeframe: $0) }

    /// Something was recalled that waits for `begin`.
    private var isOwing = false

    init(symbol: Symbol) {
        self.symbol = symbol
    }

    /// Takes the minutes that were told before, of the store.
    ///
    /// A candle that ended with one of them was told with it, or was waited for when the process ended: one that is
    /// newer than all that are stored of its timeframe waits for `begin`.
    ///
    /// - Parameter newest: open times of the newest candles that are stored; nil: all of them are.
    mutating func recall(_ minutes: [Candle], newest: [Timeframe: Timestamp]?) {
        for minute in minutes {
            let end = minute.openTime.milliseconds + MinuteSlot.length
            for index in growing.indices {
                _ = grow(index, minute, tradeCount: 0, isFetched: false)
                guard growing[index].end == end, let candle = growing[index].candle else { continue }
                growing[index].candle = nil
                guard let newest else { continue }
                if let told = newest[growing[index].timeframe], candle.openTime <= told { continue }
                growing[index].waiting.append(ended(index, candle, at: Timestamp(milliseconds: end)))
                isOwing = true
            }
        }
    }

    /// Tells, or asks for, what was recalled and never told.
    mutating func begin(at time: Timestamp, into actions: inout [HeartbeatAction]) {
        guard isOwing else { return }
        isOwing = false
        for index in growing.indices { release(index, at: time, into: &actions) }
    }

    /// Takes the next minute that is told.
    mutating func take(_ closed: BuiltCandle, into actions: inout [HeartbeatAction]) {
        let end = closed.openTime.milliseconds + MinuteSlot.length
        for index in growing.indices {
            let passed = grow(index, closed.candle, tradeCount: closed.tradeCount, isFetched: closed.isFetched)
            if let passed { enqueue(index, .missing(fetch(index, passed)), at: closed.closedAt, into: &actions) }
            guard growing[index].end == end, let candle = growing[index].candle else { continue }
            growing[index].candle = nil
            enqueue(index, ended(index, candle, at: closed.closedAt), at: closed.closedAt, into: &actions)
        }
    }

    /// Adds a minute to the candle it belongs to; answers the open time of the one before, if that never came to its
    /// end.
    private mutating func grow(_ index: Int, _ minute: Candle, tradeCount: Int, isFetched: Bool) -> Timestamp? {
        let time = minute.openTime.milliseconds
        if time < growing[index].end, var candle = growing[index].candle {
            candle.high = max(candle.high, minute.high)
            candle.low = min(candle.low, minute.low)
            candle.close = minute.close
            candle.volume += minute.volume
            growing[index].candle = candle
            growing[index].minutes += 1
            growing[index].tradeCount += tradeCount
            if isFetched { growing[index].isFetched = true }
            return nil
        }
        let passed = growing[index].candle?.openTime
        let timeframe = growing[index].timeframe
        let open = timeframe.openTime(containing: minute.openTime)
        var candle = minute
        candle.openTime = open
        growing[index].candle = candle
        growing[index].end = open.milliseconds + timeframe.milliseconds
        growing[index].minutes = 1
        growing[index].tradeCount = tradeCount
        growing[index].isFetched = isFetched
        return passed
    }

    /// A candle whose last minute is there.
    private func ended(_ index: Int, _ candle: Candle, at time: Timestamp) -> Waiting {
        let timeframe = growing[index].timeframe
        guard growing[index].minutes == timeframe.milliseconds / MinuteSlot.length else {
            return .missing(fetch(index, candle.openTime))
        }
        return .built(
            BuiltCandle(
                symbol: symbol, timeframe: timeframe, candle: candle, tradeCount: growing[index].tradeCount,
                isFlat: candle.volume == 0 && candle.high == candle.low, isFetched: growing[index].isFetched,
                closedAt: time))
    }

    private func fetch(_ index: Int, _ open: Timestamp) -> CandleFetch {
        let timeframe = growing[index].timeframe
        return CandleFetch(
            symbol: symbol, timeframe: timeframe, from: open,
            to: Timestamp(milliseconds: open.milliseconds + timeframe.milliseconds))
    }

    /// Behind those that wait; at once where none does.
    private mutating func enqueue(
        _ index: Int, _ next: Waiting, at time: Timestamp, into actions: inout [HeartbeatAction]
    ) {
        growing[index].waiting.append(next)
        if growing[index].fetch == nil { release(index, at: time, into: &actions) }
        // Ends: each turn takes one of those that wait, or there is no fetch to wait for.
        while growing[index].fetch != nil, growing[index].waiting.count > Self.mostWaiting {
            giveUp(index, at: time, into: &actions)
        }
    }

    /// The answer to a fetch; one that was not asked for is left out.
    mutating func fetched(
        _ fetch: CandleFetch, _ candles: [Candle], at time: Timestamp, attempts: Int,
        into actions: inout [HeartbeatAction]
    ) {
        guard let index = index(of: fetch) else { return }
        guard let candle = candles.first(where: { $0.openTime == fetch.from && $0.isSound }) else {
            repeatOrGiveUp(index, fetch, at: time, attempts: attempts, into: &actions)
            return
        }
        growing[index].fetch = nil
        actions.append(
            .closed(
                BuiltCandle(
                    symbol: symbol, timeframe: fetch.timeframe, candle: candle, tradeCount: 0,
                    isFlat: candle.volume == 0 && candle.high == candle.low, isFetched: true, closedAt: time)))
        release(index, at: time, into: &actions)
    }

    mutating func failed(
        _ fetch: CandleFetch, at time: Timestamp, isFinal: Bool, into actions: inout [HeartbeatAction]
    ) {
        guard let index = index(of: fetch) else { return }
        repeatOrGiveUp(index, fetch, at: time, attempts: isFinal ? 0 : Self.mostFailures, into: &actions)
    }

    private func index(of fetch: CandleFetch) -> Int? {
        growing.firstIndex { $0.fetch == fetch }
    }

    private mutating func repeatOrGiveUp(
        _ index: Int, _ fetch: CandleFetch, at time: Timestamp, attempts: Int, into actions: inout [HeartbeatAction]
    ) {
        guard fetch.attempt + 1 < attempts else {
            giveUp(index, at: time, into: &actions)
            return
        }
        let next = fetch.again()
        growing[index].fetch = next
        actions.append(.fetch(next))
    }

    private mutating func giveUp(_ index: Int, at time: Timestamp, into actions: inout [HeartbeatAction]) {
        guard let fetch = growing[index].fetch else { return }
        growing[index].fetch = nil
        actions.append(
            .alert(.missing(symbol, fetch.timeframe, from: fetch.from, to: fetch.to, at: time)))
        release(index, at: time, into: &actions)
    }

    /// Tells what waits, up to the next one that has to be fetched first.
    private mutating func release(_ index: Int, at time: Timestamp, into actions: inout [HeartbeatAction]) {
        let waiting = growing[index].waiting
        growing[index].waiting = []
        for (place, next) in waiting.enumerated() {
            switch next {
            case .built(var closed):
                closed.closedAt = time
                actions.append(.closed(closed))
            case .missing(let fetch):
                growing[index].fetch = fetch
                actions.append(.fetch(fetch))
                growing[index].waiting = Array(waiting[(place + 1)...])
                return
            }
        }
    }
}
