import NIOCore
import NIOPosix
import NIOWebSocket
import Synchronization

/// One WebSocket connection of text messages, as a client. Pings by itself, answers pings, never reconnects: a
/// `WebSocketSession` does.
///
/// A connection that is let go closes itself without ceremony.
public final class WebSocketConnection: Sendable {
    /// `host:port`, for messages.
    public let peer: String
    private let options: WebSocketOptions
    private let channel: any Channel
    private let inbox: WebSocketHandler.Inbox
    private let handler: NIOLoopBound<WebSocketHandler>
    private let unsentBytes = Atomic<Int>(0)

    init(
        peer: String, options: WebSocketOptions, channel: any Channel, inbox: WebSocketHandler.Inbox,
        handler: NIOLoopBound<WebSocketHandler>
    ) {
        self.peer = peer
        self.options = options
        self.channel = channel
        self.inbox = inbox
        self.handler = handler
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Connects to a `ws` or `wss` address and upgrades, within `options.connectTimeout`.
    public static func connect(
        _ address: String, _ options: WebSocketOptions = WebSocketOptions()
    ) async throws(WebSocketFailure) -> WebSocketConnection {
        let parsed: WebAddress
        do throws(WebAddress.Defect) {
            parsed = try WebAddress(address, schemes: [.ws, .wss])
        } catch {
            throw .badAddress(error.message)
        }
        return try await WebSocketHandshake(address: parsed, options: options).connection()
    }

    /// The next message, in the order of arrival; one task at a time may wait. Messages that came before the end are
    /// handed out first, then the end is thrown, again and again: `.closedByPeer`, `.connectionLost`, `.silent`,
    /// `.protocolViolation`, `.messageTooLarge` or, after `close()`, `.closed`.
    public func receive() async throws(WebSocketFailure) -> String {
        switch await inbox.next() {
        case .element(let text): return text
        case .ended(let failure): throw failure
        case .cancelled: throw .cancelled
        }
    }

    /// Returns when the message is handed to the network, which does not mean that the server read it. After a failure
    /// other than `.backlog` it may have been sent in part or in whole.
    public func send(_ text: String) async throws(WebSocketFailure) {
        if let ending = inbox.ending { throw ending }
        let size = text.utf8.count
        let unsent = unsentBytes.wrappingAdd(size, ordering: .relaxed).oldValue
        defer { unsentBytes.wrappingSubtract(size, ordering: .relaxed) }
        guard unsent == 0 || unsent + size <= options.maximumUnsentBytes else {
            throw .backlog(peer: peer, limit: options.maximumUnsentBytes)
        }
        let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: text))
        do {
            try await channel.writeAndFlush(frame)
        } catch {
            throw inbox.ending ?? .connectionLost(peer: peer, ConnectFailure.words(error))
        }
    }

    /// Closes in order and waits until the connection is gone, `options.closeTimeout` at most for the other side.
    /// Messages not taken yet are dropped.
    public func close() async {
        inbox.finish(.closed, droppingTheRest: true)
        let handler = handler
        channel.eventLoop.execute { handler.value.close() }
        // Ends in any case: an error of the channel is an end too.
        try? await channel.closeFuture.get()
    }

    /// Asks the server to close. What it sent before its close frame can still be received, for `options.closeTimeout`;
    /// then comes the end.
    func retire() {
        let handler = handler
        channel.eventLoop.execute { handler.value.retire() }
    }
}
