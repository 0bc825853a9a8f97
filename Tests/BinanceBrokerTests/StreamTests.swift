import Broker
import Market
import Testing
import Wording

@testable import BinanceBroker

@Suite("Market streams") struct StreamTests {
    private func message(_ text: String) throws -> StreamMessage { try StreamMessage(try JSONDocument(text)) }

    private func trade(_ id: Int64) -> StreamMessage {
        .trade(
            spelling: "BTCUSDT",
            Tick(time: Timestamp(milliseconds: 1_672_515_782_136), price: 42000.5, quantity: 0.001, takerSide: .sell),
            id: id)
    }

    private func candle(_ minute: Int64, closed: Bool, interval: String = "5m") -> StreamMessage {
        let time = Timestamp(milliseconds: 1_704_067_200_000 + minute * 60_000)
        return .candle(
            spelling: "BTCUSDT", interval: interval,
            Candle(openTime: time, open: 1, high: 2, low: 1, close: 2, volume: 3), isClosed: closed)
    }

    @Test func `a trade's maker tells who took`() throws {
        let text =
            #"{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"42000.50","q":"0.00100000","#
            + #""T":1672515782136,"m":true,"M":true}"#
        #expect(try message(text) == trade(12345))
        #expect(try message("{\"stream\":\"btcusdt@trade\",\"data\":\(text)}") == trade(12345))
    }

    @Test func `a bar tells whether it is closed`() throws {
        let text =
            #"{"stream":"btcusdt@kline_5m","data":{"e":"kline","E":1672515782136,"s":"BTCUSDT","k":"#
            + #"{"t":1704067200000,"T":1704067499999,"s":"BTCUSDT","i":"5m","f":100,"L":200,"o":"1","c":"2.0","#
            + #""h":"2.00","l":"1","v":"3","n":100,"x":true,"q":"1.0","V":"500","Q":"0.5","B":"123456"}}}"#
        #expect(try message(text) == candle(0, closed: true))
    }

    @Test func `replies and notices are told apart`() throws {
        #expect(try message(#"{"result":null,"id":3}"#) == .acknowledged(id: 3))
        #expect(
            try message(#"{"code":2,"msg":"Invalid request: unknown variant","id":3}"#)
                == .refused(id: 3, "Invalid request: unknown variant (2)"))
        #expect(try message(#"{"error":{"code":3,"msg":"x"}}"#) == .refused(id: nil, "x (3)"))
        #expect(try message(#"{"e":"serverShutdown","E":1}"#) == .shutdown)
        #expect(try message(#"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}"#) == .shutdown)
        #expect(try message(#"{"e":"somethingNew"}"#) == .other)
    }

    @Test(arguments: [
        "[]", "3", #"{"e":"trade","s":"BTCUSDT"}"#, #"{"e":"kline","s":"BTCUSDT","k":{"t":1}}"#,
        #"{"e":"trade","s":"BTCUSDT","t":1,"p":"-1","q":"1","T":1672515782136,"m":true}"#,
    ])
    func `what cannot be true is unreadable`(text: String) throws {
        let document = try JSONDocument(text)
        #expect(throws: UnreadableReply.self) { try StreamMessage(document) }
    }

    // MARK: The plan

    private func subscriptions(_ count: Int) throws -> [(market: VenueMarket, MarketSubscription)] {
        try (0..<count).map { index in
            var market = try Payload.market("BTC/USDT")
            market.spelling = "A\(index)USDT"
            return (market, .trades(market.symbol))
        }
    }

    @Test func `a few streams are named in the URL`() throws {
        let market = try Payload.market("BTC/USDT")
        let plan = StreamPlan([
            (market, .trades(market.symbol)), (market, .candles(market.symbol, .m5)),
            (market, .candles(market.symbol, .m10)), (market, .trades(market.symbol)),
        ])
        #expect(plan.connections.map(\.path) == ["/stream?streams=btcusdt@trade/btcusdt@kline_5m"])
        #expect(plan.connections[0].messages.isEmpty)
        #expect(plan.candles == ["BTCUSDT@5m": [.m5, .m10]])
    }

    @Test func `more streams are subscribed in few messages, and more than 1024 need another connection`() throws {
        let base = try subscriptions(1)[0]
        let many = (0..<1500).map { index in
            var market = base.market
            market.spelling = "A\(index)USDT"
            return (market: market, base.1)
        }
        let plan = StreamPlan(many)
        #expect(plan.connections.map(\.inURL.count) == [100, 100])
        #expect(plan.connections.map { $0.messages.map(\.count) } == [[231, 231, 231, 231], [231, 145]])
        let names = plan.connections.flatMap { $0.inURL + $0.messages.flatMap { $0 } }
        #expect(Set(names).count == 1500)
        let text = StreamPlan.Connection.subscribing(["a@trade", "b@trade"], id: 7)
        #expect(text == #"{"method":"SUBSCRIBE","params":["a@trade","b@trade"],"id":7}"#)
    }

    // MARK: What is told

    private func state(_ subscriptions: [MarketSubscription], connections: Int = 1) throws -> MarketFeedState {
        let market = try Payload.market("BTC/USDT")
        return MarketFeedState(
            plan: StreamPlan(subscriptions.map { (market, $0) }), book: try Payload.book())
    }

    @Test func `a trade is told once, and again after a break`() throws {
        let symbol = try Symbol("BTC/USDT")
        var state = try state([.trades(symbol)])
        #expect(state.connected(0) == [.connected])
        #expect(state.take(trade(5)).count == 1)
        #expect(state.take(trade(5)).isEmpty)
        #expect(state.take(trade(4)).isEmpty)
        #expect(state.take(trade(6)).count == 1)
        #expect(state.take(candle(0, closed: true)).isEmpty)
        let words = Message("gone", fr: "parti")
        #expect(state.lost(0, words) == [.disconnected(words)])
        #expect(state.lost(0, words).isEmpty)
        #expect(state.connected(0) == [.connected])
        #expect(state.take(trade(1)).count == 1)
    }

    @Test func `all connections must stand before the feed is connected`() throws {
        let market = try Payload.market("BTC/USDT")
        let many = (0..<1500).map { index in
            var market = market
            market.spelling = "A\(index)USDT"
            return (market: market, MarketSubscription.trades(market.symbol))
        }
        var state = MarketFeedState(plan: StreamPlan(many), book: try Payload.book())
        #expect(state.connected(0).isEmpty)
        #expect(state.connected(1) == [.connected])
    }

    @Test func `bars of 5m serve 5m and 10m, each closed once`() throws {
        let symbol = try Symbol("BTC/USDT")
        var state = try state([.candles(symbol, .m5), .candles(symbol, .m10)])
        #expect(state.take(candle(0, closed: true)).count == 2)
        #expect(state.take(candle(0, closed: true)).isEmpty)
        let events = state.take(candle(5, closed: true))
        #expect(events.count == 2)
        guard case .candle(_, .m10, let bar, isClosed: true) = events.last else {
            Issue.record("\(events)")
            return
        }
        #expect(bar.volume == 6)
        #expect(state.take(candle(5, closed: true)).isEmpty)
    }
}
