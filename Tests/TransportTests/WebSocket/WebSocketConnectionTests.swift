import Synchronization
import TestSupport
import Testing
import Transport
import Wording

@Suite("A WebSocket over real sockets", .timeLimit(.minutes(5)))
struct WebSocketConnectionTests {
    private typealias Frame = ScriptConnection.WebSocketFrame

    private func options(_ change: (inout WebSocketOptions) -> Void = { _ in }) -> WebSocketOptions {
        var options = WebSocketOptions()
        options.closeTimeout = .milliseconds(500)
        change(&options)
        return options
    }

    /// Connects to a server with this script and runs the test against it.
    private func with(
        _ change: (inout WebSocketOptions) -> Void = { _ in }, server script: @escaping ScriptServer.Script,
        _ test: (WebSocketConnection) async throws -> Void
    ) async throws {
        let server = try ScriptServer(script)
        defer { server.stop() }
        let connection = try await WebSocketConnection.connect(
            server.address("/ws/a?b=c", scheme: "ws"), options(change))
        try await test(connection)
        await connection.close()
    }

    /// How a connection to a server that sends these bytes after the upgrade ends.
    private func ending(
        _ change: (inout WebSocketOptions) -> Void = { _ in }, after bytes: [UInt8], thenSilent: Bool = false,
        closeFrame: Signals<Frame>? = nil
    ) async throws -> WebSocketFailure? {
        let server = try ScriptServer { connection in
            try connection.acceptWebSocket()
            try connection.write(bytes)
            if thenSilent { return try connection.waitForEnd() }
            while true {
                let frame = try connection.readFrame()
                if frame.opcode == Frame.close {
                    closeFrame?.tell(frame)
                    throw ScriptConnection.Ended()
                }
            }
        }
        defer { server.stop() }
        let connection = try await WebSocketConnection.connect(server.address(scheme: "ws"), options(change))
        do throws(WebSocketFailure) {
            while true { _ = try await connection.receive() }
        } catch {
            await connection.close()
            return error
        }
    }

    private func failure(_ address: String, _ options: WebSocketOptions) async -> WebSocketFailure? {
        do throws(WebSocketFailure) {
            let connection = try await WebSocketConnection.connect(address, options)
            Issue.record("connected")
            await connection.close()
            return nil
        } catch {
            return error
        }
    }

    // MARK: Messages

    @Test func `messages go both ways, in order, of any length`() async throws {
        let request = Signals<ScriptConnection.Request>()
        try await with(
            { $0.headers = ["X-Key": "k"] },
            server: { connection in
                request.tell(try connection.acceptWebSocket())
                while true { try connection.send(try connection.readText()) }
            }
        ) { connection async throws in
            for text in ["", "a", "é€😀", String(repeating: "x", count: 126), String(repeating: "y", count: 70_000)] {
                try await connection.send(text)
                #expect(try await connection.receive() == text)
            }
            let upgrade = await request.next()
            #expect(upgrade?.target == "/ws/a?b=c")
            #expect(upgrade?.headers["x-key"] == "k" && upgrade?.headers["host"] == connection.peer)
        }
    }

    @Test func `frames that come together with the upgrade are not lost`() async throws {
        let together = ScriptConnection.bytes(Frame.text, Array("first".utf8))
        try await with(server: { connection in
            try connection.acceptWebSocket(together: together)
            _ = try connection.readText()
        }) { connection async throws in
            #expect(try await connection.receive() == "first")
        }
    }

    @Test func `fragments make one message, and pings between them are answered with their payload`() async throws {
        let pong = Signals<Frame>()
        try await with(server: { connection in
            try connection.acceptWebSocket()
            try connection.write(ScriptConnection.bytes(Frame.text, Array("one ".utf8), isFinal: false))
            try connection.write(ScriptConnection.bytes(Frame.ping, Array("payload".utf8)))
            try connection.write(ScriptConnection.bytes(0, Array("message".utf8)))
            pong.tell(try connection.readFrame())
            _ = try connection.readText()
        }) { connection async throws in
            #expect(try await connection.receive() == "one message")
            #expect(await pong.next() == Frame(opcode: Frame.pong, payload: Array("payload".utf8)))
        }
    }

