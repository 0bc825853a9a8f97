import Synchronization
import Testing
import Transport
import Wording

@Suite("What goes wrong with a request", .timeLimit(.minutes(5)))
struct HTTPFailureTests {
    private func failure(
        _ method: HTTPRequest.Method = .post, _ change: (inout HTTPClientOptions) -> Void = { _ in },
        server script: @escaping ScriptServer.Script
    ) async throws -> HTTPFailure? {
        let server = try ScriptServer(script)
        defer { server.stop() }
        return await failure(HTTPRequest(method, server.address()), change)
    }

    private func failure(
        _ request: HTTPRequest, _ change: (inout HTTPClientOptions) -> Void = { _ in }
    ) async -> HTTPFailure? {
        var options = HTTPClientOptions()
        change(&options)
        let client = HTTPClient(options)
        var result: HTTPFailure?
        do throws(HTTPFailure) {
            let response = try await client.send(request)
            Issue.record("expected a failure, got status \(response.status)")
        } catch {
            result = error
        }
        await client.close()
        return result
    }

    // MARK: Never twice

    /// The server answers a first request, reads a second one on the same connection and closes without a word. libcurl
    /// takes that for a connection that died while it was idle, and would send the request again.
    @Test(arguments: HTTPRequest.Method.allCases, [nil, [], Array("q=1".utf8)] as [[UInt8]?])
    func `an order is never sent again when its connection dies`(
        method: HTTPRequest.Method, body: [UInt8]?
    ) async throws {
        guard method != .head || body == nil else { return }
        let requests = Mutex<[String]>([])
        let server = try ScriptServer { connection in
            while true {
                let request = try connection.readRequest()
                let count = requests.withLock {
                    $0.append(request.target)
                    return $0.count
                }
                if count == 2 { throw ScriptConnection.Ended() }
                try connection.reply()
            }
        }
        defer { server.stop() }
        let client = HTTPClient()
        _ = try await client.send(HTTPRequest(.get, server.address("/first")))
        let second = HTTPRequest(method, server.address("/second"), body: body)
        if method.mayBeRepeated {
            // The control: the same death makes libcurl repeat what only asks.
            #expect(try await client.send(second).status == 200)
            #expect(requests.withLock { $0 } == ["/first", "/second", "/second"])
        } else {
            await #expect {
                try await client.send(second)
            } throws: { error in
                guard case HTTPFailure.connectionLost(_, _, sent: true) = error else { return false }
                return (error as? HTTPFailure)?.requestMayHaveBeenSent == true
            }
            // A request that follows shows that no repetition is on its way.
            _ = try await client.send(HTTPRequest(.get, server.address("/third")))
            #expect(requests.withLock { $0 } == ["/first", "/second", "/third"])
        }
        await client.close()
    }

    // MARK: Certainly not sent

    @Test func `a closed port is named`() async throws {
        let server = try ScriptServer { _ in }
        server.stop()
        let request = HTTPRequest(.post, server.address())
        let failure = await failure(request)
        #expect(failure?.requestMayHaveBeenSent == false)
        #expect(
            failure?.message
                == Message(
                    "no connection to 127.0.0.1:\(server.port): connection refused, nothing listens there",
                    fr: "pas de connexion à 127.0.0.1:\(server.port) : connexion refusée, rien n'écoute à cette adresse"
                ))
    }

    @Test func `a host without an address is named`() async {
        // A label of over 63 letters cannot be looked up: no name server is asked.
        let host = String(repeating: "a", count: 64) + ".invalid"
        let failure = await failure(HTTPRequest(.post, "http://\(host)/"))
        #expect(failure == .unresolved(host: host))
        #expect(failure?.requestMayHaveBeenSent == false)
        #expect(failure?.message.french.contains("l'hôte \(host) est introuvable") == true)
    }

    @Test(arguments: [
        "ftp://host/", "file:///etc/passwd", "host", "http://", "http://a b/", "http://user:hunter2@host/",
        "http://host/\u{0}x", "http://host/é", "http://host/\r\nX: y", "wss://host/",
        "http://host/" + String(repeating: "a", count: 20_000),
    ])
    func `an address that cannot be used is refused before anything is sent`(address: String) async {
        let failure = await failure(HTTPRequest(.post, address))
        guard case .badRequest(let message) = failure else {
            Issue.record("\(address): \(String(describing: failure))")
            return
        }
        #expect(failure?.requestMayHaveBeenSent == false)
        #expect(!message.english.contains("hunter2") && message.english.utf8.count < 200)
    }

    @Test(arguments: [("X\r\nY", "a"), ("", "a"), ("X:", "a"), ("X", "a\r\nY: b"), ("X", "a\u{0}b")])
    func `a header that forges another is refused`(name: String, value: String) async {
        var headers = HeaderFields()
        headers.add(name, value)
        let failure = await failure(HTTPRequest(.get, "http://127.0.0.1:1/", headers: headers))
        guard case .badRequest = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    // MARK: Perhaps sent

    @Test func `a server that accepts and never answers is given up`() async throws {
        let failure = try await failure(.post, { $0.timeout = .seconds(2) }) { try $0.waitForEnd() }
        guard case .timedOut(let peer, .seconds(2), sent: true) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(
            failure?.message.english == "no whole reply from \(peer) within 2 s, though the request was sent")
    }

    @Test func `a request may have less time than its client`() async throws {
        let server = try ScriptServer { try $0.waitForEnd() }
        defer { server.stop() }
        let failure = await failure(HTTPRequest(.get, server.address(), timeout: .seconds(2)))
        #expect(failure == .timedOut(peer: "127.0.0.1:\(server.port)", after: .seconds(2), sent: true))
    }

    @Test func `half a reply is a broken connection`() async throws {
        let failure = try await failure { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        }
        guard case .connectionLost(_, _, sent: true) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `a reset in the middle is a broken connection`() async throws {
        let failure = try await failure { connection in
            connection.resetAtEnd()
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        }
        guard case .connectionLost(_, _, sent: true) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `no reply at all is a broken connection`() async throws {
        let failure = try await failure { _ = try $0.readRequest() }
        guard case .connectionLost(let peer, let what, sent: true) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(what.french == "le serveur l'a fermée sans répondre")
        #expect(
            failure?.message.english == "the connection to \(peer) broke: the server closed it without a reply; "
                + "whether the request was carried out is unknown")
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}", "<html>no header</html>"])
    func `a reply that is not HTTP is called that`(reply: String) async throws {
        let failure = try await failure { connection in
            _ = try connection.readRequest()
            try connection.write(reply)
        }
        guard case .notHTTP = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(failure?.requestMayHaveBeenSent == true)
    }

    // MARK: Too much

    @Test func `a body over the bound is not read to its end`() async throws {
        let failure = try await failure(.get, { $0.maximumBodyBytes = 1000 }) { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\n\r\n")
            while true { try connection.write([UInt8](repeating: 65, count: 10_000)) }
        }
        guard case .bodyTooLarge(_, 1000) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `a compressed body counts as it unpacks`() async throws {
        // A mebibyte of zeros in 1,051 bytes.
        var packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 193, 49, 1, 0, 0, 0, 194, 160, 245, 79, 109, 8, 95, 160,
        ]
        packed += [UInt8](repeating: 0, count: 1016) + [62, 3, 28, 234, 56, 167, 0, 0, 16, 0]
        let body = packed
        let script: ScriptServer.Script = { connection in
            _ = try connection.readRequest()
            try connection.write(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n")
            try connection.write(body)
            try connection.waitForEnd()
        }
        let failure = try await failure(.get, { $0.maximumBodyBytes = 1 << 19 }, server: script)
        guard case .bodyTooLarge = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        let server = try ScriptServer(script)
        defer { server.stop() }
        let client = HTTPClient()
        #expect(try await client.send(HTTPRequest(.get, server.address())).body.count == 1 << 20)
        await client.close()
    }

    @Test func `endless headers are not read to their end`() async throws {
        let failure = try await failure(.get, { $0.maximumHeaderBytes = 1000 }) { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\n")
            while true { try connection.write("X: y\r\n") }
        }
        guard case .headersTooLarge(_, 1000) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    // MARK: Words

    @Test func `a request shows neither its query nor its headers nor its body`() {
        let request = HTTPRequest(
            .post, "https://host/order?signature=1234", headers: ["X-Key": "secret"], body: Array("secret".utf8))
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped] {
            #expect(text.contains("POST https://host/order"))
            #expect(!text.contains("1234") && !text.contains("secret"))
        }
    }

    @Test(arguments: [("5", 5), ("0", 0), ("-1", nil), ("Wed, 21 Oct 2015", nil), ("", nil), ("99999999999", nil)])
    func `retry-after is read in seconds only`(text: String, seconds: Int?) {
        let headers: HeaderFields = ["Retry-After": text]
        #expect(headers.retryAfter == seconds.map { .seconds($0) })
    }
}
