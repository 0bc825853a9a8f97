import Market
import Testing

@testable import Trading

@Suite struct SimulatedTradingTests {
    @Test("a market entry fills at the next open and its stop in the same candle")
    func smoke() throws {
        let settings = try TradingSettings(symbol: Symbol("BTC/USDT"))
        var trading = SimulatedTrading(settings, cash: Money(1000))
        trading.advance(open: 100, high: 101, low: 99, close: 100, time: Timestamp(milliseconds: 0), index: 0)
        trading.decide([.enter(EntryIntent(.long, size: .value(500), stop: .distance(0.02), target: .distance(0.04)))])
        trading.advance(open: 100, high: 105, low: 97, close: 104, time: Timestamp(milliseconds: 60_000), index: 1)
        #expect(trading.trades.count == 1)
        #expect(trading.trades.first?.reason == "stop")
        #expect(trading.trades.first?.exitPrice == Price(98))
        #expect(trading.cash == Money(990))
    }
}
