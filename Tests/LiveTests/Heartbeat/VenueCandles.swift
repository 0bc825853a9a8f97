import Broker
import Foundation
import Market
import Storage
import TestExchange
import TestSupport
import Testing

/// What a heartbeat has stored of an exchange's market, beside what the exchange itself says.
struct VenueCandles {
    let market: VenueName
    let store: Store

    static let symbols = ["BTC/USDT", "ETH/USDT"]

    /// An exchange on synthetic markets that runs faster than time, and when it begins.
    static func exchange(speed: Double) throws -> (TestExchangeOptions, Timestamp) {
        let wall = Store.systemTime()
        let start = Timeframe.h1.openTime(containing: wall)
        let markets = try MarketDefinition.usual.prefix(2).enumerated().map { number, definition in
            MarketSetup(
                definition,
                source: .synthetic(
                    SyntheticMarket.Options(
                        seed: UInt64(number + 1), symbol: try Symbol(symbols[number]), timeframe: .m1, start: start,
                        count: 100_000, hasGaps: false),
                    history: 60))
        }
        var options = TestExchangeOptions(markets: markets, accounts: [])
        options.clock = ExchangeClock(start: start, wallStart: wall, speed: speed)
        options.limits = .unlimited
        return (options, start)
    }

    func stored(_ symbol: String, _ timeframe: Timeframe) async throws -> [Candle] {
        try await store.heartbeat.history(
            CandleKey(venue: market, symbol: try Symbol(symbol), timeframe: timeframe), last: 10_000)
    }

    func reach(_ count: Int, _ symbol: String) async throws {
        let isThere = try await eventually(within: .seconds(90)) {
            try await stored(symbol, .m1).count >= count
        }
        #expect(isThere, "\(count) minutes of \(symbol)")
    }

    /// Every stored candle against the exchange's own, without a hole between them.
    func compare(
        _ symbol: String, _ timeframe: Timeframe, _ server: TestExchangeServer, from start: Timestamp
    ) async throws {
        let ours = try await stored(symbol, timeframe)
        let interval = try #require(KlineInterval(rawValue: timeframe.rawValue))
        let name = symbol.filter { $0 != "/" }
        let venue = try await server.withExchange { core -> [Timestamp: Kline] in
            guard let id = core.market(named: name) else { return [:] }
            let klines = core.klines(
                id, interval, start: Timestamp(milliseconds: start.milliseconds - 86_400_000), limit: 1000)
            return Dictionary(uniqueKeysWithValues: klines.map { ($0.openTime, $0) })
        }
        #expect(!ours.isEmpty)
        let length = timeframe.milliseconds
        #expect(
            zip(ours, ours.dropFirst()).allSatisfy { $0.openTime.milliseconds + length == $1.openTime.milliseconds })
        for candle in ours {
            let kline = try #require(venue[candle.openTime], "\(symbol) \(timeframe) \(candle.openTime)")
            let prices = [kline.open, kline.high, kline.low, kline.close].map(\.double)
            #expect([candle.open, candle.high, candle.low, candle.close] == prices, "\(symbol) \(candle.openTime)")
            #expect(abs(candle.volume - kline.volume.double) <= 1e-9 * kline.volume.double)
        }
    }
}
