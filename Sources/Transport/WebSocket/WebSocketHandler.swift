import NIOCore
import NIOSSL
import NIOWebSocket
import Wording

/// The end of a WebSocket's pipeline: frames to messages, keep-alive, back-pressure, the close handshake.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame
    typealias Inbox = BoundedQueue<String, WebSocketFailure>

    private let peer: String
    private let options: WebSocketOptions
    private let inbox: Inbox
    private let progress: FrameProgress
    private let started = NIODeadline.now()
    private var assembler: MessageAssembler
    private var keepAlive: KeepAlive
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var isReadingPaused = false
    private var hasSentClose = false
    /// A pong is on its way; the payload of the newest ping since, of which alone an answer is due (section 5.5.3).
    private var pongIsUnderWay = false
    private var owedPong: ByteBuffer?

    init(peer: String, options: WebSocketOptions, inbox: Inbox, progress: FrameProgress) {
        self.peer = peer
        self.options = options
        self.inbox = inbox
        self.progress = progress
        assembler = MessageAssembler(maximumBytes: options.maximumMessageBytes)
        keepAlive = KeepAlive(pingAfter: options.pingAfter, answerWithin: options.answerWithin, now: .zero)
    }

    private var now: Duration { .nanoseconds((NIODeadline.now() - started).nanoseconds) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        armTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
        // Of a channel that ended during the upgrade nothing else is told.
        inbox.finish(lost)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.finish(lost)
        context.fireChannelInactive()
    }

    private var lost: WebSocketFailure {
        .connectionLost(
            peer: peer, Message("it ended without a close frame", fr: "elle s'est terminée sans trame de fermeture"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            fail(closeCode: 1009, .messageTooLarge(peer: peer, limit: options.maximumMessageBytes))
        case is NIOWebSocketError:
            let what = Message(
                "a control frame that is too long or in fragments",
                fr: "une trame de contrôle trop longue ou fragmentée")
            fail(closeCode: 1002, .protocolViolation(peer: peer, what))
        default:
            inbox.finish(.connectionLost(peer: peer, ConnectFailure.words(error)))
            context.close(promise: nil)
        }
    }

    // MARK: Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        progress.frameTaken(frame)
        let isAnswer = keepAlive.isAwaitingAnswer
        keepAlive.heard(now: now)
        // Only an answer moves the deadline to the front, where the timer would miss it.
        if isAnswer { armTimer() }
        let action = assembler.take(
            MessageAssembler.Frame(
                opcode: UInt8(webSocketOpcode: frame.opcode), isFinal: frame.fin,
                reservedBits: frame.reservedBits.rawValue, isMasked: frame.maskKey != nil, payload: frame.data))
        switch action {
        case .deliver(let text):
            // After the end nobody takes it any more: only the close frame is waited for.
            if inbox.push(text, size: text.utf8.count) { pauseReading() }
        case .pong(let payload):
            answerPing(payload)
        case .peerCloses(let code, let reason):
            inbox.finish(.closedByPeer(peer: peer, code: code, reason: reason))
            sendClose(code ?? 1000)
            closeSoon()
        case .fail(let closeCode, .tooLarge):
            fail(closeCode: closeCode, .messageTooLarge(peer: peer, limit: options.maximumMessageBytes))
        case .fail(let closeCode, .violation(let what)):
            fail(closeCode: closeCode, .protocolViolation(peer: peer, what))
        case nil:
            break
        }
    }

    private func fail(closeCode: Int, _ failure: WebSocketFailure) {
        inbox.finish(failure)
        sendClose(closeCode)
        context?.close(promise: nil)
    }

    // MARK: Back-pressure

    private func pauseReading() {
        guard !isReadingPaused, let context else { return }
        isReadingPaused = true
        keepAlive.paused()
        setAutoRead(false, context)
    }

    /// There is room in the inbox again.
    func resumeReading() {
        guard isReadingPaused, let context else { return }
        isReadingPaused = false
        keepAlive.resumed(now: now)
        setAutoRead(true, context)
        armTimer()
    }

    private func setAutoRead(_ value: Bool, _ context: ChannelHandlerContext) {
        // Fails only on a channel that is closed, where nothing is read anyway.
        _ = context.channel.setOption(.autoRead, value: value)
    }

    // MARK: Keep-alive

    /// The timer is set for the deadline as it is now. Frames that move it back are not worth setting it anew: it rings
    /// too early then, and is set again.
    private func armTimer() {
        timer?.cancel()
        guard let context, let deadline = keepAlive.deadline else { return }
        let delay = TimeAmount.nanoseconds(max(0, (deadline - now).wholeMilliseconds) * 1_000_000)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.timerRang() }
    }

    private func timerRang() {
        switch keepAlive.timeReached(now: now) {
        case .ping:
            write(.ping, ByteBuffer())
        case .giveUp(let silence):
            inbox.finish(.silent(peer: peer, for: silence, insideFrame: progress.isInsideFrame))
            context?.close(promise: nil)
            return
        case nil:
            break
        }
        armTimer()
    }

    // MARK: Outbound

    private func answerPing(_ payload: ByteBuffer) {
        guard !pongIsUnderWay else {
            owedPong = payload
            return
        }
        guard !hasSentClose, let context else { return }
        pongIsUnderWay = true
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.pongIsUnderWay = false
            guard let owed = self.owedPong else { return }
            self.owedPong = nil
            self.answerPing(owed)
        }
        write(.pong, payload, promise)
    }

    private func write(_ opcode: WebSocketOpcode, _ payload: ByteBuffer, _ promise: EventLoopPromise<Void>? = nil) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: payload)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }

    private func sendClose(_ code: Int) {
        guard !hasSentClose else { return }
        hasSentClose = true
        var payload = ByteBuffer()
        payload.writeInteger(UInt16(code))
        write(.connectionClose, payload)
    }

    /// Asks the server to close and takes what it sent before it does.
    func retire() {
        sendClose(1000)
        closeSoon()
    }

    /// Closes in order: close frame, the other side's close frame or `closeTimeout`, end.
    func close() {
        sendClose(1000)
        // Nothing is kept of what comes now, but the close frame must be seen.
        resumeReading()
        closeSoon()
    }

    /// The server ends the TCP connection first, if it does so in time (section 7.1.1).
    private func closeSoon() {
        guard let context else { return }
        let delay = TimeAmount.nanoseconds(max(0, options.closeTimeout.wholeMilliseconds) * 1_000_000)
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.context?.close(promise: nil) }
    }
}

/// Counts the bytes that came and those of whole frames, to tell silence from half a frame.
final class FrameProgress: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var received = 0
    private var taken = 0

    var isInsideFrame: Bool { received > taken }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received &+= unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
    }

    func frameTaken(_ frame: WebSocketFrame) {
        let lengthBytes = frame.length < 126 ? 0 : frame.length < 65_536 ? 2 : 8
        taken &+= 2 + lengthBytes + (frame.maskKey == nil ? 0 : 4) + frame.length
    }
}
