import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOWebSocket

/// Reads the beginning of a connection and makes it a WebSocket of the venue, or plain HTTP.
///
/// A client that keeps its HTTP connection may open a WebSocket on it later, as the second or a later request: the
/// handlers of HTTP then stay behind those of the WebSocket and hear no more. Nothing that is no WebSocket of the venue
/// is touched, whatever its `Upgrade` header says: HTTP answers it.
final class ProtocolSelector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Selection: Sendable {
        case http(HTTP1Channel.Value)
        case socket
        case refused
    }

    private enum State {
        case beginning, http, over
    }

    private let desk: VenueDesk
    private let http: HTTP1Channel
    private let logger: Logger
    private let promise: EventLoopPromise<Selection>
    /// The request that may open a WebSocket, until its head is whole.
    private var waiting = ByteBuffer()
    private var state = State.beginning

    init(desk: VenueDesk, http: HTTP1Channel, logger: Logger, promise: EventLoopPromise<Selection>) {
        self.desk = desk
        self.http = http
        self.logger = logger
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .over else {
            context.fireChannelRead(data)
            return
        }
        waiting.writeImmutableBuffer(unwrapInboundIn(data))
        // A few bytes of a body are not held back, whatever they could become.
        if state == .http, waiting.readableBytes < 12 {
            passToHTTP(context)
            return
        }
        switch HandshakeRequest.beginning(of: waiting.readableBytesView) {
        case .undecided: return
        case .http: passToHTTP(context)
        case .handshake(let request, let length):
            guard let socket = Venue.SocketRequest(path: request.path, query: request.query) else {
                passToHTTP(context)
                return
            }
            waiting.moveReaderIndex(forwardBy: length)
            becomeSocket(context, request, socket)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if state == .beginning { promise.fail(ChannelError.eof) }
        state = .over
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if state == .beginning { promise.fail(ChannelError.eof) }
        state = .over
    }

    private func passToHTTP(_ context: ChannelHandlerContext) {
        if state == .beginning {
            state = .http
            promise.completeWith(http.setup(channel: context.channel, logger: logger).map(Selection.http))
        }
        passOn(context)
    }

    private func passOn(_ context: ChannelHandlerContext) {
        let bytes = waiting
        waiting = ByteBuffer()
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.fireChannelReadComplete()
    }

    private func becomeSocket(
        _ context: ChannelHandlerContext, _ request: HandshakeRequest, _ socket: Venue.SocketRequest
    ) {
        let isFirst = state == .beginning
        state = .over
        do throws(VenueRefusal) {
            let effect = try desk.venue.admit(request.path, from: context.remoteAddress?.ipAddress ?? "local")
            if effect == .disconnect || effect == .loseReply {
                if isFirst { promise.succeed(.refused) }
                context.close(promise: nil)
                return
            }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request.response)), promise: nil)
            try addHandlers(context, socket, effect)
            if isFirst { promise.succeed(.socket) }
            passOn(context)
        } catch {
            if isFirst { promise.succeed(.refused) }
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: HandshakeRequest.refusal(error))))
                .whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private func addHandlers(
        _ context: ChannelHandlerContext, _ socket: Venue.SocketRequest, _ effect: Fault.Effect?
    ) throws(VenueRefusal) {
        do {
            try context.pipeline.syncOperations.addHandlers(
                [
                    ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: SocketHandler.longestMessage)),
                    SocketHandler(socket, effect: effect, desk: desk),
                ], position: .after(self))
        } catch {
            throw VenueRefusal(-1000, "Service unavailable.", status: 503)
        }
    }
}
