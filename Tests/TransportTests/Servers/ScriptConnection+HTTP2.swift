/// The little of HTTP/2 (RFC 9113) that a server needs to answer requests it does not read.
extension ScriptConnection {
    struct HTTP2Frame {
        var kind: UInt8
        var flags: UInt8 = 0
        var stream: UInt32 = 0
        var payload: [UInt8] = []

        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let endOfStream: UInt8 = 1
        static let endOfHeaders: UInt8 = 4
        static let acknowledgement: UInt8 = 1
    }

    func acceptHTTP2() throws {
        _ = try read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8.count)
        try write(HTTP2Frame(kind: HTTP2Frame.settings))
    }

    func write(_ frame: HTTP2Frame) throws {
        let count = frame.payload.count
        let length = [UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
        let stream = (0..<4).map { UInt8(frame.stream >> (24 - 8 * $0) & 0xFF) }
        try write(length + [frame.kind, frame.flags] + stream + frame.payload)
    }

    func readHTTP2Frame() throws -> HTTP2Frame {
        let head = try read(9).map { UInt32($0) }
        let stream = (head[5] << 24 | head[6] << 16 | head[7] << 8 | head[8]) & 0x7FFF_FFFF
        let payload = try read(Int(head[0] << 16 | head[1] << 8 | head[2]))
        return HTTP2Frame(kind: UInt8(head[3]), flags: UInt8(head[4]), stream: stream, payload: payload)
    }

    /// The stream of the next whole request; settings and pings are acknowledged on the way.
    func readHTTP2Request() throws -> UInt32 {
        while true {
            let frame = try readHTTP2Frame()
            switch frame.kind {
            case HTTP2Frame.settings where frame.flags & HTTP2Frame.acknowledgement == 0:
                try write(HTTP2Frame(kind: HTTP2Frame.settings, flags: HTTP2Frame.acknowledgement))
            case HTTP2Frame.ping where frame.flags & HTTP2Frame.acknowledgement == 0:
                try write(
                    HTTP2Frame(kind: HTTP2Frame.ping, flags: HTTP2Frame.acknowledgement, payload: frame.payload))
            case HTTP2Frame.headers, HTTP2Frame.data:
                if frame.flags & HTTP2Frame.endOfStream != 0 { return frame.stream }
            default:
                break
            }
        }
    }

    /// `:status 200` is entry 8 of the static table (RFC 7541, appendix A).
    func replyHTTP2(stream: UInt32, body: String) throws {
        try write(
            HTTP2Frame(kind: HTTP2Frame.headers, flags: HTTP2Frame.endOfHeaders, stream: stream, payload: [0x88]))
        try write(
            HTTP2Frame(
                kind: HTTP2Frame.data, flags: HTTP2Frame.endOfStream, stream: stream, payload: Array(body.utf8)))
    }

    /// The server says that it has not begun with the request (REFUSED_STREAM).
    func refuseHTTP2(stream: UInt32) throws {
        try write(HTTP2Frame(kind: HTTP2Frame.reset, stream: stream, payload: [0, 0, 0, 7]))
    }
}
