import Foundation
import Market
import TestExchange
import TestSupport
import Testing
import Transport
import Wording

@Suite("The test exchange as a server", .timeLimit(.minutes(5))) struct ServerTests {
    private static let headers: HeaderFields = [
        "X-MBX-APIKEY": ExchangeFixture.key, "Content-Type": "application/x-www-form-urlencoded",
    ]

    private func withClient(
        _ options: TestExchangeOptions = ExchangeFixture.options, _ clientOptions: HTTPClientOptions = .init(),
        _ body: (TestExchangeServer, TestExchangeAddress, HTTPClient) async throws -> Void
    ) async throws {
        let http = HTTPClient(clientOptions)
        do {
            try await TestExchangeServer.running(options) { server, address in
                try await body(server, address, http)
            }
        } catch {
            await http.close()
            throw error
        }
        await http.close()
    }

    private func order(_ address: TestExchangeAddress, _ parameters: String, timeout: Duration? = nil) -> HTTPRequest {
        HTTPRequest(
            .post, address.rest + "/api/v3/order", headers: Self.headers,
            body: Array(ExchangeFixture.signed(parameters).utf8), timeout: timeout)
    }

    private static let buy = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.1"

    @Test("answers public and signed requests over HTTP")
    func answersOverHTTP() async throws {
        try await withClient { _, address, http in
            let time = try await http.send(HTTPRequest(.get, address.rest + "/api/v3/time"))
            #expect(time.status == 200)
            #expect(time.text.hasPrefix(#"{"serverTime":"#))
            let placed = try await http.send(order(address, Self.buy))
            #expect(placed.status == 200)
            #expect(placed.text.contains(#""status":"FILLED""#))
            #expect(placed.headers["X-MBX-ORDER-COUNT-10S"] == "0")
            let upgrade = HTTPRequest(
                .get, address.rest + "/api/v3/time", headers: ["Upgrade": "h2c", "Connection": "Upgrade"])
            #expect(try await http.send(upgrade).status == 200)
            let long = HTTPRequest(
                .post, address.rest + "/api/v3/order", headers: Self.headers,
                body: Array(repeating: UInt8(ascii: "a"), count: 1 << 20))
            #expect(try await http.send(long).status == 413)
        }
    }

    @Test("speaks TLS with a certificate of one's own")
    func speaksTLS() async throws {
        let authority = try TestAuthority()
        let identity = try authority.identity()
        var options = ExchangeFixture.options
        options.tls = TLSFiles(certificateChain: identity.certificate, privateKey: identity.key)
        var clientOptions = HTTPClientOptions()
        clientOptions.extraAuthorities = authority.file
        try await withClient(options, clientOptions) { _, address, http in
            #expect(address.rest.hasPrefix("https://"))
            #expect(try await http.send(HTTPRequest(.get, address.rest + "/api/v3/ping")).text == "{}")
            var socketOptions = WebSocketOptions()
            socketOptions.extraAuthorities = authority.file
            let socket = try await WebSocketConnection.connect(address.streams + "/ws/btcusdt@trade", socketOptions)
            _ = try await http.send(order(address, Self.buy))
            #expect(try await socket.receive().contains(#""e":"trade""#))
            await socket.close()
        }
    }

    @Test("streams market and user data over WebSockets")
    func streams() async throws {
        try await withClient { _, address, http in
            let market = try await WebSocketConnection.connect(
                address.streams + "/stream?streams=btcusdt@trade", WebSocketOptions())
            let user = try await WebSocketConnection.connect(address.socketAPI, WebSocketOptions())
            let time = Int64(Date().timeIntervalSince1970 * 1000)
            let payload = "apiKey=\(ExchangeFixture.key)&timestamp=\(time)"
            try await user.send(
                #"{"id":1,"method":"userDataStream.subscribe.signature","params":{"apiKey":"\#(ExchangeFixture.key)","#
                    + #""timestamp":\#(time),"signature":"\#(ExchangeFixture.signature(of: payload))"}}"#)
            #expect(try await user.receive().contains(#""subscriptionId":0"#))
            _ = try await http.send(order(address, Self.buy))
            #expect(try await market.receive().contains(#""stream":"btcusdt@trade""#))
            #expect(try await user.receive().contains(#""e":"executionReport""#))
            await market.close()
            await user.close()
        }
    }

    @Test("a reply is lost after the order was accepted, and no reply comes at all")
    func losesReplies() async throws {
        try await withClient { server, address, http in
            try await server.inject(Fault("POST /api/v3/order", .loseReply, times: 1))
            let lost = await #expect(throws: HTTPFailure.self) { try await http.send(order(address, Self.buy)) }
            #expect(lost?.requestMayHaveBeenSent == true)
            try await server.removeFaults()
            try await server.inject(Fault("POST /api/v3/order", .executeAndNeverAnswer, times: 1))
            let silent = await #expect(throws: HTTPFailure.self) {
                try await http.send(order(address, Self.buy, timeout: .milliseconds(300)))
            }
            #expect(silent?.requestMayHaveBeenSent == true)
            let query = ExchangeFixture.signed("symbol=BTCUSDT")
            let orders = try await http.send(
                HTTPRequest(.get, address.rest + "/api/v3/allOrders?" + query, headers: Self.headers))
            #expect(orders.text.components(separatedBy: #""FILLED""#).count == 3)
        }
    }

    @Test("a WebSocket is refused, cut in the middle of a frame and never answered on demand")
    func spoilsSockets() async throws {
        var options = ExchangeFixture.options
        options.faults = [
            Fault("UPGRADE /ws", .refuse(status: 503, code: -1000, text: "x", retryAfter: nil), times: 1),
            Fault("UPGRADE /ws", .disconnect, skip: 1, times: 1),
            Fault("WS time", .halfFrame, times: 1),
        ]
        try await withClient(options) { _, address, _ in
            for _ in 0..<2 {
                await #expect(throws: WebSocketFailure.self) {
                    _ = try await WebSocketConnection.connect(address.streams + "/ws", WebSocketOptions())
                }
            }
            let socket = try await WebSocketConnection.connect(address.streams + "/ws", WebSocketOptions())
            try await socket.send(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
            #expect(try await socket.receive() == #"{"result":[],"id":1}"#)
            let api = try await WebSocketConnection.connect(address.socketAPI, WebSocketOptions())
            try await api.send(#"{"id":1,"method":"time"}"#)
            await #expect(throws: WebSocketFailure.self) { _ = try await api.receive() }
        }
    }

    @Test("stops at once with WebSockets open and a request that is never answered, and says so before")
    func stopsPromptly() async throws {
        let http = HTTPClient(HTTPClientOptions())
        let server = TestExchangeServer(ExchangeFixture.options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let address = try await server.address()
            let socket = try await WebSocketConnection.connect(address.streams + "/ws", WebSocketOptions())
            let id = try await server.inject(Fault("GET /api/v3/ping", .neverAnswer))
            group.addTask {
                await #expect(throws: HTTPFailure.self) {
                    try await http.send(HTTPRequest(.get, address.rest + "/api/v3/ping"))
                }
            }
            while try await server.hits(ofFault: id) != 1 { await Task.yield() }
            group.addTask {
                let last = try await socket.receive()
                #expect(last.contains("serverShutdown"))
                await #expect(throws: WebSocketFailure.self) { _ = try await socket.receive() }
            }
            server.stop()
            try await group.waitForAll()
        }
        await http.close()
        await #expect(throws: TestExchangeError.self) { _ = try await server.inject(Fault("x", .disconnect)) }
    }

    @Test("says that its port is taken, or that its certificate cannot be read")
    func explainsFailure() async throws {
        try await withClient { _, address, _ in
            var options = ExchangeFixture.options
            options.port = address.port
            let second = TestExchangeServer(options)
            let error = await #expect(throws: TestExchangeError.self) { try await second.run() }
            #expect(error?.message.english.contains("cannot listen on 127.0.0.1:\(address.port)") == true)
            await #expect(throws: TestExchangeError.self) { _ = try await second.address() }
            options.tls = TLSFiles(certificateChain: "/nowhere.pem", privateKey: "/nowhere.key")
            let third = TestExchangeServer(options)
            await #expect(throws: TestExchangeError.self) { try await third.run() }
        }
    }

    @Test("a hundred clients and two thousand requests leave nothing behind")
    func leavesNothing() async throws {
        try await withClient { _, address, http in
            for _ in 0..<2 {
                var sockets: [WebSocketConnection] = []
                for number in 0..<50 {
                    let path = number % 2 == 0 ? "/ws/btcusdt@trade" : "/ws-api/v3"
                    sockets.append(try await WebSocketConnection.connect(address.streams + path, WebSocketOptions()))
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            for _ in 0..<250 {
                                let reply = try await http.send(HTTPRequest(.get, address.rest + "/api/v3/ping"))
                                #expect(reply.status == 200)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                for socket in sockets { await socket.close() }
            }
            let state = HTTPRequest(
                .get, address.rest + "/admin/state", headers: ["X-Admin-Token": ExchangeFixture.adminToken])
            while !(try await http.send(state).text.contains(#""sockets":0"#)) { await Task.yield() }
            #expect(try await http.send(state).text.contains(#""topics":0,"userDataSubscriptions":0"#))
        }
    }
}
