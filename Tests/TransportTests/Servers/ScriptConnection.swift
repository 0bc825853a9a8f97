import Glibc

/// A server's side of one connection, for a script: blocking, with an end to every wait.
final class ScriptConnection {
    struct Ended: Error {}

    /// From 1, in the order of acceptance.
    let number: Int
    private let file: Int32
    private var buffer: [UInt8] = []

    init(file: Int32, number: Int) {
        self.file = file
        self.number = number
        // No script waits for ever, whatever a client does.
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(file, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private func fill() throws {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(file, &chunk, chunk.count, 0)
        guard count > 0 else { throw Ended() }
        buffer += chunk[..<count]
    }

    func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try fill() }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// Up to and without the next CR LF.
    func readLine() throws -> String {
        while true {
            if let end = buffer.indices.dropLast().first(where: { buffer[$0] == 13 && buffer[$0 + 1] == 10 }) {
                defer { buffer.removeFirst(end + 2) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            try fill()
        }
    }

    struct Request {
        var line: String
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]

        var method: String { String(line.prefix { $0 != " " }) }
        var target: String { String(line.split(separator: " ").dropFirst().first ?? "") }
    }

    func readRequest() throws -> Request {
        let line = try readLine()
        var headers: [String: String] = [:]
        while true {
            let field = try readLine()
            guard let colon = field.firstIndex(of: ":") else { break }
            let value = field[field.index(after: colon)...].drop { $0 == " " }
            headers[field[..<colon].lowercased()] = String(value)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        return Request(line: line, headers: headers, body: try read(length))
    }

    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Ended() }
            sent += count
        }
    }

    /// A whole reply with its length.
    func reply(_ status: String = "200 OK", headers: [String] = [], body: String = "") throws {
        let fields = (headers + ["Content-Length: \(body.utf8.count)"]).map { $0 + "\r\n" }.joined()
        try write("HTTP/1.1 \(status)\r\n\(fields)\r\n\(body)")
    }

    /// Returns once the client has closed; what it still sends is dropped.
    func waitForEnd() throws {
        while true {
            buffer = []
            do { try fill() } catch { return }
        }
    }

    /// Reads nothing until the server is stopped or the client is gone.
    func waitUntilStopped() throws {
        // POLLRDHUP, which is not imported: the client has closed its half.
        var waiting = pollfd(fd: file, events: 0x2000, revents: 0)
        _ = poll(&waiting, 1, 30_000)
    }

    /// Whether more can be written within half a second: false once the client has stopped reading.
    func canWrite() -> Bool {
        var waiting = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        return poll(&waiting, 1, 500) == 1
    }

    /// Makes the end of this connection a TCP reset.
    func resetAtEnd() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(file, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }
}
