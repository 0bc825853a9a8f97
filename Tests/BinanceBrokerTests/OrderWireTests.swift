import Broker
import Market
import Testing
import Trading
import Wording

@testable import BinanceBroker

@Suite("Orders on the wire") struct OrderWireTests {
    private func decimal(_ text: String) throws -> FixedDecimal { try #require(FixedDecimal(text)) }

    private func query(_ instruction: OrderInstruction, _ amount: OrderAmount, _ side: Side = .buy) throws -> String {
        let order = OrderRequest(
            clientID: ClientOrderID(prefix: "a7f3", number: 12), symbol: try Symbol("BTC/USDT"), side: side,
            instruction: instruction, amount: amount)
        return OrderWire.placing(order, on: try Payload.market("BTC/USDT")).query
    }

    private static let end = "&newClientOrderId=a7f3-12&newOrderRespType=FULL"

    @Test func `each kind of order carries what the venue asks of it, in plain decimals`() throws {
        let amount = OrderAmount.base(Quantity(try decimal("0.00000029")))
        let price = Price(try decimal("42000.10"))
        let trigger = Price(41_000)
        #expect(
            try query(.market, amount) == "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.00000029" + Self.end)
        #expect(
            try query(.market, .quote(Money(try decimal("25.5"))), .sell)
                == "symbol=BTCUSDT&side=SELL&type=MARKET&quoteOrderQty=25.5" + Self.end)
        #expect(
            try query(.limit(price, .fillOrKill), amount)
                == "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=FOK&price=42000.1&quantity=0.00000029" + Self.end)
        #expect(
            try query(.postOnly(price), amount)
                == "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&price=42000.1&quantity=0.00000029" + Self.end)
        #expect(
            try query(.stop(trigger: trigger, limit: nil), amount)
                == "symbol=BTCUSDT&side=BUY&type=STOP_LOSS&stopPrice=41000&quantity=0.00000029" + Self.end)
        #expect(
            try query(.takeProfit(trigger: trigger, limit: price), amount)
                == "symbol=BTCUSDT&side=BUY&type=TAKE_PROFIT_LIMIT&timeInForce=GTC&price=42000.1&stopPrice=41000"
                + "&quantity=0.00000029" + Self.end)
    }

    @Test func `a pair sells its target above and its stop below, and buys the other way round`() throws {
        var pair = OrderPairRequest(
            symbol: try Symbol("BTC/USDT"), side: .sell, quantity: Quantity(5), target: Price(45_000),
            targetID: ClientOrderID(prefix: "a7f3", number: 20), stop: Price(39_000),
            stopID: ClientOrderID(prefix: "a7f3", number: 21))
        let market = try Payload.market("BTC/USDT")
        #expect(
            OrderWire.placing(pair, on: market).query
                == "symbol=BTCUSDT&side=SELL&quantity=5&aboveType=LIMIT_MAKER&abovePrice=45000"
                + "&aboveClientOrderId=a7f3-20&belowType=STOP_LOSS&belowStopPrice=39000&belowClientOrderId=a7f3-21"
                + "&newOrderRespType=FULL")
        (pair.side, pair.target, pair.stop, pair.stopLimit) = (.buy, Price(39_000), Price(45_000), Price(45_100))
        #expect(
            OrderWire.placing(pair, on: market).query
                == "symbol=BTCUSDT&side=BUY&quantity=5&belowType=LIMIT_MAKER&belowPrice=39000"
                + "&belowClientOrderId=a7f3-20&aboveType=STOP_LOSS_LIMIT&aboveStopPrice=45000&abovePrice=45100"
                + "&aboveTimeInForce=GTC&aboveClientOrderId=a7f3-21&newOrderRespType=FULL")
    }

    @Test func `an order is named by our name or by the venue's number, never by other text`() throws {
        let market = try Payload.market("BTC/USDT")
        #expect(
            try OrderWire.naming(.client(ClientOrderID(prefix: "a", number: 1)), on: market).query
                == "symbol=BTCUSDT&origClientOrderId=a-1")
        #expect(
            try OrderWire.naming(.venue(VenueOrderID("28")), on: market).query == "symbol=BTCUSDT&orderId=28")
        for text in ["", "x", "-1", "1&symbol=ETHBTC"] {
            #expect(throws: BrokerError.self) { try OrderWire.naming(.venue(VenueOrderID(text)), on: market) }
        }
    }
}

@Suite("Orders in replies") struct OrderReplyTests {
    private let symbol: Symbol

    init() throws {
        symbol = try Symbol("BTC/USDT")
    }

