import Glibc
import Synchronization

/// A server on loopback that answers each request with what the test wants, malformed or not at all.
final class LoopbackVenue: Sendable {
    enum Reply: Sendable {
        case json(String)
        case text(Int, String, [String: String] = [:])
        /// The head and half of the body that it promises, then the end of the connection.
        case half(String)
        /// The connection ends without a byte.
        case drop
        /// Nothing, until the test is over.
        case silence
    }

    struct Request: Sendable {
        let method: String
        /// Without the query.
        let path: String
        /// The query, or the form of a POST.
        let parameters: [String: String]
        let headers: String
    }

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let answer: @Sendable (Request, Int) -> Reply
    private let state = Mutex(State())

    /// - Parameter answer: gets the request and how many of the same method and path came before.
    init(_ answer: @escaping @Sendable (Request, Int) -> Reply) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw LoopbackFailure(number: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Self.thread { [self] in acceptAll() }
    }

    struct LoopbackFailure: Error {
        let number: Int32
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }

    func count(_ method: String, _ path: String) -> Int {
        requests.count { $0.method == method && $0.path == path }
    }

    /// Ends every connection; the threads end with them.
    func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        var id = pthread_t()
        let box = Unmanaged.passRetained(Work(body))
        let status = pthread_create(
            &id, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        precondition(status == 0, "no thread")
        pthread_detach(id)
    }

    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let isStopped = state.withLock { state in
                if !state.isStopped { state.connections.insert(connection) }
                return state.isStopped
            }
            guard !isStopped else {
                close(connection)
                break
            }
            Self.thread { [self] in serve(connection) }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer {
            state.withLock { state in _ = state.connections.remove(connection) }
            close(connection)
        }
        var buffer: [UInt8] = []
        while let request = read(connection, &buffer) {
            let before = state.withLock { state in
                defer { state.requests.append(request) }
                return state.requests.count { $0.method == request.method && $0.path == request.path }
            }
            switch answer(request, before) {
            case .json(let body): send(connection, Self.reply(200, body, [:]))
            case .text(let status, let body, let headers): send(connection, Self.reply(status, body, headers))
            case .half(let body):
                let whole = Self.reply(200, body, [:])
                send(connection, String(whole.dropLast(body.count / 2)))
                return
            case .drop: return
            case .silence:
                // Ends when the client or the test ends the connection.
                while receive(connection, &buffer) {}
                return
            }
        }
    }

    private static func reply(_ status: Int, _ body: String, _ headers: [String: String]) -> String {
        let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    private func send(_ connection: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private func receive(_ connection: Int32, _ buffer: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(connection, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        var head: [Substring] = []
        var length = 0
        var start = 0
        while true {
            if let end = Self.endOfHead(buffer) {
                head = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
                start = end
                break
            }
            guard receive(connection, &buffer) else { return nil }
        }
        for field in head where field.lowercased().hasPrefix("content-length:") {
            length = Int(field.dropFirst("content-length:".count).drop { $0 == " " }) ?? 0
        }
        while buffer.count < start + length { guard receive(connection, &buffer) else { return nil } }
        let body = String(decoding: buffer[start..<start + length], as: UTF8.self)
        buffer.removeFirst(start + length)
        let line = head[0].split(separator: " ")
        let target = line[1].split(separator: "?", maxSplits: 1)
        let query = (target.count > 1 ? String(target[1]) : "") + (body.isEmpty ? "" : body)
        let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Request(
            method: String(line[0]), path: String(target[0]),
            parameters: Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first },
            headers: head.dropFirst().joined(separator: "\n"))
    }

    private static func endOfHead(_ buffer: [UInt8]) -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 3..<buffer.count where buffer[index - 3...index].elementsEqual([13, 10, 13, 10]) {
            return index + 1
        }
        return nil
    }
}
