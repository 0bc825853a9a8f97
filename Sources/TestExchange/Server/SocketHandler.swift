import NIOCore
import NIOWebSocket

/// Between the frames of one WebSocket and the venue.
final class SocketHandler: ChannelInboundHandler, FramePort {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    /// Bytes of one message of a client, in one frame or several.
    static let longestMessage = 1 << 17
    /// How long a connection that is to be closed may still drain.
    private static let drainTime = TimeAmount.seconds(1)

    private let desk: VenueDesk
    private let request: Venue.SocketRequest
    private let effect: Fault.Effect?
    private var context: ChannelHandlerContext?
    private var connection: SocketConnection?
    /// The beginning of a message that comes in several frames.
    private var message: ByteBuffer?

    init(_ request: Venue.SocketRequest, effect: Fault.Effect?, desk: VenueDesk) {
        self.request = request
        self.effect = effect
        self.desk = desk
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let address = context.remoteAddress?.ipAddress ?? "local"
        connection = desk.venue.openSocket(request, address: address, effect: effect, port: self)
        if effect == .halfFrame { connection?.breakOff(text: Array(#"{"e":"half"}"#.utf8)) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if let connection { desk.venue.forget(connection) }
        connection = nil
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let connection { desk.venue.forget(connection) }
        connection = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard let connection, !connection.isClosing else { return }
        guard frame.maskKey != nil else {
            connection.close(code: 1002, reason: "frames of a client have to be masked")
            return
        }
        let payload = frame.unmaskedData
        switch frame.opcode {
        case .ping: desk.venue.receive(ping: Array(payload.readableBytesView), on: connection)
        case .pong: desk.venue.receive(pong: Array(payload.readableBytesView), on: connection)
        case .connectionClose: connection.close(code: 1000)
        case .text where message == nil, .continuation where message != nil:
            receive(payload, isLast: frame.fin, on: connection)
        case .binary: connection.close(code: 1003, reason: "text only")
        default: connection.close(code: 1002, reason: "unexpected frame")
        }
    }

    private func receive(_ part: ByteBuffer, isLast: Bool, on connection: SocketConnection) {
        var whole = message ?? ByteBuffer()
        whole.writeImmutableBuffer(part)
        guard whole.readableBytes <= Self.longestMessage else {
            connection.close(code: 1009, reason: "message too long")
            return
        }
        message = isLast ? nil : whole
        guard isLast else { return }
        let bytes = Array(whole.readableBytesView)
        guard String(validating: bytes, as: UTF8.self) != nil else {
            connection.close(code: 1007, reason: "not UTF-8")
            return
        }
        desk.catchUp()
        desk.venue.receive(text: bytes, on: connection)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What the decoder cannot read ends the connection; any other error ends it by itself.
        connection?.close(code: 1002, reason: "protocol error")
    }

    // MARK: FramePort

    func send(_ bytes: [UInt8]) -> Bool {
        guard let context, context.channel.isActive else { return true }
        // The high-water mark is the bound of what may wait for a slow client.
        guard context.channel.isWritable else { return false }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        return true
    }

    func close() {
        guard let context else { return }
        let channel = context.channel
        let timeout = context.eventLoop.scheduleTask(in: Self.drainTime) { channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            timeout.cancel()
            channel.close(promise: nil)
        }
    }
}
