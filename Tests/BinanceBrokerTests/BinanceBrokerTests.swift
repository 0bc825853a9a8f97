import Broker
import Market
import Synchronization
import Testing
import Trading
import Transport
import Wording

@testable import BinanceBroker

@Suite("The broker") struct BinanceBrokerTests {
    @Test func `without keys there is market data and no account, in words`() async throws {
        let ticker = String(decoding: try Payload.bytes("ticker_24hr"), as: UTF8.self)
        try await VenueScene.run(
            hasKeys: false, answer: { request, _ in request.path == "/api/v3/ticker/24hr" ? .json(ticker) : nil }
        ) { (scene: VenueScene) async throws in
            #expect(!scene.broker.capabilities.hasAccount)
            #expect(!scene.broker.capabilities.isRealMoney)
            #expect(try await scene.broker.ticker(Symbol("BTC/USDT")).last.description == "42000.07")
            let order = try scene.order()
            let before = scene.venue.requests.count
            for error in [
                await scene.failure { () async throws(BrokerError) in try await scene.broker.balances() },
                await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) },
                await scene.failure { () async throws(BrokerError) in try await scene.broker.openOrders(on: nil) },
            ] {
                #expect(error?.code == "unauthorised")
            }
            await #expect(throws: BrokerError.self) {
                for try await _ in scene.broker.accountEvents() {}
            }
            #expect(scene.venue.requests.count == before)
        }
    }

    @Test func `an order is signed, sent as a form, and answered`() async throws {
        let reply = String(decoding: try Payload.bytes("order_full"), as: UTF8.self)
        try await VenueScene.run(answer: { request, _ in request.path == "/api/v3/order" ? .json(reply) : nil }) {
            (scene: VenueScene) async throws in
            let report = try await scene.broker.place(scene.order())
            #expect(report.fills.count == 2)
            let request = try #require(scene.venue.requests.last)
            #expect(request.method == "POST")
            #expect(request.parameters["newClientOrderId"] == "a7f3-12")
            #expect(request.parameters["quantity"] == "0.001")
            #expect(request.parameters["signature"]?.count == 64)
            #expect(request.headers.contains("X-MBX-APIKEY: \(SigningTests.key)"))
            #expect(!request.headers.contains(SigningTests.secret))
        }
    }

    @Test func `what the rules forbid is refused without a call`() async throws {
        try await VenueScene.run { (scene: VenueScene) async throws in
            let off = try scene.order("0.000015")
            let small = try scene.order("0.00001", symbol: "BTC/USDT")
            let unknown = try scene.order(symbol: "NO/SUCH")
            let halted = try scene.order(symbol: "ETH/BTC")
            var codes: [String?] = []
            for order in [off, small, unknown, halted] {
                codes.append(
                    await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }?.code)
            }
            #expect(codes == ["off_step", "out_of_range", "unknown_symbol", "market_closed"])
            #expect(scene.venue.count("POST", "/api/v3/order") == 0)
        }
    }

    @Test func `a market that was closed is looked at anew before each refusal`() async throws {
        let info = String(decoding: try Payload.bytes("exchangeInfo"), as: UTF8.self)
        let reply = String(decoding: try Payload.bytes("order_full"), as: UTF8.self)
        try await VenueScene.run(answer: { request, before in
            switch request.path {
            case "/api/v3/exchangeInfo":
                .json(before < 2 ? info.replacing("\"TRADING\"", with: "\"HALT\"") : info)
            case "/api/v3/order": .json(reply)
            default: nil
            }
        }) { (scene: VenueScene) async throws in
            let order = try scene.order()
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(error?.code == "market_closed")
            _ = try await scene.broker.place(order)
            #expect(scene.venue.count("GET", "/api/v3/exchangeInfo") == 3)
        }
    }

    @Test func `rules are looked at anew before an order is refused by old ones`() async throws {
        let info = String(decoding: try Payload.bytes("exchangeInfo"), as: UTF8.self)
        let reply = String(decoding: try Payload.bytes("order_full"), as: UTF8.self)
        try await VenueScene.run(answer: { request, before in
            switch request.path {
            case "/api/v3/exchangeInfo":
                .json(before == 0 ? info : info.replacing("0.00001000", with: "0.00000100"))
            case "/api/v3/order": .json(reply)
            default: nil
            }
        }) { (scene: VenueScene) async throws in
            let order = try scene.order("0.001001")
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(error?.code == "off_step")
            #expect(scene.venue.count("GET", "/api/v3/exchangeInfo") == 1)
            scene.time.advance(.seconds(61))
            _ = try await scene.broker.place(order)
            #expect(scene.venue.count("GET", "/api/v3/exchangeInfo") == 2)
        }
    }

    @Test func `an order that the venue never heard of is nil, other failures are not`() async throws {
        try await VenueScene.run(answer: { request, before in
            guard request.path == "/api/v3/order" else { return nil }
            return before == 0
                ? .text(400, #"{"code":-2013,"msg":"Order does not exist."}"#)
                : .text(401, #"{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}"#)
        }) { (scene: VenueScene) async throws in
            let reference = OrderReference.client(ClientOrderID(prefix: "x", number: 1))
            #expect(try await scene.broker.order(reference, on: Symbol("BTC/USDT")) == nil)
            let error = await #expect(throws: BrokerError.self) {
                try await scene.broker.order(reference, on: Symbol("BTC/USDT"))
            }
            #expect(error?.code == "unauthorised")
        }
    }

    @Test func `candles page through the venue and stop at the bar in progress`() async throws {
        try await VenueScene.run(answer: { request, _ in
            guard request.path == "/api/v3/klines", let start = request.parameters["startTime"].flatMap(Int64.init),
                let end = request.parameters["endTime"].flatMap(Int64.init),
                let limit = request.parameters["limit"].flatMap(Int64.init)
            else { return nil }
            let first = (start + 59_999) / 60_000 * 60_000
            // The venue knows bars up to the one in progress, 2024-01-01T12:00Z.
            let last = min(end, 1_704_110_400_000)
            let rows = stride(from: first, through: last, by: 60_000).prefix(Int(limit))
                .map { "[\($0),\"1\",\"2\",\"1\",\"2\",\"3\"]" }
            return .json("[" + rows.joined(separator: ",") + "]")
        }) { (scene: VenueScene) async throws in
            let candles = try await scene.broker.candles(
                CandleRequest(
                    symbol: Symbol("BTC/USDT"), timeframe: .m1, from: Timestamp(parsing: "2023-12-31T12:00Z"),
                    to: Timestamp(parsing: "2024-01-02")))
            #expect(candles.count == 1440)
            #expect(candles.last?.openTime.description == "2024-01-01T11:59:00Z")
            #expect(scene.venue.count("GET", "/api/v3/klines") == 2)
        }
    }

    @Test func `open orders of all markets leave out those that have no symbol or another type`() async throws {
        let order = String(decoding: try Payload.bytes("order_query"), as: UTF8.self)
        let foreign = order.replacing("BTCUSDT", with: "\u{FF11}\u{FF12}")
        let other = order.replacing(/"type": ?"[A-Z_]+"/, with: #""type":"PEGGED""#)
        #expect(other != order)
        try await VenueScene.run(answer: { request, _ in
            request.path == "/api/v3/openOrders" ? .json("[\(order),\(foreign),\(other)]") : nil
        }) { (scene: VenueScene) async throws in
            #expect(try await scene.broker.openOrders(on: nil).map(\.symbol.description) == ["BTC/USDT"])
        }
    }

    @Test func `the clock's offset is asked and told`() async throws {
        try await VenueScene.run(answer: { request, _ in
            request.path == "/api/v3/time" ? .json(#"{"serverTime":1704110420000}"#) : nil
        }) { (scene: VenueScene) async throws in
            #expect(try await scene.broker.clockOffset().milliseconds == -10_000)
            #expect(try await scene.broker.serverTime().milliseconds == 1_704_110_420_000)
            #expect(try await scene.broker.leftOutMarkets() == 1)
        }
    }

    @Test func `a slow answer about the time is asked for again, and the surer one counts`() async throws {
        let time = Mutex<VenueScene.TestTime?>(nil)
        try await VenueScene.run(answer: { request, before in
            guard request.path == "/api/v3/time" else { return nil }
            // The first answer arrives 4 s after its question, and was written at the beginning of them.
            if before == 0 { time.withLock { $0?.advance(.seconds(4)) } }
            return .json("{\"serverTime\":\(before == 0 ? 1_704_110_430_000 : 1_704_110_434_000)}")
        }) { (scene: VenueScene) async throws in
            time.withLock { $0 = scene.time }
            let offset = try await scene.broker.clockOffset()
            #expect(offset.milliseconds == 0)
            #expect(offset.uncertainty == 0)
            #expect(scene.venue.count("GET", "/api/v3/time") == 2)
        }
    }
}
