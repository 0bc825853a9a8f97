import Broker
import Market
import Testing

@testable import BinanceBroker

@Suite("Markets") struct MarketBookTests {
    @Test func `markets are found by either spelling, which is never guessed`() throws {
        let book = try Payload.book()
        #expect(book.markets.map(\.spelling) == ["BTCUSDT", "ETHBTC", "SHIBUSDT", "XYZUSDT"])
        #expect(try book[Symbol("ETH/BTC")]?.spelling == "ETHBTC")
        #expect(book[spelling: "SHIBUSDT"]?.symbol.description == "SHIB/USDT")
        #expect(try book[Symbol("ET/HBTC")] == nil)
    }

    @Test func `a market whose name is not ASCII is left out and counted`() throws {
        #expect(try Payload.book().leftOut == 1)
    }

    @Test func `filters become the rules of the instrument, a bound of zero none`() throws {
        let bitcoin = try Payload.market("BTC/USDT").instrument
        #expect(bitcoin.rules.priceTick == Price(FixedDecimal("0.01")!))
        #expect(bitcoin.rules.quantityStep == Quantity(FixedDecimal("0.00001")!))
        #expect(bitcoin.rules.minimumQuantity == Quantity(FixedDecimal("0.00001")!))
        #expect(bitcoin.rules.maximumQuantity == Quantity(9000))
        #expect(bitcoin.rules.minimumNotional == Money(5))
        #expect(bitcoin.rules.maximumNotional == Money(9_000_000))
        let ether = try Payload.market("ETH/BTC").instrument
        #expect(ether.rules.minimumNotional == Money(FixedDecimal("0.0001")!))
        #expect(ether.rules.maximumNotional == nil)
        #expect(try Payload.market("SHIB/USDT").instrument.rules.minimumNotional == nil)
    }

    @Test func `states and kinds of orders are the venue's`() throws {
        let book = try Payload.book()
        #expect(book.markets.map(\.instrument.isTrading) == [true, false, true, false])
        #expect(book.markets[0].instrument.orderKinds == Set(OrderKindName.allCases))
        #expect(book.markets[1].instrument.orderKinds == [.limit, .market])
        #expect(book.markets.map(\.instrument.hasOrderPairs) == [true, false, false, false])
    }

    @Test func `limits of an unknown kind are left out`() throws {
        let limits = try ExchangeInfoReply(try Payload.document("exchangeInfo")).limits
        #expect(
            limits == [
                .init(kind: .weight, window: .seconds(60), windowName: "1M", limit: 6000),
                .init(kind: .orders, window: .seconds(10), windowName: "10S", limit: 100),
                .init(kind: .orders, window: .seconds(86_400), windowName: "1D", limit: 160_000),
                .init(kind: .rawRequests, window: .seconds(300), windowName: "5M", limit: 300_000),
            ])
    }

    @Test func `two markets of one symbol do not hide each other silently`() throws {
        let market = try Payload.market("BTC/USDT")
        var twin = market
        twin.spelling = "BTCUSDT2"
        let book = MarketBook(markets: [market, twin], leftOut: 0)
        #expect(book.markets.map(\.spelling) == ["BTCUSDT"])
        #expect(book.leftOut == 1)
    }

    @Test(arguments: [
        #"{"symbols":{}}"#, "[]", "{}", "3",
    ])
    func `a description without markets is unreadable`(text: String) throws {
        let document = try JSONDocument(text)
        #expect(throws: UnreadableReply.self) { try ExchangeInfoReply(document) }
    }
}
