/// Frames from the venue to a client (RFC 6455 section 5.2): whole, unmasked, so that one frame's bytes serve all
/// clients of a stream.
enum WebSocketFrames {
    enum Opcode: UInt8 {
        case text = 1
        case close = 8
        case ping = 9
        case pong = 10
    }

    static func append(_ opcode: Opcode, _ payload: some Collection<UInt8>, to bytes: inout [UInt8]) {
        appendHead(opcode, length: payload.count, to: &bytes)
        bytes.append(contentsOf: payload)
    }

    static func appendHead(_ opcode: Opcode, length: Int, to bytes: inout [UInt8]) {
        bytes.append(0x80 | opcode.rawValue)
        switch length {
        case ..<126: bytes.append(UInt8(length))
        case ..<65_536:
            bytes.append(126)
            bytes.append(UInt8(length >> 8))
            bytes.append(UInt8(length & 0xFF))
        default:
            bytes.append(127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: length >> shift))
            }
        }
    }

    static func frame(_ opcode: Opcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 10)
        append(opcode, payload, to: &bytes)
        return bytes
    }

    /// A close frame with its status code and reason; a control frame holds 125 bytes at most.
    static func closing(code: UInt16, reason: String = "") -> [UInt8] {
        frame(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8.prefix(123)))
    }
}