    @Test func `two hundred messages sent at once all arrive`() async throws {
        try await with(server: { connection in
            try connection.acceptWebSocket()
            while true { try connection.send(try connection.readText()) }
        }) { connection async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 { group.addTask { try await connection.send("\(number)") } }
                try await group.waitForAll()
            }
            var received: Set<String> = []
            for _ in 0..<200 { received.insert(try await connection.receive()) }
            #expect(received == Set((0..<200).map(String.init)))
        }
    }

    // MARK: Alive or not

    @Test func `silence brings pings, and pongs keep the connection`() async throws {
        let pings = Signals<Int>()
        try await with(
            {
                $0.pingAfter = .milliseconds(20)
                // The next ping must not wait for the answer that came already.
                $0.answerWithin = .seconds(100)
            },
            server: { connection in
                try connection.acceptWebSocket()
                for number in 1...5 {
                    let ping = try connection.readFrame()
                    guard ping.opcode == Frame.ping else { throw ScriptConnection.Ended() }
                    try connection.write(ScriptConnection.bytes(Frame.pong, ping.payload))
                    pings.tell(number)
                }
                try connection.send("alive")
                _ = try connection.readText()
            }
        ) { connection async throws in
            #expect(try await connection.receive() == "alive")
            #expect(await pings.next() == 1)
        }
    }

    @Test func `a ping without an answer ends the connection`() async throws {
        let failure = try await ending(
            {
                $0.pingAfter = .milliseconds(30)
                $0.answerWithin = .milliseconds(30)
            }, after: [], thenSilent: true)
        guard case .silent(_, _, insideFrame: false) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(failure?.message.english.contains("has been silent for") == true)
    }

    @Test func `half a frame and then silence ends the connection`() async throws {
        let failure = try await ending(
            {
                $0.pingAfter = .milliseconds(30)
                $0.answerWithin = .milliseconds(30)
            }, after: Array(ScriptConnection.bytes(Frame.text, Array("half a message".utf8)).prefix(7)),
            thenSilent: true)
        guard case .silent(_, _, insideFrame: true) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(failure?.message.french.contains("au milieu d'une trame") == true)
    }

    @Test func `an end without a close frame is a loss, once what came before is taken`() async throws {
        try await with(server: { connection in
            try connection.acceptWebSocket()
            _ = try connection.readText()
            try connection.send("last words")
        }) { connection async throws in
            try await connection.send("go")
            #expect(try await connection.receive() == "last words")
            await #expect {
                try await connection.receive()
            } throws: { error in
                if case WebSocketFailure.connectionLost = error { true } else { false }
            }
            await #expect(throws: WebSocketFailure.self) { try await connection.send("too late") }
        }
    }

    // MARK: Closing

    @Test func `a server that closes is answered with its code`() async throws {
        let answer = Signals<Frame>()
        let failure = try await ending(
            after: ScriptConnection.bytes(Frame.close, [0x03, 0xE9] + Array("maintenance".utf8)), closeFrame: answer)
        guard case .closedByPeer(_, 1001, "maintenance") = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(await answer.next() == Frame(opcode: Frame.close, payload: [0x03, 0xE9]))
    }

    @Test func `closing says so to the server and to who waits`() async throws {
        let answer = Signals<Frame>()
        let server = try ScriptServer { connection in
            try connection.acceptWebSocket()
            let frame = try connection.readFrame()
            try connection.write(ScriptConnection.bytes(Frame.close, frame.payload))
            answer.tell(frame)
        }
        defer { server.stop() }
        let connection = try await WebSocketConnection.connect(server.address(scheme: "ws"), options())
        let waiting = Task { try await connection.receive() }
        await connection.close()
        await #expect(throws: WebSocketFailure.closed) { try await waiting.value }
        #expect(await answer.next() == Frame(opcode: Frame.close, payload: [0x03, 0xE8]))
        await #expect(throws: WebSocketFailure.closed) { try await connection.send("too late") }
        await connection.close()
        #expect(try OpenSockets.count(toPort: server.port) == 0)
    }

    @Test func `a server that does not answer the close is left behind`() async throws {
        try await with(
            { $0.closeTimeout = .milliseconds(30) },
            server: { connection in
                try connection.acceptWebSocket()
                try connection.waitForEnd()
            }
        ) { connection async throws in
            await connection.close()
        }
    }

    @Test func `a wait that is cancelled takes nothing away`() async throws {
        try await with(server: { connection in
            try connection.acceptWebSocket()
            while true { try connection.send(try connection.readText()) }
        }) { connection async throws in
            let waiting = Task { try await connection.receive() }
            waiting.cancel()
            await #expect(throws: WebSocketFailure.cancelled) { try await waiting.value }
            try await connection.send("a")
            #expect(try await connection.receive() == "a")
        }
    }

    // MARK: Bounds

    @Test func `a slow consumer stops the server, and loses nothing`() async throws {
        let blocked = Signals<Int>()
        let count = 400
        let filler = String(repeating: "x", count: 100_000)
        try await with(
            { $0.maximumWaitingMessages = 10 },
            server: { connection in
                try connection.acceptWebSocket()
                for number in 0..<count {
                    if number < count / 2, !connection.canWrite() {
                        blocked.tell(number)
                        try connection.send("\(number) \(filler)")
                        for rest in number + 1..<count { try connection.send("\(rest) \(filler)") }
                        break
                    }
                    try connection.send("\(number) \(filler)")
                }
                _ = try connection.readText()
            }
        ) { connection async throws in
            let written = await blocked.next() ?? count
            #expect(written < count / 2)
            for number in 0..<count { #expect(try await connection.receive() == "\(number) \(filler)") }
        }
    }

    @Test func `a server that does not read makes sending fail at the bound`() async throws {
        try await with(
            { $0.maximumUnsentBytes = 100_000 },
            server: { connection in
                try connection.acceptWebSocket()
                try connection.waitUntilStopped()
            }
        ) { connection async throws in
            let text = String(repeating: "x", count: 60_000)
            let failure = await withTaskGroup(of: WebSocketFailure?.self) { group in
                // Far more than the system's own buffers take.
                for _ in 0..<500 {
                    group.addTask {
                        do throws(WebSocketFailure) {
                            try await connection.send(text)
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                let first = await group.first { $0 != nil }
                await connection.close()
                return first.flatMap { $0 }
            }
            #expect(failure == .backlog(peer: connection.peer, limit: 100_000))
        }
    }

    @Test func `a message over the bound ends the connection with code 1009`() async throws {
        for isFinal in [true, false] {
            let answer = Signals<Frame>()
            let failure = try await ending(
                { $0.maximumMessageBytes = 1000 },
                after: ScriptConnection.bytes(Frame.text, [UInt8](repeating: 65, count: 600), isFinal: false)
                    + ScriptConnection.bytes(
                        isFinal ? 0 : 0, [UInt8](repeating: 65, count: isFinal ? 600 : 2000), isFinal: isFinal),
                closeFrame: answer)
            guard case .messageTooLarge(_, 1000) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(await answer.next()?.payload == [0x03, 0xF1])
        }
    }

    @Test(arguments: [
        (ScriptConnection.bytes(1, [65], mask: [1, 2, 3, 4]), 1002), (ScriptConnection.bytes(1, [0xFF]), 1007),
        (ScriptConnection.bytes(2, [1]), 1003), (ScriptConnection.bytes(0, [65]), 1002),
        (ScriptConnection.bytes(1, [65], reserved: 0x40), 1002), (ScriptConnection.bytes(5, [65]), 1002),
        (ScriptConnection.bytes(9, [UInt8](repeating: 1, count: 126)), 1002),
        (ScriptConnection.bytes(9, [1], isFinal: false), 1002),
        ([0x81, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1009),
    ])
    func `a server that breaks the protocol is told so and left`(bytes: [UInt8], code: Int) async throws {
        let answer = Signals<Frame>()
        let failure = try await ending(after: bytes, closeFrame: answer)
        switch failure {
        case .protocolViolation where code != 1009, .messageTooLarge where code == 1009: break
        default: Issue.record("\(String(describing: failure))")
        }
        #expect(await answer.next()?.payload == [UInt8(code >> 8), UInt8(code & 0xFF)])
    }

    // MARK: Not connected

    @Test(arguments: [("401 Unauthorized", ""), ("429 Too Many Requests", "Retry-After: 7"), ("200 OK", "")])
    func `a refusal is told with its status, its header and what it says`(
        status: String, header: String
    ) async throws {
        let server = try ScriptServer { connection in
            _ = try connection.readRequest()
            try connection.reply(status, headers: header.isEmpty ? [] : [header], body: "<html>no</html>")
        }
        defer { server.stop() }
        let failure = await failure(server.address(scheme: "ws"), options { $0.maximumRefusalBytes = 6 })
        guard case .refused(_, let response) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(status.hasPrefix("\(response.status)") && response.text == "<html>")
        #expect(failure?.status == response.status)
        #expect(failure?.retryAfter == (header.isEmpty ? nil : .seconds(7)))
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: wrong\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ])
    func `a server that is none of WebSockets is called that`(reply: String) async throws {
        let server = try ScriptServer { connection in
            _ = try connection.readRequest()
            try connection.write(reply)
            try connection.waitForEnd()
        }
        defer { server.stop() }
        let failure = await failure(server.address(scheme: "ws"), options())
        #expect(failure == .notWebSocket(peer: "127.0.0.1:\(server.port)"))
    }

    @Test func `a server that closes before it answers, or never answers, is named`() async throws {
        let closing = try ScriptServer { _ = try $0.readRequest() }
        defer { closing.stop() }
        let lost = await failure(closing.address(scheme: "ws"), options())
        guard case .connectionLost = lost else {
            Issue.record("\(String(describing: lost))")
            return
        }
        let silent = try ScriptServer { try $0.waitForEnd() }
        defer { silent.stop() }
        #expect(
            await failure(silent.address(scheme: "ws"), options { $0.connectTimeout = .milliseconds(100) })
                == .connectTimedOut(peer: "127.0.0.1:\(silent.port)", after: .milliseconds(100)))
    }

    @Test func `a closed port, an unknown host and a wrong address are named`() async throws {
        let server = try ScriptServer { _ in }
        server.stop()
        let refused = await failure(server.address(scheme: "ws"), options())
        guard case .unreachable(_, let why) = refused else {
            Issue.record("\(String(describing: refused))")
            return
        }
        #expect(why.english == "connection refused, nothing listens there")
        let host = String(repeating: "a", count: 64) + ".invalid"
        #expect(await failure("ws://\(host)/", options()) == .unresolved(host: host))
        guard case .badAddress = await failure("http://127.0.0.1/", options()) else {
            Issue.record("http is no WebSocket address")
            return
        }
    }

    @Test func `connecting can be given up`() async throws {
        let arrived = Signals<Void>()
        let ended = Signals<Void>()
        let server = try ScriptServer { connection in
            _ = try connection.readRequest()
            arrived.tell(())
            try connection.waitForEnd()
            ended.tell(())
        }
        defer { server.stop() }
        let task = Task { await failure(server.address(scheme: "ws"), options()) }
        await arrived.next()
        task.cancel()
        #expect(await task.value == .cancelled)
        await ended.next()
    }
}
