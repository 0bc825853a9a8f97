import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOWebSocket

/// Reads the beginning of a connection and makes it a WebSocket of the venue, or plain HTTP.
///
/// Nothing that is no WebSocket of the venue is touched, whatever its `Upgrade` header says: HTTP answers it.
final class ProtocolSelector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Selection: Sendable {
        case http(HTTP1Channel.Value)
        case socket
        case refused
    }

    private let desk: VenueDesk
    private let http: HTTP1Channel
    private let logger: Logger
    private let promise: EventLoopPromise<Selection>
    private var beginning = ByteBuffer()
    private var isDecided = false

    init(desk: VenueDesk, http: HTTP1Channel, logger: Logger, promise: EventLoopPromise<Selection>) {
        self.desk = desk
        self.http = http
        self.logger = logger
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDecided else {
            context.fireChannelRead(data)
            return
        }
        beginning.writeImmutableBuffer(unwrapInboundIn(data))
        switch HandshakeRequest.beginning(of: beginning.readableBytesView) {
        case .undecided: return
        case .http: becomeHTTP(context)
        case .handshake(let request, let length):
            guard let socket = Venue.SocketRequest(path: request.path, query: request.query) else {
                becomeHTTP(context)
                return
            }
            beginning.moveReaderIndex(forwardBy: length)
            becomeSocket(context, request, socket)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        fail(ChannelError.eof)
    }

    private func fail(_ error: any Error) {
        guard !isDecided else { return }
        isDecided = true
        promise.fail(error)
    }

    private func becomeHTTP(_ context: ChannelHandlerContext) {
        isDecided = true
        promise.completeWith(http.setup(channel: context.channel, logger: logger).map(Selection.http))
        passOn(context)
    }

    private func becomeSocket(
        _ context: ChannelHandlerContext, _ request: HandshakeRequest, _ socket: Venue.SocketRequest
    ) {
        isDecided = true
        do throws(VenueRefusal) {
            let address = context.remoteAddress?.ipAddress ?? "local"
            let effect = try desk.venue.admit(request.path, from: address)
            if effect == .disconnect || effect == .loseReply {
                promise.succeed(.refused)
                context.close(promise: nil)
                return
            }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request.response)), promise: nil)
            try addHandlers(context, socket, effect)
            promise.succeed(.socket)
            passOn(context)
        } catch {
            promise.succeed(.refused)
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: HandshakeRequest.refusal(error))))
                .whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private func addHandlers(
        _ context: ChannelHandlerContext, _ socket: Venue.SocketRequest, _ effect: Fault.Effect?
    ) throws(VenueRefusal) {
        do {
            try context.pipeline.syncOperations.addHandlers([
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: SocketHandler.longestMessage)),
                SocketHandler(socket, effect: effect, desk: desk),
            ])
        } catch {
            throw VenueRefusal(-1000, "Service unavailable.", status: 503)
        }
    }

    /// Hands over what was read already and leaves.
    private func passOn(_ context: ChannelHandlerContext) {
        if beginning.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(beginning)) }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
