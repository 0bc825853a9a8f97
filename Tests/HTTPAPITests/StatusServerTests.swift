import Foundation
import Metrics
import Testing
import Wording

@testable import HTTPAPI

@Suite struct StatusServerTests {
    private static func server(_ checks: [HealthCheck] = []) -> StatusServer {
        StatusServer(port: 0, metrics: MetricsRegistry(), started: 1_700_000_000, checks: checks)
    }

    private static let fine = HealthCheck("database") { .fine("answers", fr: "répond") }
    private static let wrong = HealthCheck("engine") { .wrong("no engine is alive", fr: "aucun moteur en vie") }

    @Test func `a process that answers is live, whatever its checks find`() async throws {
        try await ServedStatus.with(Self.server([Self.wrong])) { client in
            let answer = try await client.get("health/live")
            #expect(answer.status == 200 && answer.body == "{\"status\":\"live\"}\n")
            #expect(answer.type == "application/json")
        }
    }

    @Test func `it is ready when every check is fine`() async throws {
        try await ServedStatus.with(Self.server([Self.fine])) { client in
            let answer = try await client.get("health/ready")
            #expect(answer.status == 200)
            let text = #"{"checks":[{"detail":"answers","name":"database","ok":true}],"status":"ready"}"# + "\n"
            #expect(answer.body == text)
        }
    }

    @Test func `one check that finds a fault is named, with status 503`() async throws {
        try await ServedStatus.with(Self.server([Self.fine, Self.wrong])) { client in
            let answer = try await client.get("health/ready")
            #expect(answer.status == 503)
            #expect(answer.body.contains(#"{"detail":"no engine is alive","name":"engine","ok":false}"#))
            #expect(answer.body.contains(#""status":"not ready""#))
        }
    }

    @Test func `metrics are those of the registry, and those of the process`() async throws {
        let server = Self.server()
        Counter(label: "aristobot_orders_total", dimensions: [("outcome", "accepted")], factory: server.metrics)
            .increment(by: 2)
        try await ServedStatus.with(server) { client in
            let answer = try await client.get("metrics")
            #expect(answer.status == 200 && answer.type == PrometheusText.contentType)
            #expect(answer.body.contains("\naristobot_orders_total{outcome=\"accepted\"} 2\n"))
            #expect(answer.body.contains("\nprocess_start_time_seconds 1700000000\n"))
            #expect(answer.body.contains("\nprocess_resident_memory_bytes "))
            #expect(answer.body.hasSuffix("\n"))
        }
    }

    @Test func `a status is served where there is one`() async throws {
        var server = Self.server()
        #expect(try await Self.status(of: server).status == 404)
        server.status = { Data(#"{"engines":1}"#.utf8) }
        #expect(try await Self.status(of: server).body == "{\"engines\":1}\n")
        server.status = { throw CancellationError() }
        #expect(try await Self.status(of: server).status == 503)
    }

    private static func status(of server: StatusServer) async throws -> (status: Int, body: String) {
        var answer = (status: 0, body: "")
        try await ServedStatus.with(server) { client in
            let found = try await client.get("status")
            answer = (found.status, found.body)
        }
        return answer
    }

    @Test(arguments: ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "[::2]:1"])
    func `a request meant for another name is refused`(host: String) async throws {
        try await ServedStatus.with(Self.server()) { client in
            let answer = try await client.get("metrics", host: host)
            #expect(answer.status == 421 && answer.body.isEmpty)
        }
    }

    @Test(arguments: ["localhost", "localhost:9100", "127.0.0.1:9100", "LOCALHOST", "[::1]:9100"])
    func `this machine's own names are taken`(host: String) async throws {
        #expect(OwnHost.isOwn(host))
    }

    @Test func `what is not there is not found`() async throws {
        try await ServedStatus.with(Self.server()) { client in
            let answer = try await client.get("nothing")
            #expect(answer.status == 404)
        }
    }

    @Test func `a port that is taken is told`() async throws {
        try await ServedStatus.with(Self.server()) { client in
            var second = Self.server()
            second.port = client.port
            let error = await #expect(throws: StatusServerError.self) { try await second.run() }
            #expect(error?.message.english.contains("127.0.0.1:\(client.port)") == true)
        }
    }
}
