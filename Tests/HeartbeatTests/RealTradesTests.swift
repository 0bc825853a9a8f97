import Heartbeat
import Market
import TestSupport
import Testing

/// The trades of three days against the bars that somebody else made of them.
@Suite(.enabled(if: SharedData.isThere, SharedData.absence)) struct RealTradesTests {
    @Test("Real trades give the bars that another program made of them, flat ones for its silent minutes")
    func realTrades() throws {
        let symbol = try Symbol("XRP/ETH")
        var driver = CoreDriver(HeartbeatCore())
        driver.core.follow(symbol)
        driver.tell(.connected)
        var id: Int64 = 0
        var isFirstAnswered = false
        try TickCSVReader().read(SharedData.path("binance_xrpeth_aggtrades_2019-10-11_13.csv.gz")) { tick in
            driver.tell(.trade(symbol, tick, id: id))
            id += 1
            // The first minute is the venue's to tell.
            if !isFirstAnswered, let fetch = driver.fetches.last, fetch.timeframe == .m1 {
                isFirstAnswered = true
                driver.tell(.fetched(fetch, [Self.first(fetch)]))
            }
            return true
        }
        let told = driver.candles(symbol)
        let bars = try Self.bars(symbol)
        let byTime = Dictionary(uniqueKeysWithValues: told.map { ($0.openTime, $0) })
        var compared = 0
        for bar in bars.dropFirst() {
            // The last minute never ends.
            guard bar.openTime <= told[told.count - 1].openTime else { continue }
            let ours = try #require(byTime[bar.openTime])
            #expect([ours.open, ours.high, ours.low, ours.close] == [bar.open, bar.high, bar.low, bar.close])
            #expect(abs(ours.volume - bar.volume) < 1e-6 * bar.volume)
            compared += 1
        }
        #expect(compared > 2400)
        let silent = Set(told.map(\.openTime)).subtracting(bars.map(\.openTime))
        #expect(silent.allSatisfy { byTime[$0]?.volume == 0 })
        #expect(
            zip(told, told.dropFirst()).allSatisfy { $0.openTime.milliseconds + 60_000 == $1.openTime.milliseconds })
        #expect(driver.alerts.isEmpty, "\(driver.alerts.map(\.code))")
    }

    private static func first(_ fetch: CandleFetch) -> Candle {
        Candle(openTime: fetch.from, open: 1, high: 1, low: 1, close: 1, volume: 1)
    }

    private static func bars(_ symbol: Symbol) throws -> [Candle] {
        let path = SharedData.path("binance_xrpeth_1m_2019-10-11_13.csv.gz")
        return Array(try CandleCSVReader(symbol: symbol, timeframe: .m1).read(path))
    }
}
