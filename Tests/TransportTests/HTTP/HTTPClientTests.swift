import Foundation
import Synchronization
import Testing
import Transport

@Suite("HTTP over a plain connection", .timeLimit(.minutes(5)))
struct HTTPClientTests {
    /// A client for loopback, closed with its server when the test is over.
    private func with(
        _ change: (inout HTTPClientOptions) -> Void = { _ in }, server script: @escaping ScriptServer.Script,
        _ test: (HTTPClient, ScriptServer) async throws -> Void
    ) async throws {
        var options = HTTPClientOptions()
        change(&options)
        let server = try ScriptServer(script)
        let client = HTTPClient(options)
        do {
            try await test(client, server)
        } catch {
            server.stop()
            await client.close()
            throw error
        }
        server.stop()
        await client.close()
    }

    private func failure(_ client: HTTPClient, _ request: HTTPRequest) async -> HTTPFailure? {
        do throws(HTTPFailure) {
            let response = try await client.send(request)
            Issue.record("expected a failure, got status \(response.status)")
            return nil
        } catch {
            return error
        }
    }

    @Test func `a reply is handed over whole, whatever its status`() async throws {
        try await with(server: { connection in
            let request = try connection.readRequest()
            let echo =
                "\(request.line)|\(request.headers["x-key"] ?? "")|\(String(decoding: request.body, as: UTF8.self))"
            try connection.reply("502 Bad Gateway", headers: ["X-Weight: 7", "X-Weight: 8", "Empty:"], body: echo)
        }) { client, server in
            let request = HTTPRequest(
                .post, server.address("/order?a=%20b&s=/../x"), headers: ["X-Key": "k"], body: Array("q=1".utf8))
            let response = try await client.send(request)
            #expect(response.status == 502)
            #expect(response.text == "POST /order?a=%20b&s=/../x HTTP/1.1|k|q=1")
            #expect(response.headers["x-weight"] == "7")
            #expect(response.headers.values("X-WEIGHT") == ["7", "8"])
            #expect(response.headers["empty"] == "")
            #expect(response.headers["missing"] == nil)
            #expect(response.version == .http1)
        }
    }