    @Test func `a market order that filled tells its executions, exactly`() throws {
        let order = try OrderReply.order(try Payload.document("order_full").root, symbol: symbol)
        #expect(order.venueID == VenueOrderID("28"))
        #expect(order.clientID == ClientOrderID(prefix: "a7f3", number: 12))
        #expect(order.instruction == .market)
        #expect(order.side == .sell)
        #expect(order.status == .filled)
        #expect(order.filledValue.description == "400.00015")
        #expect(order.createdAt.milliseconds == 1_507_725_176_595)
        #expect(order.fills.map(\.id.text) == ["56", "57"])
        #expect(order.fills[1].price.description == "4000.003")
        #expect(order.fills[1].fee == Fee(amount: try #require(FixedDecimal("0.00001999")), asset: "BNB"))
        #expect(order.fills[1].isMaker == false)
    }

    @Test func `an order asked about tells when it began and what it waits for`() throws {
        let order = try OrderReply.order(try Payload.document("order_query").root, symbol: symbol)
        #expect(order.clientID == nil)
        #expect(
            order.instruction == .stop(trigger: Price(40_000), limit: Price(try #require(FixedDecimal("39990.1")))))
        #expect(order.status == .partiallyFilled)
        #expect(order.createdAt.milliseconds == 1_660_801_713_793)
        #expect(order.updatedAt.milliseconds == 1_660_801_719_999)
    }

    @Test func `a cancelled order keeps its own name, not the cancel's`() throws {
        let order = try OrderReply.cancelled(
            try Payload.document("order_cancelled").root, reference: .venue(VenueOrderID("4")), symbol: symbol)
        #expect(order.clientID == ClientOrderID(prefix: "a7f3", number: 13))
        #expect(order.status == .cancelled)
        #expect(order.filledQuantity.description == "0.25")
    }

    @Test func `a pair is read from its list, and the leg that was cancelled found in it`() throws {
        let root = try Payload.document("order_list").root
        let legs = try OrderReply.list(root, symbol: symbol)
        #expect(legs.map(\.instruction) == [.stop(trigger: Price(39_000), limit: nil), .postOnly(Price(45_000))])
        let leg = try OrderReply.cancelled(root, reference: .venue(VenueOrderID("11")), symbol: symbol)
        #expect(leg.venueID == VenueOrderID("11"))
        #expect(throws: UnreadableReply.self) {
            try OrderReply.cancelled(root, reference: .venue(VenueOrderID("12")), symbol: symbol)
        }
    }

    @Test func `a sum that the venue no longer knows is zero, not negative`() throws {
        let text = String(decoding: try Payload.bytes("order_query"), as: UTF8.self)
            .replacing("\"3999.01000000\"", with: "\"-1.00000000\"")
        #expect(try OrderReply.order(try JSONDocument(text).root, symbol: symbol).filledValue == .zero)
    }

    @Test(arguments: ["\"side\"", "\"orderId\"", "\"executedQty\"", "\"status\"", "\"type\"", "\"transactTime\""])
    func `a reply without what matters is unreadable`(field: String) throws {
        let text = String(decoding: try Payload.bytes("order_full"), as: UTF8.self).replacing(field, with: "\"x\"")
        let root = try JSONDocument(text).root
        #expect(throws: UnreadableReply.self) { try OrderReply.order(root, symbol: symbol) }
    }

    @Test(arguments: [
        ("NEW", "open"), ("PENDING_NEW", "open"), ("PARTIALLY_FILLED", "partially_filled"), ("FILLED", "filled"),
        ("CANCELED", "cancelled"), ("EXPIRED", "expired"), ("EXPIRED_IN_MATCH", "expired"), ("REJECTED", "rejected"),
    ])
    func `every state of the venue is one of ours`(text: String, name: String) throws {
        #expect(try OrderWire.status(text).name == name)
    }

    @Test func `balances that are zero are left out, whatever the asset is called`() throws {
        let balances = try OrderReply.balances(try Payload.document("account").root)
        #expect(balances.map(\.asset) == ["BTC", "LTC", "\u{FF11}\u{FF12}\u{FF13}"])
        #expect(balances[0].free.description == "4723846.89208129")
        #expect(balances[1].locked.description == "0.00000001")
    }

    @Test func `a ticker without an offer has none`() throws {
        let ticker = try #require(try OrderReply.ticker(try Payload.document("ticker_24hr").root, symbol: symbol))
        #expect(ticker.last.description == "42000.07")
        #expect(ticker.bid?.description == "42000.06")
        #expect(ticker.ask == nil)
        #expect(ticker.time.milliseconds == 1_499_869_899_040)
        let silent = try JSONDocument(#"{"lastPrice":"0.00000000","closeTime":1499869899040}"#)
        #expect(try OrderReply.ticker(silent.root, symbol: symbol) == nil)
    }
}
