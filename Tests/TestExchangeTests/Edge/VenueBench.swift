import Foundation
import Market
import Testing

@testable import TestExchange

/// A venue without a network: requests go in as values, and a port keeps what a WebSocket would send.
final class VenueBench {
    static let start = Timestamp(milliseconds: 1_700_000_000_000)

    let venue: Venue
    private(set) var instant: Int64 = 0
    private var elapsed: Int64 = 0

    init(_ change: (inout TestExchangeOptions) -> Void = { _ in }) throws {
        var options = ExchangeFixture.options
        change(&options)
        venue = try Venue(options, start: Self.start)
        step(0)
    }

    var now: Int64 { venue.wireNow.milliseconds }

    func step(_ milliseconds: Int64) {
        elapsed += milliseconds
        instant += milliseconds
        venue.step(to: Timestamp(milliseconds: Self.start.milliseconds + elapsed), at: instant)
    }

    // MARK: REST

    func reply(_ request: VenueRequest) throws -> VenueReply {
        let answer = venue.answer(request, venue.meet(request).effect)
        guard case .reply(let reply) = answer else { throw BenchError(text: "\(answer)") }
        return reply
    }

    func get(_ target: String) throws -> (status: Int, json: JSONValue) {
        let reply = try reply(VenueRequest("GET", target))
        return (reply.status, try JSONParser.parse(reply.body))
    }

    func signed(
        _ method: String, _ path: String, _ parameters: String = "", key: String = ExchangeFixture.key,
        secret: String = ExchangeFixture.secret
    ) throws -> (status: Int, json: JSONValue) {
        let query = ExchangeFixture.signed(parameters, secret: secret, at: now)
        let reply = try reply(VenueRequest(method, "\(path)?\(query)", apiKey: key))
        return (reply.status, try JSONParser.parse(reply.body))
    }

    func admin(_ method: String, _ path: String, _ body: String = "") throws -> (status: Int, json: JSONValue) {
        let reply = try reply(
            VenueRequest(method, "/admin/" + path, body: body, adminToken: ExchangeFixture.adminToken))
        return (reply.status, try JSONParser.parse(reply.body))
    }

    // MARK: WebSockets

    func open(_ path: String) throws -> BenchSocket {
        let request = VenueRequest("GET", path)
        let effect = try venue.admit(request.path, from: "127.0.0.1")
        let socketRequest = try #require(Venue.SocketRequest(path: request.path, query: request.query))
        let port = BenchPort()
        let connection = venue.openSocket(socketRequest, address: "127.0.0.1", effect: effect, port: port)
        return BenchSocket(bench: self, port: port, connection: connection)
    }
}

struct BenchError: Error {
    let text: String
}

/// Keeps the frames that a venue sends.
final class BenchPort: FramePort {
    var bytes: [UInt8] = []
    var isClosed = false
    /// What a client does not take, as if its buffer were full.
    var takes = true

    func send(_ bytes: [UInt8]) -> Bool {
        guard takes else { return false }
        self.bytes += bytes
        return true
    }

    func close() {
        isClosed = true
    }
}

/// The client's end of a WebSocket.
final class BenchSocket {
    private let bench: VenueBench
    let port: BenchPort
    let connection: SocketConnection
    private var lastID = 0

    init(bench: VenueBench, port: BenchPort, connection: SocketConnection) {
        self.bench = bench
        self.port = port
        self.connection = connection
    }

    func say(_ text: String) {
        bench.venue.receive(text: Array(text.utf8), on: connection)
    }

    /// Every text that has come since the last call.
    func texts() throws -> [JSONValue] {
        try frames().filter { $0.opcode == 1 }.map { try JSONParser.parse($0.payload) }
    }

    /// Every whole frame that has come since the last call of this or `texts`.
    func frames() -> [(opcode: UInt8, payload: [UInt8])] {
        var found: [(UInt8, [UInt8])] = []
        var bytes = port.bytes[...]
        while bytes.count >= 2 {
            let first = bytes[bytes.startIndex]
            var length = Int(bytes[bytes.startIndex + 1])
            var head = 2
            if length >= 126 {
                let size = length == 126 ? 2 : 8
                length = bytes.dropFirst(2).prefix(size).reduce(0) { $0 << 8 | Int($1) }
                head += size
            }
            guard bytes.count >= head + length else { break }
            found.append((first & 15, Array(bytes.dropFirst(head).prefix(length))))
            bytes = bytes.dropFirst(head + length)
        }
        port.bytes = Array(bytes)
        return found
    }

    /// A signed request of the WebSocket API; the first text that comes is its reply.
    func ask(
        _ method: String, _ parameters: [String: String] = [:], signed: Bool = true,
        key: String = ExchangeFixture.key, secret: String = ExchangeFixture.secret
    ) throws -> JSONValue {
        say(request(method, parameters, signed: signed, key: key, secret: secret))
        let reply = try texts().first { $0["id"]?.integer == Int64(lastID) }
        return try #require(reply)
    }

    /// The text of a request with the next id.
    func request(
        _ method: String, _ parameters: [String: String] = [:], signed: Bool = true,
        key: String = ExchangeFixture.key, secret: String = ExchangeFixture.secret
    ) -> String {
        lastID += 1
        var all = parameters
        if signed {
            all["apiKey"] = key
            all["timestamp"] = String(bench.now)
            let payload = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            all["signature"] = ExchangeFixture.signature(of: payload, secret: secret)
        }
        let params = all.map { "\"\($0.key)\":\($0.key == "timestamp" ? $0.value : "\"\($0.value)\"")" }
        return "{\"id\":\(lastID),\"method\":\"\(method)\",\"params\":{\(params.joined(separator: ","))}}"
    }
}
