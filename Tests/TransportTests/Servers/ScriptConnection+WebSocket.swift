/// A WebSocket server's side, frame by frame, right or wrong as the test wants it.
extension ScriptConnection {
    struct WebSocketFrame: Equatable {
        var opcode: UInt8
        var isFinal = true
        var payload: [UInt8] = []

        static let text: UInt8 = 1
        static let close: UInt8 = 8
        static let ping: UInt8 = 9
        static let pong: UInt8 = 10

        var string: String { String(decoding: payload, as: UTF8.self) }
    }

    /// Reads the upgrade and accepts it; answers what was asked for.
    @discardableResult
    func acceptWebSocket(together first: [UInt8] = []) throws -> Request {
        let request = try readRequest()
        let digest = SHA1.digest((request.headers["sec-websocket-key"] ?? "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
        let head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(Base64.text(digest))\r\n\r\n"
        try write(Array(head.utf8) + first)
        return request
    }

    static func bytes(
        _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, reserved: UInt8 = 0, mask: [UInt8]? = nil
    ) -> [UInt8] {
        let first = opcode | (isFinal ? 0x80 : 0) | reserved
        let masked: UInt8 = mask == nil ? 0 : 0x80
        let count = payload.count
        var bytes: [UInt8]
        switch count {
        case ..<126: bytes = [first, masked | UInt8(count)]
        case ..<65_536: bytes = [first, masked | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        default: bytes = [first, masked | 127] + (0..<8).map { UInt8(count >> (56 - 8 * $0) & 0xFF) }
        }
        guard let mask else { return bytes + payload }
        return bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
    }

    func send(_ text: String) throws {
        try write(Self.bytes(WebSocketFrame.text, Array(text.utf8)))
    }

    /// A client's frame, which must be masked.
    func readFrame() throws -> WebSocketFrame {
        let head = try read(2)
        guard head[1] & 0x80 != 0 else { throw Ended() }
        var count = Int(head[1] & 0x7F)
        if count >= 126 { count = try read(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        let mask = try read(4)
        let payload = try read(count).enumerated().map { $0.element ^ mask[$0.offset % 4] }
        return WebSocketFrame(opcode: head[0] & 0x0F, isFinal: head[0] & 0x80 != 0, payload: payload)
    }

    /// The next text, with pings answered and pongs dropped; ends with the client's close frame, which is echoed.
    func readText() throws -> String {
        while true {
            let frame = try readFrame()
            switch frame.opcode {
            case WebSocketFrame.text: return frame.string
            case WebSocketFrame.ping: try write(Self.bytes(WebSocketFrame.pong, frame.payload))
            case WebSocketFrame.close:
                try write(Self.bytes(WebSocketFrame.close, frame.payload))
                throw Ended()
            default: break
            }
        }
    }
}
