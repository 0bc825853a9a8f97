import TestSupport
import Testing
import Transport

@Suite("A WebSocket over TLS", .timeLimit(.minutes(5)))
struct SecureWebSocketTests {
    private let authority: TestAuthority

    init() throws {
        authority = try TestAuthority()
    }

    private func with(
        _ identity: TestAuthority.Identity, trusting file: String?,
        _ test: (_ port: Int, WebSocketOptions) async throws -> Void
    ) async throws {
        let server = try ScriptServer { connection in
            try connection.acceptWebSocket()
            while true { try connection.send(try connection.readText()) }
        }
        let front = try await TLSFront(identity, to: server.port)
        var options = WebSocketOptions()
        options.extraAuthorities = file
        options.closeTimeout = .milliseconds(500)
        do {
            try await test(front.port, options)
        } catch {
            Issue.record(error)
        }
        try await front.stop()
        server.stop()
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `messages go both ways, by name and by address`(host: String) async throws {
        try await with(try authority.identity(), trusting: authority.file) { port, options in
            let connection = try await WebSocketConnection.connect("wss://\(host):\(port)/", options)
            try await connection.send("secret")
            #expect(try await connection.receive() == "secret")
            await connection.close()
        }
    }

    @Test(arguments: [CertificateProblem.expired, .wrongHost, .unknownAuthority])
    func `a certificate that is not right is named`(problem: CertificateProblem) async throws {
        let identity =
            switch problem {
            case .expired: try authority.identity(days: -1)
            case .wrongHost: try authority.identity(["elsewhere.test"])
            default: try authority.identity()
            }
        try await with(identity, trusting: problem == .unknownAuthority ? nil : authority.file) { port, options in
            await #expect(throws: WebSocketFailure.untrusted(peer: "localhost:\(port)", problem)) {
                try await WebSocketConnection.connect("wss://localhost:\(port)/", options)
            }
        }
    }

    @Test func `a plain server where TLS is expected is named`() async throws {
        let server = try ScriptServer { connection in
            _ = try connection.read(1)
            try connection.reply("400 Bad Request")
        }
        defer { server.stop() }
        await #expect {
            try await WebSocketConnection.connect(server.address(scheme: "wss"))
        } throws: { error in
            if case WebSocketFailure.secureConnectionFailed = error { true } else { false }
        }
    }

    @Test func `a file of authorities that is none is named`() async throws {
        var options = WebSocketOptions()
        options.extraAuthorities = "/nowhere/authorities.pem"
        await #expect(throws: WebSocketFailure.badAuthorities(path: "/nowhere/authorities.pem")) {
            try await WebSocketConnection.connect("wss://localhost:1/", options)
        }
    }
}
