import Synchronization
import Testing
import Transport
import Wording

@Suite("A WebSocket session", .timeLimit(.minutes(5)))
struct WebSocketSessionTests {
    private typealias Frame = ScriptConnection.WebSocketFrame

    /// A session to a server with this script; the test ends both.
    private func with(
        _ change: (inout WebSocketSessionOptions) -> Void = { _ in }, clock: TransportClock = .steady,
        server script: @escaping ScriptServer.Script,
        _ test: (WebSocketSession, ScriptServer) async throws -> Void
    ) async throws {
        let server = try ScriptServer(script)
        defer { server.stop() }
        var options = WebSocketSessionOptions(address: server.address(scheme: "ws"))
        options.connection.closeTimeout = .seconds(20)
        options.reconnect.firstDelay = .milliseconds(10)
        options.reconnect.longestDelay = .milliseconds(50)
        change(&options)
        let session = WebSocketSession(options, clock: clock)
        session.start()
        try await test(session, server)
        await session.close()
        #expect(await session.next() == nil)
        #expect(try OpenSockets.count(toPort: server.port) == 0)
    }

    /// A server that greets each connection with its number and the subscription it was sent, then echoes.
    private static let echoing: ScriptServer.Script = { connection in
        try connection.acceptWebSocket()
        while true { try connection.send("\(connection.number) \(try connection.readText())") }
    }

    @Test func `a server that dies is reached again, with the subscriptions of that moment`() async throws {
        let greetings = Mutex(0)
        try await with(
            {
                $0.openingMessages = {
                    let number = greetings.withLock {
                        $0 += 1
                        return $0
                    }
                    return ["subscribe \(number)", "second"]
                }
            }, server: Self.echoing
        ) { session, server in
            for number in 1...3 {
                #expect(await session.next() == .connected(link: number, isRenewal: false))
                #expect(await session.next() == .text("\(number) subscribe \(number)", link: number))
                #expect(await session.next() == .text("\(number) second", link: number))
                try await session.send("hello")
                #expect(await session.next() == .text("\(number) hello", link: number))
                server.dropConnections()
                guard case .disconnected(.connectionLost) = await session.next(),
                    case .retrying(number, _, .connectionLost) = await session.next()
                else {
                    Issue.record("the loss was not told")
                    return
                }
            }
        }
    }

    @Test func `a server that refuses is asked again and again, and each time is told`() async throws {
        try await with(server: { connection in
            _ = try connection.readRequest()
            try connection.reply("503 Service Unavailable")
        }) { session, _ in
            await #expect(throws: WebSocketFailure.notConnected) { try await session.send("too early") }
            for number in 1...5 {
                guard case .retrying(number, let delay, let failure) = await session.next() else {
                    Issue.record("attempt \(number) was not told")
                    return
                }
                #expect(failure.status == 503 && delay <= .milliseconds(50))
            }
        }
    }

    @Test func `a notice brings a new connection before the old one is given up, and nothing is lost`() async throws {
        // The venue numbers its messages; each goes to every connection that has subscribed.
        let last = Mutex(0)
        try await with(
            {
                $0.openingMessages = { ["subscribe"] }
                $0.isReady = { $0 == "subscribed" }
                $0.isShutdownNotice = { $0 == "going down" }
            },
            server: { connection in
                try connection.acceptWebSocket()
                guard try connection.readText() == "subscribe" else { throw ScriptConnection.Ended() }
                try connection.send("subscribed")
                if connection.number == 1 {
                    try connection.send("going down")
                    // Goes on until the client says good-bye, then still says what it has, then its own good-bye.
                    while try connection.readFrame().opcode != Frame.close {}
                    for _ in 0..<100 {
                        try connection.send("number \(last.withLock { $0 += 1; return $0 })")
                    }
                    try connection.write(ScriptConnection.bytes(Frame.close, [0x03, 0xE8]))
                } else {
                    _ = try connection.readText()
                }
            }
        ) { session, server in
            #expect(await session.next() == .text("subscribed", link: 1))
            // Being ready is told after the message that says so; the notice may come in between.
            let events = [await session.next(), await session.next()]
            #expect(events.contains(.connected(link: 1, isRenewal: false)))
            #expect(events.contains(.text("going down", link: 1)))
            #expect(await session.next() == .text("subscribed", link: 2))
            var seen: [WebSocketSessionEvent?] = []
            for _ in 0..<101 { seen.append(await session.next()) }
            #expect(seen.contains(.connected(link: 2, isRenewal: true)))
            let numbers = seen.filter { $0 != .connected(link: 2, isRenewal: true) }
            #expect(numbers == (1...100).map { .text("number \($0)", link: 1) })
            #expect(server.accepted == 2)
        }
    }

