import Foundation
import HTTPAPI
import Transport

/// A status server for the length of a test, and a client.
enum ServedStatus {
    static func with(_ server: StatusServer, _ body: (Client) async throws -> Void) async throws {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let http = HTTPClient(HTTPClientOptions())
        let serving = Task { try await server.run { port.yield($0) } }
        var iterator = ports.makeAsyncIterator()
        let found = await iterator.next() ?? 0
        let result: Result<Void, any Error>
        do {
            try await body(Client(http: http, port: found))
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await http.close()
        serving.cancel()
        try await serving.value
        try result.get()
    }

    struct Client {
        let http: HTTPClient
        let port: Int

        func get(_ path: String, host: String? = nil) async throws -> (status: Int, body: String, type: String) {
            var headers = HeaderFields()
            if let host { headers.add("Host", host) }
            let answer = try await http.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/\(path)", headers: headers))
            return (answer.status, String(decoding: answer.body, as: UTF8.self), answer.headers["content-type"] ?? "")
        }
    }
}
