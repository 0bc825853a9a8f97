import Synchronization
import TestSupport
import Testing
import Transport
import Wording

@Suite("HTTP over TLS", .timeLimit(.minutes(5)))
struct SecureHTTPTests {
    private let authority: TestAuthority

    init() throws {
        authority = try TestAuthority()
    }

    private static let answering: ScriptServer.Script = { connection in
        while true { try connection.reply(body: try connection.readRequest().target) }
    }

    /// A client that trusts the test's authority, in front of a TLS server with this certificate.
    private func with(
        _ identity: TestAuthority.Identity, protocols: [String] = [], trusting file: String?,
        server script: @escaping ScriptServer.Script = answering,
        _ test: (HTTPClient, _ port: Int, ScriptServer) async throws -> Void
    ) async throws {
        let server = try ScriptServer(script)
        let front = try await TLSFront(identity, to: server.port, protocols: protocols)
        var options = HTTPClientOptions()
        options.extraAuthorities = file
        let client = HTTPClient(options)
        do {
            try await test(client, front.port, server)
        } catch {
            Issue.record(error)
        }
        await client.close()
        try await front.stop()
        server.stop()
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `an extra authority makes its servers trusted, by name and by address`(host: String) async throws {
        try await with(try authority.identity(), trusting: authority.file) { client, port, _ in
            for path in ["/1", "/2"] {
                let response = try await client.send(HTTPRequest(.get, "https://\(host):\(port)\(path)"))
                #expect(response.text == path && response.version == .http1)
            }
        }
    }

    @Test(arguments: [CertificateProblem.expired, .wrongHost, .unknownAuthority])
    func `a certificate that is not right is named, and nothing is sent`(problem: CertificateProblem) async throws {
        let identity =
            switch problem {
            case .expired: try authority.identity(days: -1)
            case .wrongHost: try authority.identity(["elsewhere.test"])
            default: try authority.identity()
            }
        let file = problem == .unknownAuthority ? nil : authority.file
        let requests = Mutex(0)
        let script: ScriptServer.Script = { connection in
            _ = try connection.read(1)
            requests.withLock { $0 += 1 }
        }
        try await with(identity, trusting: file, server: script) { client, port, _ in
            await #expect(throws: HTTPFailure.untrusted(peer: "localhost:\(port)", problem)) {
                try await client.send(HTTPRequest(.post, "https://localhost:\(port)/order"))
            }
        }
        #expect(requests.withLock { $0 } == 0)
        let failure = HTTPFailure.untrusted(peer: "h:1", problem)
        #expect(!failure.requestMayHaveBeenSent && failure.message.french.contains("rien n'a été envoyé"))
    }

    @Test func `a plain server where TLS is expected is named`() async throws {
        let server = try ScriptServer { connection in
            _ = try connection.read(1)
            try connection.reply("400 Bad Request")
        }
        defer { server.stop() }
        let client = HTTPClient()
        await #expect {
            try await client.send(HTTPRequest(.post, server.address(scheme: "https")))
        } throws: { error in
            guard case HTTPFailure.secureConnectionFailed = error else { return false }
            return (error as? HTTPFailure)?.requestMayHaveBeenSent == false
        }
        await client.close()
    }

    @Test func `a server that never answers the TLS greeting is given up before anything is sent`() async throws {
        let server = try ScriptServer { try $0.waitForEnd() }
        defer { server.stop() }
        var options = HTTPClientOptions()
        options.connectTimeout = .milliseconds(200)
        let client = HTTPClient(options)
        await #expect(
            throws: HTTPFailure.timedOut(peer: "127.0.0.1:\(server.port)", after: .milliseconds(200), sent: false)
        ) {
            try await client.send(HTTPRequest(.post, server.address(scheme: "https")))
        }
        await client.close()
    }

    @Test func `a file of authorities that is none is named`() async throws {
        let directory = try ScratchDirectory()
        let file = try directory.write("no certificate", as: "authorities.pem")
        try await with(try authority.identity(), trusting: file) { client, port, _ in
            await #expect(throws: HTTPFailure.badAuthorities(path: file)) {
                try await client.send(HTTPRequest(.get, "https://localhost:\(port)/"))
            }
        }
    }

    @Test func `HTTP 2 is spoken where the server offers it, many requests on one connection`() async throws {
        let script: ScriptServer.Script = { connection in
            try connection.acceptHTTP2()
            while true {
                let stream = try connection.readHTTP2Request()
                try connection.replyHTTP2(stream: stream, body: "stream \(stream)")
            }
        }
        try await with(
            try authority.identity(), protocols: ["h2", "http/1.1"], trusting: authority.file, server: script
        ) { client, port, server in
            for number in 0..<5 {
                let response = try await client.send(
                    HTTPRequest(.post, "https://localhost:\(port)/", body: Array("order".utf8)))
                #expect(response.version == .http2)
                #expect(response.text == "stream \(2 * number + 1)")
            }
            #expect(server.accepted == 1)
        }
    }

    @Test(arguments: [HTTPRequest.Method.post, .get])
    func `an order that an HTTP 2 server refuses to begin with is not sent again`(
        method: HTTPRequest.Method
    ) async throws {
        let streams = Mutex(0)
        let script: ScriptServer.Script = { connection in
            try connection.acceptHTTP2()
            while true {
                let stream = try connection.readHTTP2Request()
                let isFirst = streams.withLock {
                    $0 += 1
                    return $0 == 1
                }
                try isFirst
                    ? connection.refuseHTTP2(stream: stream) : connection.replyHTTP2(stream: stream, body: "again")
            }
        }
        try await with(
            try authority.identity(), protocols: ["h2"], trusting: authority.file, server: script
        ) { client, port, _ in
            let request = HTTPRequest(method, "https://localhost:\(port)/")
            if method.mayBeRepeated {
                // The control: libcurl repeats what only asks.
                let response = try await client.send(request)
                #expect(response.text == "again")
            } else {
                await #expect {
                    try await client.send(request)
                } throws: { error in
                    (error as? HTTPFailure)?.requestMayHaveBeenSent == true
                }
            }
        }
        #expect(streams.withLock { $0 } == (method.mayBeRepeated ? 2 : 1))
    }
}
