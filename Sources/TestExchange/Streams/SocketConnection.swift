import Market

/// Names a WebSocket of a running venue.
struct SocketID: Hashable, Comparable {
    let rawValue: Int

    static func < (left: SocketID, right: SocketID) -> Bool { left.rawValue < right.rawValue }
}

/// Where the bytes of a WebSocket go.
protocol FramePort: AnyObject {
    /// False when the client has not taken what was sent before: more than the bound is waiting.
    func send(_ bytes: [UInt8]) -> Bool
    /// Closes the connection once what was sent has left.
    func close()
}

/// The connections that have something to send.
final class FlushList {
    fileprivate(set) var waiting: [SocketConnection] = []

    /// Hands everything that waits to the network.
    func flush() {
        let connections = waiting
        waiting.removeAll(keepingCapacity: true)
        for connection in connections { connection.flush() }
    }
}

/// How a venue keeps its WebSockets; every length is in milliseconds.
struct SocketKeeping: Sendable, Hashable {
    var pingEvery: Int64 = 20_000
    var pongWithin: Int64 = 60_000
    var longestLife: Int64 = 86_400_000
    /// Bytes that may wait for a client that reads slowly; one more step's bytes cut it off.
    var mostWaitingBytes = 8 << 20
    var messagesPerSecond = 5
}

/// One WebSocket of a client: what it asked for, what waits to be sent, whether it is still alive.
///
/// Times are in milliseconds of a clock that never jumps.
final class SocketConnection {
    enum Purpose: Equatable {
        case marketStreams
        case socketAPI
        /// The old form of user data, by a listen key.
        case userData(listenKey: String)
    }

    let id: SocketID
    let purpose: Purpose
    let address: String
    /// 1000 when the client wants times in microseconds.
    let timeScale: Int64
    /// Whether events are wrapped with the name of their stream.
    var isCombined: Bool
    /// Whether replies of the WebSocket API tell the rate limits.
    var showsRateLimits = true
    /// The wire's time when it was opened.
    var connectedSince = Timestamp(milliseconds: 0)
    /// The key of `session.logon`, and since when.
    var session: (key: String, since: Timestamp)?
    /// In the order of their subscription.
    private(set) var streams: [String] = []
    private(set) var outgoing: [UInt8] = []
    private(set) var isClosing = false
    /// Whether replies and events are swallowed: the venue that accepts and never answers.
    var isMute = false
    /// The number of the next user data subscription.
    private(set) var nextSubscription = 0

    private let port: any FramePort
    private let flushList: FlushList
    private let keeping: SocketKeeping
    private let openedAt: Int64
    private var lastPing: Int64
    /// The ping that no pong has answered yet.
    private var waitingSince: Int64?
    private var pings = 0
    private var second: Int64 = .min
    private var messages = 0

    init(
        id: SocketID, purpose: Purpose, address: String, timeScale: Int64 = 1, isCombined: Bool = false,
        port: any FramePort, keeping: SocketKeeping, flushList: FlushList, at instant: Int64
    ) {
        self.id = id
        self.purpose = purpose
        self.address = address
        self.timeScale = timeScale
        self.isCombined = isCombined
        self.port = port
        self.keeping = keeping
        self.flushList = flushList
        openedAt = instant
        lastPing = instant
    }

    func takeSubscriptionNumber() -> Int {
        defer { nextSubscription += 1 }
        return nextSubscription
    }

    // MARK: Streams

    func add(stream: String) {
        if !streams.contains(stream) { streams.append(stream) }
    }

    func remove(stream: String) {
        streams.removeAll { $0 == stream }
    }

    // MARK: Sending

    /// Adds frames that are made already.
    func append(frames: [UInt8]) {
        guard !isClosing, !isMute else { return }
        if outgoing.isEmpty { flushList.waiting.append(self) }
        outgoing.append(contentsOf: frames)
        // A long batch goes out in parts, so that only what the client does not take counts as waiting.
        if outgoing.count >= Self.longestBatch { flush() }
    }

    private static let longestBatch = 1 << 18

    func append(text: [UInt8]) {
        append(frames: WebSocketFrames.frame(.text, text))
    }

    /// Half of the frame, and the end of the connection.
    func breakOff(text: [UInt8]) {
        let frame = WebSocketFrames.frame(.text, text)
        append(frames: Array(frame.prefix(max(1, frame.count / 2))))
        drop()
    }

    /// Hands what waits to the network; false when the client is too slow and has been cut off.
    @discardableResult
    func flush() -> Bool {
        guard !outgoing.isEmpty else { return true }
        let bytes = outgoing
        outgoing = []
        guard bytes.count <= keeping.mostWaitingBytes, port.send(bytes) else {
            drop()
            return false
        }
        return true
    }

    /// Ends the connection with a close frame.
    func close(code: UInt16, reason: String = "") {
        guard !isClosing else { return }
        outgoing.append(contentsOf: WebSocketFrames.closing(code: code, reason: reason))
        drop()
    }

    /// Ends the connection without a word, after what waits already.
    func drop() {
        guard !isClosing else { return }
        isClosing = true
        if !outgoing.isEmpty { _ = port.send(outgoing) }
        outgoing = []
        port.close()
    }

    // MARK: Staying alive

    /// Counts a message, ping or pong of the client; false when there were too many in one second.
    func countMessage(at instant: Int64) -> Bool {
        if instant / 1000 != second {
            second = instant / 1000
            messages = 0
        }
        messages += 1
        return purpose == .socketAPI || messages <= keeping.messagesPerSecond
    }

    /// A pong keeps the connection when it carries the last ping's payload.
    func receivePong(_ payload: [UInt8]) {
        if payload == Array(String(pings).utf8) { waitingSince = nil }
    }

    func receivePing(_ payload: [UInt8]) {
        append(frames: WebSocketFrames.frame(.pong, payload.prefix(125)))
    }

    /// Sends the ping that is due, and ends a connection that is too old or does not answer.
    func keepAlive(at instant: Int64) {
        guard !isClosing else { return }
        if instant - openedAt >= keeping.longestLife {
            close(code: 1001, reason: "connection lifetime reached")
        } else if let waitingSince, instant - waitingSince >= keeping.pongWithin {
            close(code: 1008, reason: "Pong timeout")
        } else if instant - lastPing >= keeping.pingEvery {
            lastPing = instant
            pings += 1
            if waitingSince == nil { waitingSince = instant }
            append(frames: WebSocketFrames.frame(.ping, Array(String(pings).utf8)))
        }
    }
}
