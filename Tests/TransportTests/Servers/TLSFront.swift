import NIOCore
import NIOPosix
import NIOSSL
import TestSupport

/// A TLS server that hands the plain bytes to a server on another port of loopback.
final class TLSFront: Sendable {
    let port: Int
    private let channel: any Channel

    init(_ identity: TestAuthority.Identity, to backend: Int, protocols: [String] = []) async throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem)))
        configuration.applicationProtocols = protocols
        let context = try NIOSSLContext(configuration: configuration)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { front in
                front.eventLoop.makeCompletedFuture {
                    try front.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }.flatMap {
                    ClientBootstrap(group: front.eventLoop).connect(host: "127.0.0.1", port: backend)
                }.flatMap { back in
                    front.eventLoop.makeCompletedFuture {
                        try front.pipeline.syncOperations.addHandler(Pipe(to: back))
                        try back.pipeline.syncOperations.addHandler(Pipe(to: front))
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws {
        try await channel.close()
    }

    /// What one side sends goes to the other; the end too, errors included.
    private final class Pipe: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel

        init(to other: any Channel) {
            self.other = other
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            other.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