    @Test func `at its age a connection is renewed without a disconnection`() async throws {
        try await with({ $0.reconnect.renewAfter = .milliseconds(30) }, server: Self.echoing) { session, _ in
            for number in 1...4 {
                #expect(await session.next() == .connected(link: number, isRenewal: number > 1))
            }
        }
    }

    @Test func `a server that never confirms is tried again`() async throws {
        let clock = HandClock(at: .zero)
        try await with(
            {
                $0.openingMessages = { ["subscribe"] }
                $0.isReady = { $0 == "subscribed" }
            }, clock: clock.transport,
            server: { connection in
                try connection.acceptWebSocket()
                _ = try connection.readText()
                if connection.number > 1 { try connection.send("subscribed") }
                _ = try connection.readText()
            }
        ) { session, _ in
            #expect(await clock.nextWait() == .seconds(10))
            clock.advance(by: .seconds(10))
            guard case .retrying(1, let delay, .notReady(let words)) = await session.next() else {
                Issue.record("the missing confirmation was not told")
                return
            }
            #expect(words.english == "the server did not confirm the opening messages within 10 s")
            #expect(await clock.nextWait() == delay)
            clock.advance(by: delay)
            #expect(await session.next() == .text("subscribed", link: 2))
            #expect(await session.next() == .connected(link: 2, isRenewal: false))
        }
    }

    @Test func `opening messages that cannot be made are told, with their reason`() async throws {
        struct NoKey: ExplainedError {
            let message = Message("the key is missing", fr: "la clé manque")
        }
        try await with({ $0.openingMessages = { throw NoKey() } }, server: Self.echoing) { session, _ in
            guard case .retrying(1, _, .notReady(let words)) = await session.next() else {
                Issue.record("the failure was not told")
                return
            }
            #expect(words.french == "la clé manque")
        }
    }

    @Test func `a slow consumer loses nothing`() async throws {
        let count = 300
        let filler = String(repeating: "x", count: 50_000)
        try await with(
            {
                $0.maximumWaitingEvents = 4
                $0.connection.maximumWaitingMessages = 4
            },
            server: { connection in
                try connection.acceptWebSocket()
                for number in 0..<count { try connection.send("\(number) \(filler)") }
                _ = try connection.readText()
            }
        ) { session, _ in
            #expect(await session.next() == .connected(link: 1, isRenewal: false))
            for number in 0..<count { #expect(await session.next() == .text("\(number) \(filler)", link: 1)) }
        }
    }

    @Test func `closing ends a session that nobody listens to, and one that is still connecting`() async throws {
        let arrived = Signals<Void>()
        try await with(
            { $0.maximumWaitingEvents = 1 },
            server: { connection in
                try connection.acceptWebSocket()
                for number in 0..<100 { try connection.send("\(number)") }
                arrived.tell(())
                _ = try connection.readText()
            }
        ) { _, _ in await arrived.next() }
        try await with(server: { connection in
            arrived.tell(())
            try connection.waitForEnd()
        }) { _, _ in await arrived.next() }
    }

    @Test func `a session that is closed stays closed`() async throws {
        let session = WebSocketSession(WebSocketSessionOptions(address: "ws://127.0.0.1:1/"))
        await session.close()
        session.start()
        #expect(await session.next() == nil)
        await #expect(throws: WebSocketFailure.closed) { try await session.send("a") }
    }
}
