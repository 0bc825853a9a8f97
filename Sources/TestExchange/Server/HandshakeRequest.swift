import Crypto
import Foundation

/// The request that opens a WebSocket (RFC 6455 section 4.2), read from the bytes of its head.
struct HandshakeRequest: Equatable {
    /// Bytes that a head may have.
    static let longest = 16 << 10

    let path: String
    let query: String
    let key: String

    /// What the beginning of a connection is.
    enum Beginning: Equatable {
        case undecided
        /// Not for a WebSocket of the venue: plain HTTP has to answer it.
        case http
        case handshake(HandshakeRequest, length: Int)
    }

    static func beginning(of bytes: some Collection<UInt8>) -> Beginning {
        let bytes = Array(bytes.prefix(longest + 1))
        guard ["GET /ws", "GET /stream"].contains(where: { prefix in zip(bytes, prefix.utf8).allSatisfy(==) }) else {
            return .http
        }
        let end = Array("\r\n\r\n".utf8)
        guard let at = bytes.indices.first(where: { bytes[$0] == 13 && bytes[$0...].starts(with: end) }) else {
            return bytes.count > longest ? .http : .undecided
        }
        guard let request = HandshakeRequest(head: String(decoding: bytes[..<at], as: UTF8.self)) else { return .http }
        return .handshake(request, length: at + 4)
    }

    private init?(head: String) {
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)[...]
        guard let first = lines.popFirst() else { return nil }
        let words = first.split(separator: " ")
        guard words.count == 3, words[0] == "GET", words[2] == "HTTP/1.1" else { return nil }
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased(), default: ""] += value
        }
        guard headers["upgrade"]?.lowercased().contains("websocket") == true,
            headers["connection"]?.lowercased().contains("upgrade") == true,
            headers["sec-websocket-version"] == "13",
            let key = headers["sec-websocket-key"], Data(base64Encoded: key)?.count == 16
        else { return nil }
        let target = words[1]
        let split = target.firstIndex(of: "?") ?? target.endIndex
        path = String(target[..<split])
        query = split < target.endIndex ? String(target[target.index(after: split)...]) : ""
        self.key = key
    }

    /// The venue's agreement.
    var response: String {
        let hash = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(Data(hash).base64EncodedString())\r\n\r\n"
    }

    static func refusal(_ refusal: VenueRefusal) -> String {
        let retry = refusal.retryAfter.map { "Retry-After: \($0)\r\n" } ?? ""
        let body = refusal.body
        return "HTTP/1.1 \(refusal.status) Refused\r\nContent-Type: application/json\r\n\(retry)"
            + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n" + String(decoding: body, as: UTF8.self)
    }
}
