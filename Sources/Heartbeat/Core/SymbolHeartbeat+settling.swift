import Market
import Wording

extension SymbolHeartbeat {
    /// The end of the minute that is told next, when nothing but time is waited for; nil otherwise.
    var awaitedEnd: Int64? {
        guard case .live = standing, fetch == nil, let nextMinute else { return nil }
        return nextMinute + MinuteSlot.length
    }

    /// Whether a minute that ends then is to be told or fetched without any other event.
    ///
    /// - Parameter heard: up to when the stream has shown that it speaks.
    func isOver(_ end: Int64, now: Int64, heard: Int64) -> Bool {
        settings.deadline(end, heard: heard) <= now
    }

    /// Tells every minute that is over and complete; asks the venue for the first one that is not.
    mutating func settle(now: Int64, heard: Int64, into actions: inout [HeartbeatAction]) {
        guard case .live(let from) = standing else { return }
        coarse.begin(at: Timestamp(milliseconds: now), into: &actions)
        guard fetch == nil, var minute = nextMinute else { return }
        if let start = recoverable(from: minute, now: now) {
            skip(to: start, now: now, into: &actions)
            minute = start
        }
        // Ends: each turn tells one of the minutes that are over, of which there are at most `longestRecovery`.
        while fetch == nil {
            let end = minute + MinuteSlot.length
            guard isOver(end, now: now, heard: heard) || isConfirmed(minute, from: from) else { return }
            tellNext(minute, isSure: heard >= end && !isDoubtful(minute, from: from), now: now, into: &actions)
            minute = nextMinute ?? minute
        }
    }

    /// Whether the venue's own candle says that all trades of a minute are here, so that nothing need be waited for.
    private func isConfirmed(_ minute: Int64, from: Int64) -> Bool {
        guard let kline = klines.first, kline.openTime.milliseconds == minute else { return false }
        if isDoubtful(minute, from: from) { return true }
        guard let slot = slots.first, slot.openTime == minute else {
            return lastClose.map { Candle.flat(minute, at: $0).agrees(with: kline) } ?? false
        }
        return slot.candle.agrees(with: kline)
    }

    private func isDoubtful(_ minute: Int64, from: Int64) -> Bool {
        minute < from || (numbers.hasHoles && numbers.isDoubtful(minute: minute))
    }

    /// - Parameter isSure: all of its trades have been seen.
    private mutating func tellNext(
        _ minute: Int64, isSure: Bool, now: Int64, into actions: inout [HeartbeatAction]
    ) {
        let kline = klines.first { $0.openTime.milliseconds == minute }
        let slot = slots.first.flatMap { $0.openTime == minute ? $0 : nil }
        let own = slot?.candle ?? lastClose.map { Candle.flat(minute, at: $0) }
        let tradeCount = slot?.tradeCount ?? 0
        guard let kline else {
            if isSure, let own {
                tell(own, tradeCount: tradeCount, isFetched: false, now: now, into: &actions)
            } else {
                ask(from: minute, now: now, into: &actions)
            }
            return
        }
        if let own, own.agrees(with: kline) {
            tell(own, tradeCount: tradeCount, isFetched: false, now: now, into: &actions)
            return
        }
        // A trade may be missed without a sign of it; the venue's candle is the one that history will have.
        tell(kline, tradeCount: tradeCount, isFetched: true, now: now, into: &actions)
        if isSure, let own { differs(ours: own, venue: kline, now: now, into: &actions) }
    }

    // MARK: Asking the venue

    /// Asks for a minute and for those after it that are over and have to be asked for too.
    private mutating func ask(from minute: Int64, now: Int64, into actions: inout [HeartbeatAction]) {
        guard case .live(let live) = standing else { return }
        var end = minute + MinuteSlot.length
        var known = 0
        while end + MinuteSlot.length + settings.grace <= now, end - minute < MinuteSlot.length * Int64(recovery) {
            while known < slots.count, slots[known].openTime < end { known += 1 }
            let hasTrades = known < slots.count && slots[known].openTime == end
            guard isDoubtful(end, from: live) || !hasTrades else { break }
            end += MinuteSlot.length
        }
        let fetch = CandleFetch(
            symbol: symbol, timeframe: .m1, from: Timestamp(milliseconds: minute), to: Timestamp(milliseconds: end))
        self.fetch = fetch
        shortAnswers = 0
        actions.append(.fetch(fetch))
    }

    private var recovery: Int { max(1, settings.longestRecovery) }

