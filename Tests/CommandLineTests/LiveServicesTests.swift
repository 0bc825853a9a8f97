import Foundation
import FoundationNetworking
import TestSupport
import Testing

@Suite("heartbeat, engine and serve, run apart")
struct LiveServicesTests {
    private static func get(_ url: String) async throws -> (status: Int, body: String) {
        let (data, response) = try await URLSession.shared.data(from: try #require(URL(string: url)))
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    /// The address that a service tells, once it has told something else too.
    private static func address(_ running: RunningProgram, and text: String = "health and metrics") throws -> String {
        let lines = running.lines(with: ["http://127.0.0.1:", text], within: 120)
        let line = try #require(lines[0])
        try #require(lines[1] != nil)
        let start = try #require(line.range(of: "http://"))
        return String(line[start.lowerBound...])
    }

    @Test("an engine and a view of it on one database are joined by nothing else")
    func apart() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        #expect(try program.run("init").status == 0)
        let engine = try program.start(
            ["engine", "--name", "one", "--metrics", "0", "--in-process"], isHeard: true)
        let own = try Self.address(engine, and: "engine started")
        let ready = try await Self.get(own + "/health/ready")
        #expect(ready.status == 200 && ready.body.contains("one: 0 accounts"), "\(ready)")
        #expect(try await Self.get(own + "/metrics").body.contains("aristobot_pool_connections "))

        let serve = try program.start(["serve", "--port", "0"], isHeard: true)
        let other = try Self.address(serve)
        let status = try await Self.get(other + "/status").body
        #expect(status.contains(#""alive":true"#) && status.contains(#""name":"one""#), "\(status)")
        #expect(try await Self.get(other + "/health/ready").status == 200)

        let second = try program.run("engine", "--name", "one", "--in-process")
        #expect(second.status == 1 && second.error.contains("an engine 'one' runs already"), "\(second)")

        engine.interrupt()
        #expect(engine.line(with: "stopped", within: 120) != nil)
        #expect(try engine.wait().status == 0)
        let after = try await Self.get(other + "/health/ready")
        #expect(after.status == 503 && after.body.contains("no engine is alive"), "\(after)")
        serve.terminate()
        #expect(try serve.wait().status == 0)
    }

    @Test("a heartbeat and an engine run apart, and a strategy trades on an exchange through both")
    func trading() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        #expect(try program.run("init").status == 0)
        let exchange = try ExchangeProcess(program, ["--seed", "5", "--speed", "60"])
        let sealing = ["ARISTOBOT_SECRET_KEY": String(repeating: "k", count: 64)]
        // The heartbeat picks the market up that comes into use while it runs.
        let heartbeat = try program.start(["heartbeat", "--metrics", "0"], sealing, isHeard: true)
        let engine = try program.start(["engine", "--name", "one", "--metrics", "0"], sealing, isHeard: true)
        let addresses = [
            try Self.address(heartbeat, and: "heartbeat runs"), try Self.address(engine, and: "engine started"),
        ]
        for command in [
            ["broker", "add", "main", "--kind", "binance", "--url", exchange.url],
            ["strategies", "add", "\(Program.root)/strategies/ema_cross.lua"],
            [
                "strategies", "activate", "ema_cross", "--broker", "main", "--symbol", "BTC/USDT", "--timeframe", "1m",
                "--capital", "1000", "--param", "fast=5", "--param", "slow=10", "--yes",
            ],
        ] {
            let answer = try program.run(command, sealing.merging(exchange.keys) { $1 })
            #expect(answer.status == 0, "\(answer)")
        }
        #expect(heartbeat.line(with: "stream connected", within: 120) != nil)
        #expect(engine.line(with: "worker started", within: 120) != nil)
        // Told by a second engine, which has no account to take and knows the trades by the database only.
        let watch = try program.start(["up", "--plain", "--no-demo"], sealing, isHeard: true)
        #expect(watch.line(with: "bought", within: 300) != nil)
        try await Self.expectAllMetrics(at: addresses)
        for running in [watch, engine, heartbeat] {
            running.interrupt()
            #expect(try running.wait().status == 0)
        }
        try exchange.stop()
    }

    /// Every metric that the manual names is told by one of the services, and the figures of a trade are in them.
    private static func expectAllMetrics(at addresses: [String]) async throws {
        var told = ""
        for address in addresses {
            let page = try await get(address + "/metrics").body
            told += page
            // Each has a pool of its own.
            let figures = page.split(separator: "\n").filter { $0.hasPrefix("aristobot_pool_") }
            #expect(figures.count == 6, "\(figures)")
            #expect(!figures.contains("aristobot_pool_connections 0"))
        }
        let manual = try String(contentsOfFile: Program.root + "/docs/operations.md", encoding: .utf8)
        let table = manual.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let names = table.flatMap { $0.matches(of: /`((?:aristobot|process)_[a-z_]+)`/).map { String($0.1) } }
        #expect(names.count > 20)
        for name in names { #expect(told.contains("\n# TYPE \(name) "), "\(name)") }
        for metric in [
            "decisions_total{outcome=\"intents\"}", "orders_total{outcome=\"placed\"}", "lua_seconds_count",
            "decision_to_ack_seconds_count", "signal_to_decision_seconds_count", "workers",
        ] {
            let lines = told.split(separator: "\n").filter { $0.hasPrefix("aristobot_\(metric) ") }
            let values = lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
            #expect(values.contains { $0 > 0 }, "\(metric): \(lines)")
        }
    }

    @Test("a market that nobody knows is told with those that are known")
    func unknownMarket() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        #expect(try program.run("init").status == 0)
        let answer = try program.run("heartbeat", "--market", "nowhere")
        #expect(answer.status == 1 && answer.error.contains("binance, binance-testnet"), "\(answer)")
    }

    @Test("a port that is taken ends the service, with its reason")
    func takenPort() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        #expect(try program.run("init").status == 0)
        let first = try program.start(["serve", "--port", "0"], isHeard: true)
        let port = try #require(try Self.address(first).split(separator: ":").last)
        let answer = try program.run("serve", "--port", String(port))
        #expect(answer.status == 3 && answer.error.contains("127.0.0.1:\(port)"), "\(answer)")
        first.interrupt()
        #expect(try first.wait().status == 0)
    }

    @Test("log lines are JSON where that is asked for")
    func json() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        #expect(try program.run("init").status == 0)
        let engine = try program.start(["engine", "--log-format", "json", "--in-process"], isHeard: true)
        let line = try #require(engine.line(with: "engine started", within: 120))
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(object["level"] == "notice" && object["logger"] == "engine")
        engine.interrupt()
        #expect(try engine.wait().status == 0)
    }
}
