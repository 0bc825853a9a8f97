import Crypto
import Foundation
import Market
import Testing
import Wording

@testable import TestExchange

@Suite("The WebSocket API and user data") struct SocketAPITests {
    private let limitOrder = [
        "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "19000",
    ]

    @Test("orders are placed, found and canceled, and replies tell the limits")
    func trades() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws-api/v3")
        let placed = try socket.ask("order.place", limitOrder)
        #expect(placed["status"]?.integer == 200)
        #expect(placed["result"]?["status"]?.text == "NEW")
        guard case .array(let limits) = placed["rateLimits"] else {
            Issue.record("\(placed.compact)")
            return
        }
        #expect(limits.first?["rateLimitType"]?.text == "ORDERS")
        #expect(limits.first?["count"]?.integer == 1)
        let id = try #require(placed["result"]?["orderId"]?.integer)
        let found = try socket.ask("order.status", ["symbol": "BTCUSDT", "orderId": String(id)])
        #expect(found["result"]?["clientOrderId"] == placed["result"]?["clientOrderId"])
        let canceled = try socket.ask("order.cancel", ["symbol": "BTCUSDT", "orderId": String(id)])
        #expect(canceled["result"]?["status"]?.text == "CANCELED")
        let again = try socket.ask("order.cancel", ["symbol": "BTCUSDT", "orderId": String(id)])
        #expect(again["status"]?.integer == 400)
        #expect(again["error"]?["code"]?.integer == -2011)
    }

    @Test(
        "every public method answers",
        arguments: [
            ("ping", [:]), ("time", [:]), ("exchangeInfo", [:]), ("depth", ["symbol": "BTCUSDT"]),
            ("trades.recent", ["symbol": "BTCUSDT"]), ("trades.aggregate", ["symbol": "BTCUSDT"]),
            ("klines", ["symbol": "BTCUSDT", "interval": "1m"]), ("avgPrice", ["symbol": "BTCUSDT"]),
            ("ticker.24hr", ["symbol": "BTCUSDT"]), ("ticker.price", [:]), ("ticker.book", [:]),
            ("ticker", ["symbol": "BTCUSDT"]), ("ticker.tradingDay", ["symbol": "BTCUSDT"]), ("session.status", [:]),
        ] as [(String, [String: String])])
    func answers(method: String, parameters: [String: String]) throws {
        let socket = try VenueBench().open("/ws-api/v3")
        let reply = try socket.ask(method, parameters, signed: false)
        #expect(reply["status"]?.integer == 200, "\(reply.compact)")
    }

    @Test(
        "every method of an account answers",
        arguments: [
            ("account.status", [:]), ("openOrders.status", [:]), ("allOrders", ["symbol": "BTCUSDT"]),
            ("myTrades", ["symbol": "BTCUSDT"]), ("account.rateLimits.orders", [:]), ("openOrderLists.status", [:]),
            ("allOrderLists", [:]), ("account.commission", ["symbol": "BTCUSDT"]),
        ] as [(String, [String: String])])
    func answersSigned(method: String, parameters: [String: String]) throws {
        let socket = try VenueBench().open("/ws-api/v3")
        let reply = try socket.ask(method, parameters)
        #expect(reply["status"]?.integer == 200, "\(reply.compact)")
    }

    @Test(
        "requests that make no sense are refused, and the connection stays",
        arguments: [
            ("{", -1135), ("[]", -1135), (#"{"id":1}"#, -1102), (#"{"id":1,"method":"no.such"}"#, -1000),
            (#"{"id":1,"method":"time","params":{"x":1}}"#, -1104), (#"{"id":1,"method":"klines","params":[]}"#, -1100),
            (#"{"id":1.5,"method":"time"}"#, -1100), (#"{"method":"time"}"#, -1100),
            (#"{"id":1,"method":"account.status","params":{}}"#, -1102),
        ])
    func refuses(text: String, code: Int64) throws {
        let socket = try VenueBench().open("/ws-api/v3")
        socket.say(text)
        #expect(try socket.texts().first?["error"]?["code"]?.integer == code)
        #expect(!socket.port.isClosed)
    }

    @Test("user data follows a signed subscription, and ends with it")
    func followsUserData() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws-api/v3")
        #expect(try socket.ask("userDataStream.subscribe.signature")["result"]?["subscriptionId"]?.integer == 0)
        #expect(try socket.ask("userDataStream.subscribe.signature")["error"]?["code"]?.integer == -2035)
        _ = try bench.signed("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
        let events = try socket.texts()
        #expect(events.allSatisfy { $0["subscriptionId"]?.integer == 0 })
        let names = events.compactMap { $0["event"]?["e"]?.text }
        #expect(names == ["executionReport", "executionReport", "outboundAccountPosition"])
        let fill = try #require(events[1]["event"])
        #expect(fill["x"]?.text == "TRADE")
        #expect(fill["X"]?.text == "FILLED")
        #expect(fill["l"]?.text == "0.10000000")
        #expect(fill["N"]?.text == "BTC")
        #expect(
            try socket.ask("session.subscriptions", signed: false)["result"]
                == .array([.object([("subscriptionId", .number("0"))])]))
        #expect(
            try socket.ask("userDataStream.unsubscribe", ["subscriptionId": "0"], signed: false)["status"]?.integer
                == 200)
        _ = try bench.signed("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
        #expect(try socket.texts().isEmpty)
    }

    @Test("a session is opened by an Ed25519 key alone, and then needs no signatures")
    func logsOn() throws {
        let pair = Curve25519.Signing.PrivateKey()
        let bench = try VenueBench { options in
            options.accounts[0].keys.append(
                TestExchangeKey("edkey", .ed25519(Array(pair.publicKey.rawRepresentation))))
        }
        let socket = try bench.open("/ws-api/v3")
        #expect(try socket.ask("session.logon")["error"]?["code"]?.integer == -4056)
        let payload = "apiKey=edkey&timestamp=\(bench.now)"
        let signature = try pair.signature(for: Data(payload.utf8)).base64EncodedString()
        socket.say(
            #"{"id":9,"method":"session.logon","params":{"apiKey":"edkey","timestamp":\#(bench.now),"#
                + #""signature":"\#(signature)"}}"#)
        #expect(try socket.texts().last?["result"]?["apiKey"]?.text == "edkey")
        socket.say(#"{"id":10,"method":"account.status","params":{"timestamp":\#(bench.now)}}"#)
        #expect(try socket.texts().last?["status"]?.integer == 200)
        socket.say(#"{"id":11,"method":"userDataStream.subscribe"}"#)
        #expect(try socket.texts().last?["result"]?["subscriptionId"]?.integer == 0)
        #expect(try socket.ask("session.logout", signed: false)["result"]?["apiKey"] == .null)
        socket.say(#"{"id":12,"method":"account.status","params":{"timestamp":\#(bench.now)}}"#)
        #expect(try socket.texts().last?["error"]?["code"]?.integer == -1102)
    }

    @Test("user data is lost, doubled and put out of order on demand")
    func spoilsUserData() throws {
        let bench = try VenueBench()
        let socket = try bench.open("/ws-api/v3")
        _ = try socket.ask("userDataStream.subscribe.signature")
        func states(_ effect: Fault.Effect, skip: Int) throws -> [String] {
            bench.venue.faults.removeAll()
            bench.venue.faults.add(Fault("EVENT executionReport", effect, skip: skip, times: 1))
            _ = try bench.signed("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
            return try socket.texts().compactMap { $0["event"]?["x"]?.text }
        }
        #expect(try states(.loseEvent, skip: 1) == ["NEW"])
        #expect(try states(.duplicateEvent, skip: 1) == ["NEW", "TRADE", "TRADE"])
        #expect(try states(.holdEvent, skip: 0) == ["TRADE", "NEW"])
    }

    @Test("older clients may still follow by a listen key")
    func keepsListenKeys() throws {
        let bench = try VenueBench()
        let opened = try bench.reply(VenueRequest("POST", "/api/v3/userDataStream", apiKey: ExchangeFixture.key))
        let name = try #require(try JSONParser.parse(opened.body)["listenKey"]?.text)
        let socket = try bench.open("/ws/\(name)")
        _ = try bench.signed("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1")
        #expect(try socket.texts().first?["e"]?.text == "executionReport")
    }

    @Test("requests are delayed, unanswered, cut and refused on demand")
    func spoilsRequests() throws {
        let bench = try VenueBench { options in
            options.faults = [
                Fault("WS time", .delay(milliseconds: 50), times: 1),
                Fault("WS ping", .neverAnswer, times: 1),
                Fault("WS depth", .refuse(status: 429, code: -1003, text: "slow", retryAfter: 2), times: 1),
                Fault("WS order.place", .statusUnknown(status: 504), times: 1),
                Fault("WS order.place", .halfFrame, skip: 1, times: 1),
            ]
        }
        let socket = try bench.open("/ws-api/v3")
        socket.say(#"{"id":1,"method":"time"}"#)
        #expect(try socket.texts().isEmpty)
        bench.step(50)
        #expect(try socket.texts().first?["id"]?.integer == 1)
        socket.say(#"{"id":2,"method":"ping"}"#)
        #expect(try socket.texts().isEmpty)
        socket.say(#"{"id":3,"method":"depth","params":{"symbol":"BTCUSDT"}}"#)
        let refused = try #require(try socket.texts().first)
        #expect(refused["status"]?.integer == 429)
        #expect(refused["error"]?["data"]?["retryAfter"]?.integer == bench.now + 2000)
        let unknown = try socket.ask("order.place", limitOrder)
        #expect(unknown["error"]?["code"]?.integer == -1007)
        #expect(try bench.signed("GET", "/api/v3/openOrders").json != .array([]))
        socket.say(socket.request("order.place", limitOrder))
        #expect(try socket.texts().isEmpty)
        #expect(socket.port.isClosed)
        #expect(!socket.port.bytes.isEmpty)
    }
}
