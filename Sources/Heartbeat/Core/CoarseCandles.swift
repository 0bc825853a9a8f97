import Market

/// The candles of every timeframe above a minute, made of minutes.
///
/// A candle whose minutes were not all there is fetched from the venue; those of its timeframe that end meanwhile wait
/// for it, so that each timeframe is told in order.
struct CoarseCandles: Sendable {
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
        var waiting: [BuiltCandle] = []
    }

    /// Candles of one timeframe that wait for a fetched one, at most; then it is done without.
    static let mostWaiting = 8
    /// A fetch that fails so often, for about a quarter of an hour, is given up.
    static let mostFailures = 20

    let symbol: Symbol
    private(set) var growing: [Growing] = Timeframe.allCases.filter { $0 > .m1 }.sorted().map { Growing(timeframe: $0) }

    init(symbol: Symbol) {
        self.symbol = symbol
    }

    /// Takes a minute that was told before, of the store: nothing is told of it.
    mutating func recall(_ minute: Candle) {
        for index in growing.indices {
            _ = grow(index, minute, tradeCount: 0, isFetched: false)
            if growing[index].end == minute.openTime.milliseconds + MinuteSlot.length { growing[index].candle = nil }
        }
    }

    /// Takes the next minute that is told.
    mutating func take(_ closed: BuiltCandle, into actions: inout [HeartbeatAction]) {
        let end = closed.openTime.milliseconds + MinuteSlot.length
        for index in growing.indices {
            let passed = grow(index, closed.candle, tradeCount: closed.tradeCount, isFetched: closed.isFetched)
            if let passed { ask(index, passed, into: &actions) }
            guard growing[index].end == end, let candle = growing[index].candle else { continue }
            finish(index, candle, at: closed.closedAt, into: &actions)
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

    private mutating func finish(
        _ index: Int, _ candle: Candle, at time: Timestamp, into actions: inout [HeartbeatAction]
    ) {
        let timeframe = growing[index].timeframe
        growing[index].candle = nil
        guard growing[index].minutes == timeframe.milliseconds / MinuteSlot.length else {
            ask(index, candle.openTime, into: &actions)
            return
        }
        let closed = BuiltCandle(
            symbol: symbol, timeframe: timeframe, candle: candle, tradeCount: growing[index].tradeCount,
            isFlat: candle.volume == 0 && candle.high == candle.low, isFetched: growing[index].isFetched, closedAt: time
        )
        guard growing[index].fetch != nil else {
            actions.append(.closed(closed))
            return
        }
        growing[index].waiting.append(closed)
        if growing[index].waiting.count > Self.mostWaiting { giveUp(index, at: time, into: &actions) }
    }

    private mutating func ask(_ index: Int, _ open: Timestamp, into actions: inout [HeartbeatAction]) {
        let timeframe = growing[index].timeframe
        // One at a time: a market that is absent for longer than a candle has more than this one missing.
        guard growing[index].fetch == nil else { return }
        let fetch = CandleFetch(
            symbol: symbol, timeframe: timeframe, from: open,
            to: Timestamp(milliseconds: open.milliseconds + timeframe.milliseconds))
        growing[index].fetch = fetch
        actions.append(.fetch(fetch))
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

    private mutating func release(_ index: Int, at time: Timestamp, into actions: inout [HeartbeatAction]) {
        for var closed in growing[index].waiting {
            closed.closedAt = time
            actions.append(.closed(closed))
        }
        growing[index].waiting = []
    }
}
