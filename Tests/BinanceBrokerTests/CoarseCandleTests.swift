import Market
import Testing

@testable import BinanceBroker

@Suite("10m candles of a stream") struct CoarseCandleTests {
    private func half(_ minute: Int64, _ price: Double, volume: Double = 1) -> Candle {
        Candle(
            openTime: Timestamp(milliseconds: 1_704_067_200_000 + minute * 60_000), open: price, high: price + 1,
            low: price - 1, close: price, volume: volume)
    }

    @Test func `both halves make a candle that closes with the second`() {
        var coarse = CoarseCandle()
        #expect(coarse.add(half(0, 10), isClosed: false).map(\.isClosed) == [false])
        #expect(coarse.add(half(0, 11), isClosed: true).map(\.candle.volume) == [1])
        #expect(coarse.add(half(5, 20), isClosed: false).map(\.candle.high) == [21])
        let closed = coarse.add(half(5, 20), isClosed: true)
        #expect(closed.map(\.isClosed) == [true])
        #expect(closed.first?.candle.openTime.milliseconds == 1_704_067_200_000)
        #expect(closed.first?.candle.open == 11)
        #expect(closed.first?.candle.low == 10)
        #expect(closed.first?.candle.close == 20)
        #expect(closed.first?.candle.volume == 2)
    }

    @Test func `what begins in the middle is not told`() {
        var coarse = CoarseCandle()
        #expect(coarse.add(half(5, 20), isClosed: true).isEmpty)
        #expect(coarse.add(half(10, 20), isClosed: false).map(\.candle.openTime.milliseconds) == [1_704_067_800_000])
    }

    @Test func `a silent second half closes with the next candle, one cut short does not`() {
        var coarse = CoarseCandle()
        _ = coarse.add(half(0, 10), isClosed: true)
        #expect(coarse.add(half(10, 12), isClosed: false).map(\.isClosed) == [true, false])
        var cut = CoarseCandle()
        _ = cut.add(half(0, 10), isClosed: true)
        _ = cut.add(half(5, 10), isClosed: false)
        #expect(cut.add(half(10, 12), isClosed: false).map(\.isClosed) == [false])
    }

    @Test func `after a break the candle that was growing is forgotten`() {
        var coarse = CoarseCandle()
        _ = coarse.add(half(0, 10), isClosed: true)
        coarse.forget()
        #expect(coarse.add(half(5, 20), isClosed: true).isEmpty)
    }
}
