import Broker
import Market
import Storage
import Testing

@testable import Heartbeat

@Suite struct PulseOutboxTests {
    private static let start: Int64 = 1_704_067_200_000

    private func add(
        _ timeframe: Timeframe, _ place: Int, _ symbol: Symbol, to outbox: inout PulseOutbox
    ) {
        let open = Timestamp(milliseconds: Self.start + Int64(place) * 60_000)
        outbox.add(
            BuiltCandle(
                symbol: symbol, timeframe: timeframe, candle: .flat(open.milliseconds, at: 1), tradeCount: 0,
                isFlat: true, isFetched: false, closedAt: open), now: .zero)
    }

    private func sizes(_ outbox: inout PulseOutbox) -> [Int] {
        var sizes: [Int] = []
        while let pulse = outbox.next(nil) {
            sizes.append(pulse.candles.count)
            _ = outbox.written()
        }
        return sizes
    }

    @Test func `a minute is written together with the coarse candles that it ends, even beyond a full pulse`() throws {
        let (one, two) = (try Symbol("A/B"), try Symbol("C/B"))
        var outbox = PulseOutbox(market: .binance, mostCandles: 20_000)
        for place in 0..<(PulseOutbox.largestPulse - 1) { add(.m1, place, one, to: &outbox) }
        add(.m1, 1439, two, to: &outbox)
        let coarse = Timeframe.allCases.filter { $0 > .m1 }
        for timeframe in coarse { add(timeframe, 0, two, to: &outbox) }
        add(.m1, 1440, one, to: &outbox)
        add(.m3, 1438, one, to: &outbox)
        #expect(sizes(&outbox) == [PulseOutbox.largestPulse + coarse.count, 2])
    }

    @Test func `a pulse ends with a minute's candles where they end, of another symbol too`() throws {
        let (one, two) = (try Symbol("A/B"), try Symbol("C/B"))
        var outbox = PulseOutbox(market: .binance, mostCandles: 20_000)
        for place in 0..<PulseOutbox.largestPulse { add(.m1, place, one, to: &outbox) }
        // Fetched for another symbol: no minute of that one is near.
        add(.h1, 0, two, to: &outbox)
        #expect(sizes(&outbox) == [PulseOutbox.largestPulse, 1])
    }

    @Test func `coarse candles without end make no pulse without end`() throws {
        let symbol = try Symbol("A/B")
        var outbox = PulseOutbox(market: .binance, mostCandles: 20_000)
        for place in 0..<(2 * PulseOutbox.largestPulse) { add(.m3, 3 * place, symbol, to: &outbox) }
        let most = PulseOutbox.largestPulse + PulseOutbox.mostBeyond
        #expect(sizes(&outbox) == [most, 2 * PulseOutbox.largestPulse - most])
    }
}