    @Test func `each method says what it is, and nothing is added to a body`() async throws {
        let seen = Mutex<[String]>([])
        try await with(server: { connection in
            while true {
                let request = try connection.readRequest()
                seen.withLock {
                    $0.append(
                        "\(request.method) length=\(request.headers["content-length"] ?? "-") "
                            + "type=\(request.headers["content-type"] ?? "-") "
                            + "expect=\(request.headers["expect"] ?? "-")"
                    )
                }
                try request.method == "HEAD"
                    ? connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") : connection.reply()
            }
        }) { client, server in
            for method in HTTPRequest.Method.allCases {
                let response = try await client.send(HTTPRequest(method, server.address()))
                #expect(response.status == 200 && response.body.isEmpty)
            }
            _ = try await client.send(HTTPRequest(.delete, server.address(), body: []))
            _ = try await client.send(
                HTTPRequest(
                    .post, server.address(), headers: ["Content-Type": "a/b"], body: Array(repeating: 65, count: 2000)))
            #expect(server.accepted == 1)
        }
        #expect(
            seen.withLock { $0 } == [
                "GET length=- type=- expect=-", "HEAD length=- type=- expect=-", "POST length=- type=- expect=-",
                "PUT length=- type=- expect=-", "DELETE length=- type=- expect=-", "PATCH length=- type=- expect=-",
                "DELETE length=0 type=- expect=-", "POST length=2000 type=a/b expect=-",
            ])
    }

    @Test func `headers of interim replies are left out`() async throws {
        try await with(server: { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 103 Early Hints\r\nX: early\r\n\r\n")
            try connection.reply(headers: ["Y: late"])
        }) { client, server in
            let response = try await client.send(HTTPRequest(.get, server.address()))
            #expect(response.status == 200)
            #expect(response.headers["x"] == nil && response.headers["y"] == "late")
        }
    }

    @Test func `one connection carries many requests`() async throws {
        try await with(server: { connection in
            while true { try connection.reply(body: try connection.readRequest().target) }
        }) { client, server in
            for number in 0..<30 {
                let response = try await client.send(HTTPRequest(.get, server.address("/\(number)")))
                #expect(response.text == "/\(number)")
            }
            #expect(server.accepted == 1)
        }
    }

    @Test func `redirects are told, not followed`() async throws {
        try await with(server: { connection in
            while true {
                _ = try connection.readRequest()
                try connection.reply("302 Found", headers: ["Location: /elsewhere"])
            }
        }) { client, server in
            let response = try await client.send(HTTPRequest(.get, server.address()))
            #expect(response.status == 302)
            #expect(response.headers["location"] == "/elsewhere")
        }
    }

    @Test func `two hundred requests at once share eight connections`() async throws {
        try await with(server: { connection in
            while true { try connection.reply(body: try connection.readRequest().target) }
        }) { client, server in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await client.send(HTTPRequest(.get, server.address("/\(number)"))).text == "/\(number)"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(server.accepted <= 8)
        }
    }

    @Test func `a thousand requests leave no socket behind`() async throws {
        let server = try ScriptServer { connection in
            // A server that keeps no connection: each request opens one.
            _ = try connection.readRequest()
            try connection.reply(headers: ["Connection: close"])
        }
        defer { server.stop() }
        let client = HTTPClient()
        for _ in 0..<1000 { _ = try await client.send(HTTPRequest(.get, server.address())) }
        #expect(server.accepted == 1000)
        #expect(try OpenSockets.count(toPort: server.port) <= 1)
        await client.close()
        #expect(try OpenSockets.count(toPort: server.port) == 0)
    }

    @Test func `a client that is let go closes its connections`() async throws {
        let ended = Signals<Void>()
        try await with(server: { connection in
            _ = try connection.readRequest()
            try connection.reply()
            try connection.waitForEnd()
            ended.tell(())
        }) { _, server in
            _ = try await HTTPClient().send(HTTPRequest(.get, server.address()))
            await ended.next()
        }
    }

    // MARK: Cancelling and closing

    @Test func `cancelling the task aborts the transfer`() async throws {
        let arrived = Signals<Void>()
        let ended = Signals<Void>()
        try await with(server: { connection in
            _ = try connection.readRequest()
            arrived.tell(())
            try connection.waitForEnd()
            ended.tell(())
        }) { client, server in
            let task = Task { await failure(client, HTTPRequest(.post, server.address(), body: [])) }
            await arrived.next()
            task.cancel()
            #expect(await task.value == .cancelled(peer: "127.0.0.1:\(server.port)", sent: true))
            await ended.next()
        }
    }

    @Test func `a request of a cancelled task is not sent`() async throws {
        try await with(server: { connection in
            _ = try connection.readRequest()
            try connection.reply()
        }) { client, server in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await failure(client, HTTPRequest(.post, server.address()))
            }
            #expect(await task.value == .cancelled(peer: "127.0.0.1:\(server.port)", sent: false))
        }
    }

    @Test func `closing ends what is under way, and what comes later`() async throws {
        let arrived = Signals<Void>()
        try await with(server: { connection in
            _ = try connection.readRequest()
            arrived.tell(())
            try connection.waitForEnd()
        }) { client, server in
            async let first = failure(client, HTTPRequest(.get, server.address()))
            await arrived.next()
            await client.close()
            #expect(await first == .closed(peer: "127.0.0.1:\(server.port)", sent: true))
            let second = await failure(client, HTTPRequest(.get, server.address()))
            #expect(second == .closed(peer: "127.0.0.1:\(server.port)", sent: false))
        }
    }

    @Test func `more requests than the bound are refused at once`() async throws {
        let arrived = Signals<Void>()
        try await with(
            { $0.maximumRequests = 2 },
            server: { connection in
                _ = try connection.readRequest()
                arrived.tell(())
                try connection.waitForEnd()
            }
        ) { client, server in
            async let first = failure(client, HTTPRequest(.get, server.address()))
            async let second = failure(client, HTTPRequest(.get, server.address()))
            await arrived.next()
            await arrived.next()
            #expect(await failure(client, HTTPRequest(.get, server.address())) == .busy(limit: 2))
            await client.close()
            _ = await (first, second)
        }
    }
}