    /// The first minute that is asked for after an absence that was too long; nil when it was not.
    private func recoverable(from minute: Int64, now: Int64) -> Int64? {
        let over = (now - settings.grace - minute) / MinuteSlot.length
        guard over > Int64(recovery) else { return nil }
        return minute + (over - Int64(recovery)) * MinuteSlot.length
    }

    private mutating func skip(to minute: Int64, now: Int64, into actions: inout [HeartbeatAction]) {
        guard let first = nextMinute else { return }
        actions.append(
            .alert(
                .missing(
                    symbol, .m1, from: Timestamp(milliseconds: first), to: Timestamp(milliseconds: minute),
                    at: Timestamp(milliseconds: now))))
        nextMinute = minute
        // The price of before says nothing about a minute so much later.
        lastClose = nil
        slots.removeAll { $0.openTime < minute }
        klines.removeAll { $0.openTime.milliseconds < minute }
        numbers.forget(before: minute)
    }

    // MARK: The venue's answer

    mutating func fetched(
        _ answered: CandleFetch, _ candles: [Candle], now: Int64, heard: Int64, into actions: inout [HeartbeatAction]
    ) {
        guard answered.timeframe == .m1 else {
            coarse.fetched(
                answered, candles, at: Timestamp(milliseconds: now), attempts: settings.shortAnswers, into: &actions)
            return
        }
        guard answered == fetch else { return }
        fetch = nil
        let found = Self.inOrder(candles, answered)
        let newest = found.last?.openTime.milliseconds ?? Int64.min
        tell(found, answered, upTo: newest, now: now, into: &actions)
        let to = answered.to.milliseconds
        guard let minute = nextMinute, minute < to else {
            settle(now: now, heard: heard, into: &actions)
            return
        }
        shortAnswers += 1
        if shortAnswers < settings.shortAnswers {
            let again = answered.again(from: Timestamp(milliseconds: minute))
            fetch = again
            actions.append(.fetch(again))
            return
        }
        // The venue has nothing to tell of the rest.
        shortAnswers = 0
        tell([], answered, upTo: to - MinuteSlot.length, now: now, into: &actions)
        if lastClose == nil { skip(to: to, now: now, into: &actions) }
        settle(now: now, heard: heard, into: &actions)
    }

    /// Tells what was answered up to a minute, silent ones as flat, as far as a price before them is known.
    private mutating func tell(
        _ found: [Candle], _ fetch: CandleFetch, upTo newest: Int64, now: Int64,
        into actions: inout [HeartbeatAction]
    ) {
        var index = 0
        while let minute = nextMinute, minute <= newest, minute < fetch.to.milliseconds {
            while index < found.count, found[index].openTime.milliseconds < minute { index += 1 }
            let slot = slots.first.flatMap { $0.openTime == minute ? $0 : nil }
            if index < found.count, found[index].openTime.milliseconds == minute {
                tell(found[index], tradeCount: slot?.tradeCount ?? 0, isFetched: true, now: now, into: &actions)
            } else if let lastClose {
                tell(.flat(minute, at: lastClose), tradeCount: 0, isFetched: true, now: now, into: &actions)
            } else if index < found.count {
                // Before the first candle that there is.
                skip(to: found[index].openTime.milliseconds, now: now, into: &actions)
            } else {
                return
            }
        }
    }

    /// Sound candles of the span, each once, by time; whatever else is in the answer is left out.
    private static func inOrder(_ candles: [Candle], _ fetch: CandleFetch) -> [Candle] {
        var found = candles.filter {
            $0.isSound && Timeframe.m1.isOpenTime($0.openTime) && $0.openTime >= fetch.from && $0.openTime < fetch.to
        }
        let isSorted = zip(found, found.dropFirst()).allSatisfy { $0.openTime < $1.openTime }
        guard !isSorted else { return found }
        found.sort { $0.openTime < $1.openTime }
        var unique: [Candle] = []
        for candle in found where unique.last?.openTime != candle.openTime { unique.append(candle) }
        return unique
    }

    mutating func fetchFailed(
        _ failed: CandleFetch, _ why: Message, isFinal: Bool, now: Int64, into actions: inout [HeartbeatAction]
    ) {
        let time = Timestamp(milliseconds: now)
        guard failed.timeframe == .m1 else {
            coarse.failed(failed, at: time, isFinal: isFinal, into: &actions)
            return
        }
        guard failed == fetch else { return }
        facts.failedFetches += 1
        // One that is lost on the way is nothing to tell.
        if failed.attempt >= 2 || isFinal { actions.append(.alert(.failed(failed, why, at: time))) }
        let again = failed.again()
        fetch = again
        actions.append(.fetch(again))
    }
}
