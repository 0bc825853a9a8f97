import Broker
import Market
import Synchronization
import Testing
import Trading
import Transport
import Wording

@testable import BinanceBroker

@Suite("A venue that fails") struct BrokerFaultTests {
    private static let page = "<html><body>Service unavailable</body></html>"

    /// The scene with `reply` to every order, cancel and ticker.
    private func scene(
        _ reply: LoopbackVenue.Reply, options: BinanceOptions = VenueScene.quick,
        _ body: (VenueScene) async throws -> Void
    ) async throws {
        try await VenueScene.run(
            options: options,
            answer: { request, _ in
                ["/api/v3/order", "/api/v3/ticker/24hr"].contains(request.path) ? reply : nil
            }, body)
    }

    @Test(arguments: [
        ("a web page", LoopbackVenue.Reply.text(200, Self.page)), ("a web page, 502", .text(502, Self.page)),
        ("half a reply", .half(#"{"symbol":"BTCUSDT","orderId":28,"orderListId":-1}"#)),
        ("half a JSON", .json(#"{"symbol":"BTCUSDT","orderId":28,"#)), ("another JSON", .json("{}")),
        ("nothing", .drop), ("-1007", .text(408, #"{"code":-1007,"msg":"Timeout waiting for response"}"#)),
    ])
    func `after an order was sent the outcome is unknown, and it is sent once`(
        name: String, reply: LoopbackVenue.Reply
    ) async throws {
        try await scene(reply) { (scene: VenueScene) async throws in
            let order = try scene.order()
            let placing = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(placing?.code == "outcome_unknown")
            #expect(scene.venue.count("POST", "/api/v3/order") == 1)
            let cancelling = await scene.failure { () async throws(BrokerError) in
                try await scene.broker.cancel(.client(order.clientID), on: order.symbol)
            }
            #expect(cancelling?.code == "outcome_unknown")
            #expect(scene.venue.count("DELETE", "/api/v3/order") == 1)
        }
    }

    @Test(arguments: [
        ("a web page", LoopbackVenue.Reply.text(200, Self.page)), ("a web page, 502", .text(502, Self.page)),
        ("half a JSON", .json(#"{"symbol":"BTCUSDT","#)), ("nothing", .drop),
    ])
    func `a question is asked again, a bounded number of times`(name: String, reply: LoopbackVenue.Reply) async throws {
        try await scene(reply) { (scene: VenueScene) async throws in
            let symbol = try Symbol("BTC/USDT")
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.ticker(symbol) }
            #expect(error?.code == "retryable")
            #expect(scene.venue.count("GET", "/api/v3/ticker/24hr") >= 3)
        }
    }

    @Test func `a question that fails once is answered`() async throws {
        let ticker = String(decoding: try Payload.bytes("ticker_24hr"), as: UTF8.self)
        try await VenueScene.run(answer: { request, before in
            guard request.path == "/api/v3/ticker/24hr" else { return nil }
            return before == 0 ? .text(503, Self.page) : .json(ticker)
        }) { (scene: VenueScene) async throws in
            #expect(try await scene.broker.ticker(Symbol("BTC/USDT")).last.description == "42000.07")
        }
    }

    @Test func `a venue that accepts and never answers leaves an order unknown, in words`() async throws {
        var options = VenueScene.quick
        options.timeout = .milliseconds(200)
        try await scene(.silence, options: options) { (scene: VenueScene) async throws in
            let order = try scene.order()
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(error?.code == "outcome_unknown")
            #expect(error?.message.english.contains("127.0.0.1") == true)
            #expect(scene.venue.count("POST", "/api/v3/order") == 1)
        }
    }

    @Test func `an order is waited for less long than a question may be`() async throws {
        var options = VenueScene.quick
        options.timeout = .seconds(600)
        options.orderTimeout = .milliseconds(200)
        try await scene(.silence, options: options) { (scene: VenueScene) async throws in
            let order = try scene.order()
            let placing = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(placing?.code == "outcome_unknown")
            let cancelling = await scene.failure { () async throws(BrokerError) in
                try await scene.broker.cancel(.client(order.clientID), on: order.symbol)
            }
            #expect(cancelling?.code == "outcome_unknown")
        }
    }

    @Test func `an order whose turn does not come soon is not sent`() async throws {
        let reply = String(decoding: try Payload.bytes("order_full"), as: UTF8.self)
        var options = VenueScene.quick
        options.longestTurn = .seconds(600)
        options.longestOrderDelay = .seconds(1)
        try await scene(.text(200, reply, ["x-mbx-order-count-10s": "100"]), options: options) {
            (scene: VenueScene) async throws in
            let order = try scene.order()
            _ = try await scene.broker.place(order)
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(error?.code == "retryable")
            #expect(error?.message.english.contains("nothing was sent") == true)
            #expect(scene.venue.count("POST", "/api/v3/order") == 1)
        }
    }

    @Test func `the last tenth of a venue's orders is for urgent ones`() async throws {
        let reply = String(decoding: try Payload.bytes("order_full"), as: UTF8.self)
        try await scene(.text(200, reply, ["x-mbx-order-count-10s": "90"])) { (scene: VenueScene) async throws in
            let order = try scene.order()
            _ = try await scene.broker.place(order)
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(error?.code == "retryable")
            let urgent = await scene.failure { () async throws(BrokerError) in
                let result = await CallUrgency.$isUrgent.withValue(true) {
                    await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
                }
                if let result { throw result }
            }
            #expect(urgent == nil)
            #expect(scene.venue.count("POST", "/api/v3/order") == 2)
        }
    }

    @Test(arguments: ["/api/v3/exchangeInfo", "/api/v3/time"])
    func `an order that had to wait for something else until it is late is not sent, and the next one is`(
        path: String
    ) async throws {
        let reply = String(decoding: try Payload.bytes("order_full"), as: UTF8.self)
        let time = Mutex<VenueScene.TestTime?>(nil)
        try await VenueScene.run(answer: { request, _ in
            if request.path == path { time.withLock { $0?.advance(.seconds(3)) } }
            return request.path == "/api/v3/order" ? .json(reply) : nil
        }) { (scene: VenueScene) async throws in
            time.withLock { $0 = scene.time }
            let order = try scene.order()
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(error?.code == "retryable")
            #expect(error?.message.english.contains("nothing was sent") == true)
            #expect(scene.venue.count("POST", "/api/v3/order") == 0)
            _ = try await scene.broker.place(order)
            #expect(scene.venue.count("POST", "/api/v3/order") == 1)
        }
    }

    @Test func `what was never sent may be sent again`() async throws {
        let free = try LoopbackVenue { _, _ in .drop }
        free.stop()
        let http = HTTPClient()
        let broker = try BinanceBroker(environment: .custom(baseURL: free.url), http: http)
        let error = await #expect(throws: BrokerError.self) { try await broker.serverTime() }
        #expect(error?.code == "retryable")
        await broker.close()
        await http.close()
    }

    @Test func `an order whose time is refused is signed anew by the venue's clock and sent once more`() async throws {
        let reply = String(decoding: try Payload.bytes("order_full"), as: UTF8.self)
        try await VenueScene.run(answer: { request, before in
            switch request.path {
            // The second time the venue's clock is 10 s ahead.
            case "/api/v3/time": .json("{\"serverTime\":\(1_704_110_430_000 + Int64(before) * 10_000)}")
            case "/api/v3/order":
                before == 0 ? .text(400, #"{"code":-1021,"msg":"Timestamp outside of the recvWindow."}"#) : .json(reply)
            default: nil
            }
        }) { (scene: VenueScene) async throws in
            let report = try await scene.broker.place(scene.order())
            #expect(report.venueID == VenueOrderID("28"))
            let times = scene.venue.requests.filter { $0.path == "/api/v3/order" }.map { $0.parameters["timestamp"] }
            #expect(times == ["1704110430000", "1704110440000"])
        }
    }

    @Test func `a time that is refused twice is told with how far the clocks are apart`() async throws {
        try await VenueScene.run(answer: { request, _ in
            switch request.path {
            case "/api/v3/time": .json(#"{"serverTime":1704110440000}"#)
            case "/api/v3/order": .text(400, #"{"code":-1021,"msg":"Timestamp outside of the recvWindow."}"#)
            default: nil
            }
        }) { (scene: VenueScene) async throws in
            let order = try scene.order()
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.place(order) }
            #expect(error?.code == "retryable")
            #expect(error?.message.english.contains("10.0 s ahead") == true)
            #expect(scene.venue.count("POST", "/api/v3/order") == 2)
        }
    }

    @Test func `a venue that asks to be left alone is left alone`() async throws {
        try await scene(.text(429, #"{"code":-1003,"msg":"Too much request weight used"}"#, ["Retry-After": "120"])) {
            (scene: VenueScene) async throws in
            let symbol = try Symbol("BTC/USDT")
            for _ in 0..<2 {
                let error = await scene.failure { () async throws(BrokerError) in
                    try await scene.broker.ticker(symbol)
                }
                guard case .retryable(_, let wait?) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(wait == .seconds(120))
            }
            #expect(scene.venue.count("GET", "/api/v3/ticker/24hr") == 1)
            scene.time.advance(.seconds(121))
            _ = await scene.failure { () async throws(BrokerError) in try await scene.broker.ticker(symbol) }
            #expect(scene.venue.count("GET", "/api/v3/ticker/24hr") == 2)
        }
    }

    @Test func `a short wait that the venue asks for is kept, and the question asked again`() async throws {
        let ticker = String(decoding: try Payload.bytes("ticker_24hr"), as: UTF8.self)
        try await VenueScene.run(answer: { request, before in
            guard request.path == "/api/v3/ticker/24hr" else { return nil }
            return before == 0 ? .text(429, #"{"code":-1003,"msg":"x"}"#, ["Retry-After": "0"]) : .json(ticker)
        }) { (scene: VenueScene) async throws in
            _ = try await scene.broker.ticker(Symbol("BTC/USDT"))
            #expect(scene.venue.count("GET", "/api/v3/ticker/24hr") == 2)
        }
    }

    @Test func `what the venue has counted is counted`() async throws {
        let ticker = String(decoding: try Payload.bytes("ticker_24hr"), as: UTF8.self)
        try await scene(.text(200, ticker, ["x-mbx-used-weight-1m": "6000"])) { (scene: VenueScene) async throws in
            let symbol = try Symbol("BTC/USDT")
            _ = try await scene.broker.ticker(symbol)
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.ticker(symbol) }
            #expect(error?.code == "retryable")
            #expect(scene.venue.count("GET", "/api/v3/ticker/24hr") == 1)
            // The next minute has a weight of its own.
            scene.time.advance(.seconds(60))
            _ = try await scene.broker.ticker(symbol)
        }
    }

    @Test func `many who ask at once share one list of markets`() async throws {
        let ticker = String(decoding: try Payload.bytes("ticker_24hr"), as: UTF8.self)
        try await scene(.json(ticker)) { (scene: VenueScene) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask { _ = try await scene.broker.ticker(Symbol("BTC/USDT")) }
                }
                try await group.waitForAll()
            }
            #expect(scene.venue.count("GET", "/api/v3/exchangeInfo") == 1)
        }
    }

    @Test func `a closed broker says so and its feeds end`() async throws {
        try await VenueScene.run { (scene: VenueScene) async throws in
            await scene.broker.close()
            let error = await scene.failure { () async throws(BrokerError) in try await scene.broker.serverTime() }
            #expect(error?.code == "retryable")
            await #expect(throws: BrokerError.self) {
                for try await _ in scene.broker.accountEvents() {}
            }
        }
    }
}
