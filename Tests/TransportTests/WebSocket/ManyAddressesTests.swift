import NIOCore
import NIOPosix
import Testing

@testable import Transport

@Suite("A WebSocket to a name with many addresses", .timeLimit(.minutes(5)))
struct ManyAddressesTests {
    /// A name with an IPv6 address that nothing listens at, and the IPv4 address of a server.
    private final class TwoAddresses: Resolver, Sendable {
        private let port: Int
        private let loop = MultiThreadedEventLoopGroup.singleton.next()

        init(port: Int) {
            self.port = port
        }

        func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            loop.makeCompletedFuture { [try SocketAddress(ipAddress: "127.0.0.1", port: self.port)] }
        }

        func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            loop.makeCompletedFuture { [try SocketAddress(ipAddress: "::1", port: self.port)] }
        }

        func cancelQueries() {}
    }

    @Test func `an address that nobody listens at does not spoil the next one`() async throws {
        let server = try ScriptServer { connection in
            try connection.acceptWebSocket()
            try connection.send(try connection.readText())
            _ = try connection.readText()
        }
        defer { server.stop() }
        let handshake = WebSocketHandshake(
            address: try WebAddress("ws://two.test:\(server.port)/", schemes: [.ws]), options: WebSocketOptions(),
            resolver: TwoAddresses(port: server.port))
        let connection = try await handshake.connection()
        try await connection.send("a")
        #expect(try await connection.receive() == "a")
        await connection.close()
    }
}
