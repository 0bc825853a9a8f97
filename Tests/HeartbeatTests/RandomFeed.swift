import Heartbeat
import Market
import TestSupport

/// A market that never was, its perfect candles, and a stream of it that loses, doubles and reorders.
struct RandomFeed {
    struct Faults {
        /// In percent of the trades.
        var lost = 0
        var doubled = 0
        var late = 0
        /// How late at most, in milliseconds.
        var longestDelay = 0
        /// Connections that break, over the whole feed, and how long for at most.
        var breaks = 0
        var longestBreak: Int64 = 240_000
        /// In percent of the venue's minutes; they come in the grace otherwise.
        var lostKlines = 100
    }

    /// When it arrives, by the venue's clock.
    struct Arrival {
        let at: Int64
        let input: HeartbeatInput
    }

    let symbols: [Symbol]
    let start: Int64
    let minutes: Int
    /// The candles of a perfect feed, minute by minute from the first trade on.
    private(set) var candles: [Symbol: [Candle]] = [:]
    private(set) var arrivals: [Arrival] = []

    init(
        _ numbers: inout SeededNumbers, symbols: Int = 2, minutes: Int = 90, perMinute: Int = 12, faults: Faults
    ) throws {
        self.symbols = try (0..<symbols).map { try Symbol("A\($0)/USDT") }
        self.minutes = minutes
        start = 1_700_000_040_000
        let breaks = Self.breaks(&numbers, from: start, minutes: minutes, faults)
        for symbol in self.symbols {
            let trades = Self.trades(&numbers, from: start, minutes: minutes, perMinute: perMinute)
            candles[symbol] = Self.perfect(trades.map(\.tick), until: start + Int64(minutes) * 60_000)
            add(trades, of: symbol, &numbers, faults, breaks)
        }
        for gap in breaks {
            arrivals.append(Arrival(at: gap.lowerBound, input: .disconnected))
            arrivals.append(Arrival(at: gap.upperBound, input: .connected))
        }
        // The venue's clock, asked every second.
        for second in 0...(minutes * 60 + 10) {
            let time = start + Int64(second) * 1000
            arrivals.append(Arrival(at: time, input: .venueTime(Timestamp(milliseconds: time))))
        }
        // Stable: what arrives at one instant stays in order.
        arrivals = arrivals.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    private static func breaks(
        _ numbers: inout SeededNumbers, from start: Int64, minutes: Int, _ faults: Faults
    ) -> [Range<Int64>] {
        var gaps: [Range<Int64>] = []
        for _ in 0..<faults.breaks {
            let from = start + Int64(numbers.below(minutes * 60_000))
            let gap = from..<(from + 1 + Int64(numbers.below(Int(faults.longestBreak))))
            if !gaps.contains(where: { $0.overlaps(gap) }) { gaps.append(gap) }
        }
        return gaps
    }

    private static func trades(
        _ numbers: inout SeededNumbers, from start: Int64, minutes: Int, perMinute: Int
    ) -> [(id: Int64, tick: Tick)] {
        var price = 1000
        var times: [Int64] = []
        for minute in 0..<minutes {
            // Some minutes are silent, some are crowded; the first one is not silent.
            let count = minute > 0 && numbers.chance(20) ? 0 : 1 + numbers.below(2 * perMinute)
            for _ in 0..<count { times.append(start + Int64(minute) * 60_000 + Int64(numbers.below(60_000))) }
        }
        times.sort()
        return times.enumerated().map { index, time in
            price = max(10, price + numbers.below(21) - 10)
            // Eighths add up to the same in any order.
            let tick = Tick(
                time: Timestamp(milliseconds: time), price: Double(price),
                quantity: Double(1 + numbers.below(64)) / 8)
            return (Int64(5000 + index), tick)
        }
    }

    /// By the builder that the market's candles are made with everywhere else.
    private static func perfect(_ ticks: [Tick], until end: Int64) -> [Candle] {
        var builder = CandleBuilder(timeframe: .m1, flatWhenSilent: true)
        var candles: [Candle] = []
        for tick in ticks { _ = builder.add(tick) { candles.append($0) } }
        builder.advance(to: Timestamp(milliseconds: end)) { candles.append($0) }
        return candles
    }

    private mutating func add(
        _ trades: [(id: Int64, tick: Tick)], of symbol: Symbol, _ numbers: inout SeededNumbers, _ faults: Faults,
        _ breaks: [Range<Int64>]
    ) {
        let isAway = { (time: Int64) in breaks.contains { $0.contains(time) } }
        for (index, trade) in trades.enumerated() {
            let time = trade.tick.time.milliseconds
            // The last trade of a minute shows by the next one only: it is lost where the venue's candles come.
            let isLast = index + 1 < trades.count && trades[index + 1].tick.time.milliseconds / 60_000 > time / 60_000
            let mayBeLost = index > 0 && index + 1 < trades.count && (!isLast || faults.lostKlines == 0)
            if mayBeLost, numbers.chance(faults.lost) { continue }
            for _ in 0..<(numbers.chance(faults.doubled) ? 2 : 1) {
                let delay = numbers.chance(faults.late) ? Int64(numbers.below(faults.longestDelay + 1)) : 0
                guard !isAway(time), !isAway(time + delay) else { continue }
                arrivals.append(Arrival(at: time + delay, input: .trade(symbol, trade.tick, id: trade.id)))
            }
        }
        for candle in candles[symbol] ?? [] where !numbers.chance(faults.lostKlines) {
            let time = candle.openTime.milliseconds + 60_000 + Int64(numbers.below(400))
            guard !isAway(time) else { continue }
            arrivals.append(Arrival(at: time, input: .klineClosed(symbol, candle)))
        }
    }
}
