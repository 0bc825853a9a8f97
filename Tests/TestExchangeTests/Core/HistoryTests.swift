import Market
import Testing

@testable import TestExchange

@Suite struct HistoryTests {
    /// Ten trades a second apart; alice's order n has number 2n.
    private func traded() throws -> Bourse {
        let bourse = try Bourse()
        for _ in 0..<10 {
            try bourse.place(bourse.limit(.sell, 1, at: 100), by: Bourse.bob)
            try bourse.place(bourse.limit(.buy, 1, at: 100))
            bourse.now.milliseconds += 1000
        }
        return bourse
    }

    private func ids(_ bourse: Bourse, _ change: (inout TradeHistoryQuery) -> Void) throws -> [Int64] {
        var query = TradeHistoryQuery(market: Bourse.market)
        change(&query)
        return try bourse.core.trades(query, account: Bourse.alice).map(\.id.rawValue)
    }

    private func at(_ second: Int64) -> Timestamp {
        Timestamp(milliseconds: Bourse.start.milliseconds + second * 1000)
    }

    @Test func `trades are chosen by number, order and time as Binance does`() throws {
        let bourse = try traded()
        #expect(try ids(bourse) { $0.limit = 3 } == [8, 9, 10])
        #expect(
            try ids(bourse) {
                $0.from = TradeID(4)
                $0.limit = 2
            } == [4, 5])
        #expect(try ids(bourse) { $0.order = OrderID(6) } == [3])
        #expect(
            try ids(bourse) {
                $0.order = OrderID(6)
                $0.from = TradeID(4)
            } == [])
        #expect(
            try ids(bourse) {
                $0.start = at(7)
                $0.limit = 2
            } == [8, 9])
        #expect(
            try ids(bourse) {
                $0.end = at(4)
                $0.limit = 2
            } == [4, 5])
        #expect(
            try ids(bourse) {
                $0.start = at(2)
                $0.end = at(3)
            } == [3, 4])
        #expect(try ids(bourse) { $0.start = at(20) } == [])
        let combination = bourse.refusal {
            try ids(bourse) {
                $0.from = TradeID(1)
                $0.start = at(0)
            }
        }
        #expect(combination == .badCombination)
        let window = bourse.refusal {
            try ids(bourse) {
                $0.start = at(0)
                $0.end = at(86_401)
            }
        }
        #expect(window?.code == -1127)
    }

    @Test func `orders are chosen by number and time`() throws {
        let bourse = try traded()
        func orders(_ change: (inout OrderHistoryQuery) -> Void) throws -> [Int64] {
            var query = OrderHistoryQuery(market: Bourse.market)
            change(&query)
            return try bourse.core.allOrders(query, account: Bourse.alice).map(\.id.rawValue)
        }
        #expect(try orders { $0.limit = 2 } == [18, 20])
        #expect(
            try orders {
                $0.from = OrderID(5)
                $0.limit = 2
            } == [6, 8])
        #expect(
            try orders {
                $0.start = at(1)
                $0.end = at(2)
            } == [4, 6])
        #expect(
            bourse.refusal { try bourse.core.allOrders(.init(market: MarketID(3)), account: Bourse.alice) }
                == .unknownSymbol)
    }

    @Test func `an order that is not there, or another's, does not exist`() throws {
        let bourse = try traded()
        func find(_ reference: OrderReference) -> ExchangeRefusal? {
            bourse.refusal { try bourse.core.order(reference, market: Bourse.market, account: Bourse.alice) }
        }
        #expect(find(OrderReference(id: OrderID(1))) == .noSuchOrder)
        #expect(find(OrderReference(id: OrderID(2))) == nil)
        #expect(find(OrderReference(clientOrderID: "none")) == .noSuchOrder)
        #expect(find(OrderReference())?.code == -1102)
    }

    @Test func `history is bounded, and open orders are never forgotten`() throws {
        var settings = ExchangeSettings()
        settings.historyPerAccount = 10
        settings.tradesKept = 5
        let bourse = try Bourse(settings: settings)
        let open = try bourse.place(bourse.limit(.buy, 1, at: 90))
        for _ in 0..<200 {
            try bourse.place(bourse.limit(.sell, 1, at: 100), by: Bourse.bob)
            try bourse.place(bourse.limit(.buy, 1, at: 100))
        }
        let all = try bourse.core.allOrders(.init(market: Bourse.market, limit: 1000), account: Bourse.alice)
        #expect(all.count < 40 && all.first?.id == open.order.id)
        #expect(try ids(bourse) { $0.limit = 1000 }.count == 10)
        #expect(bourse.core.recentTrades(Bourse.market).map(\.id.rawValue) == [196, 197, 198, 199, 200])
    }

    @Test func `one taker's fills at one price make one aggregate trade`() throws {
        let bourse = try Bourse()
        for price in [100, 100, 101] as [FixedDecimal] {
            try bourse.place(bourse.limit(.sell, 1, at: price), by: Bourse.bob)
        }
        try bourse.place(bourse.limit(.buy, 3, at: 101))
        try bourse.place(bourse.limit(.sell, 1, at: 101), by: Bourse.bob)
        try bourse.place(bourse.limit(.buy, 1, at: 101))
        let found = bourse.core.aggregateTrades(Bourse.market)
        #expect(found.map(\.quantity) == [2, 1, 1])
        #expect(found.map(\.firstTradeID.rawValue) == [1, 3, 4])
        #expect(found.map(\.lastTradeID.rawValue) == [2, 3, 4])
        #expect(bourse.core.aggregateTrades(Bourse.market, from: TradeID(2), limit: 1).map(\.id.rawValue) == [2])
    }

    @Test func `statistics and averages are those of the trades`() throws {
        let bourse = try Bourse(start: Timestamp(milliseconds: 1_699_920_000_000))
        let begin = bourse.now
        for (price, volume) in [(100, 1), (110, 2), (90, 1)] as [(FixedDecimal, FixedDecimal)] {
            try bourse.core.setPrice(price, volume: volume, of: Bourse.market, now: bourse.now)
            bourse.now.milliseconds += 60_000
        }
        bourse.core.advance(to: bourse.now)
        let ticker = try #require(bourse.core.ticker(Bourse.market))
        #expect(ticker.open == 100 && ticker.high == 110 && ticker.low == 90 && ticker.last == 90)
        #expect(ticker.volume == 4 && ticker.quoteVolume == 410 && ticker.tradeCount == 3)
        #expect(ticker.weightedAverage == decimal("102.5") && ticker.changePercent == -10)
        #expect(bourse.core.averagePrice(Bourse.market)?.price == decimal("102.5"))
        // Of five minutes only the last trade is left.
        bourse.core.advance(to: Timestamp(milliseconds: begin.milliseconds + 120_000 + 299_000))
        #expect(bourse.core.averagePrice(Bourse.market)?.price == 90)
        #expect(bourse.core.tradingDayTicker(Bourse.market)?.openTime == begin)
    }

    @Test func `credits are told as updates and never make a balance negative`() throws {
        let bourse = try Bourse()
        try bourse.core.credit(5, of: Asset("NEW"), to: Bourse.alice, now: bourse.now)
        let events = bourse.core.drainEvents()
        #expect(events.count == 2)
        #expect(bourse.free(Asset("NEW")) == 5)
        #expect(
            bourse.refusal {
                try bourse.core.credit(-6, of: Asset("NEW"), to: Bourse.alice, now: bourse.now)
            } == .insufficientBalance)
        #expect(throws: ExchangeSetupError.self) { try bourse.core.openAccount(Bourse.alice, now: bourse.now) }
        #expect(throws: ExchangeSetupError.self) {
            try bourse.core.openAccount(ExchangeCore.houseID, now: bourse.now)
        }
    }
}
