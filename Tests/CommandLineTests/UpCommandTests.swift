import Foundation
import Postgres
import TestSupport
import Testing

@testable import aristobot

@Suite("aristobot up and its private PostgreSQL")
struct UpCommandTests {
    let program: Program

    init() throws {
        program = try Program()
    }

    /// Processes that have the data directory among their arguments, which the server's first process has.
    private func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int32($0) != nil }.compactMap { number in
            // A process may end between the two looks.
            guard let data = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else { return nil }
            let text = String(decoding: data, as: UTF8.self)
            return text.contains(program.home.path) ? text : nil
        }
    }

    @Test("it makes a database, serves other commands, and leaves no process behind at Ctrl-C")
    func life() throws {
        let up = try program.start(["up", "--no-demo"], isHeard: true)
        #expect(up.line(with: "private PostgreSQL")?.contains("started") == true)
        #expect(up.line(with: "ready") != nil)
        #expect(try program.run("init").status == 0)
        #expect(try program.run("user", "list").output.contains("dev"))
        let doctor = try program.run("doctor", "--offline")
        #expect(doctor.status == 0 && doctor.output.contains("running"), "\(doctor)")
        let key = try FileManager.default.attributesOfItem(atPath: program.home.file("secret.key"))
        #expect(key[.posixPermissions] as? Int == 0o600)
        #expect(try !doctor.output.contains(program.home.read("secret.key").prefix(64)))
        up.interrupt()
        #expect(up.line(with: "stopped, with the private PostgreSQL") != nil)
        #expect(try up.wait().status == 0)
        #expect(try leftovers() == [])
        // What was kept is there for a command alone, which starts the server for itself.
        #expect(try program.run("user", "list").output.contains("dac"))
        #expect(try leftovers() == [])
    }

    @Test("when its terminal is closed it stops in order too")
    func hangUp() throws {
        let up = try program.start(["up", "--plain", "--no-demo"], isHeard: true)
        #expect(up.line(with: "ready") != nil)
        try up.hangUp()
        #expect(try up.wait().status == 0)
        #expect(try leftovers() == [])
    }

    @Test("after kill -9, a second one finds the database, and stops it")
    func killed() throws {
        let first = try program.start(["up", "--plain", "--no-demo"], isHeard: true)
        #expect(first.line(with: "ready")?.hasPrefix("20") == true)
        first.kill()
        #expect(try first.wait().status == 137)
        #expect(try !leftovers().isEmpty)
        let second = try program.start(["up", "--no-demo"], isHeard: true)
        #expect(second.line(with: "private PostgreSQL")?.contains("found running") == true)
        #expect(second.line(with: "ready") != nil)
        second.terminate()
        #expect(try second.wait().status == 0)
        #expect(try leftovers() == [])
    }

    @Test("on a fresh machine examples trade at once, and nothing is left behind at Ctrl-C")
    func demonstration() throws {
        let up = try program.start(["up", "--plain", "--speed", "60"], isHeard: true)
        #expect(up.line(with: "demonstration: \(DemoPlan.entries.count) strategies", within: 120) != nil)
        #expect(up.line(with: "worker started", within: 120) != nil)
        #expect(up.line(with: "bought", within: 300) != nil)
        #expect(up.line(with: "sold", within: 300) != nil)
        let doctor = try program.run("doctor", "--offline")
        #expect(doctor.status == 0 && doctor.output.contains("-up-"), "\(doctor)")
        up.interrupt()
        #expect(up.line(with: "stopped, with the private PostgreSQL", within: 120) != nil)
        #expect(try up.wait().status == 0)
        #expect(try leftovers() == [])
        // The session is over: another one would begin anew.
        let active = try program.run("strategies", "active", "--user", "demo")
        #expect(active.status == 0 && !active.output.contains("ema_cross"), "\(active)")
        #expect(try leftovers() == [])
    }

    @Test("a test exchange runs with it when asked to, on DATABASE_URL too")
    func exchange() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        let up = try program.start(["up", "--exchange", "--port", "0", "--price", "BTC/USDT=20000"], isHeard: true)
        let address = try #require(up.line(with: "test exchange on "))
        let url = try #require(address.split(separator: " ").first { $0.hasPrefix("http://") }?.dropLast())
        #expect(up.line(with: "ready") != nil)
        let fetch = ["candles", "fetch", "--venue", "binance", "--symbol", "BTC/EUR", "--timeframe", "1m"]
        let answer = try program.run(fetch + ["--from", "2024-01-01", "--url", String(url)])
        #expect(answer.status == 1 && answer.error.contains("no market BTC/EUR"), "\(answer)")
        up.interrupt()
        #expect(try up.wait().status == 0)
        #expect(try program.home.names == [])
    }

    @Test("no status view hides the keys of its exchange")
    func view() {
        #expect(UpCommand.isDrawn(onTerminal: true, plain: false, exchange: false))
        #expect(!UpCommand.isDrawn(onTerminal: true, plain: false, exchange: true))
        #expect(!UpCommand.isDrawn(onTerminal: true, plain: true, exchange: false))
        #expect(!UpCommand.isDrawn(onTerminal: false, plain: false, exchange: false))
    }

    @Test("a demonstration that was killed is ended by the next start without one, and one that runs is left alone")
    func killedDemonstration() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        let sealing = ["ARISTOBOT_SECRET_KEY": String(repeating: "k", count: 64)]
        let demonstration = try program.start(["up", "--plain", "--speed", "60"], sealing, isHeard: true)
        #expect(demonstration.line(with: "worker started", within: 120) != nil)
        let beside = try program.start(["up", "--plain", "--no-demo"], sealing, isHeard: true)
        #expect(beside.line(with: "another demonstration runs", within: 60)?.contains("left alone") == true)
        #expect(beside.line(with: "ready", within: 60) != nil)
        beside.interrupt()
        #expect(try beside.wait().status == 0)
        let active = ["strategies", "active", "--user", "demo"]
        #expect(try program.run(active).output.contains("ema_cross"))
        demonstration.kill()
        #expect(try demonstration.wait().status == 137)

        let next = try program.start(["up", "--plain", "--no-demo"], sealing, isHeard: true)
        #expect(next.line(with: "ready", within: 120) != nil)
        let left = try program.run(active)
        #expect(left.status == 0 && !left.output.contains("ema_cross"), "\(left)")
        next.interrupt()
        #expect(try next.wait().status == 0)
    }

    @Test(
        "Ctrl-C while it starts is no failure either, wherever it waits for the database",
        arguments: [("schema_migrations", "starting"), ("users", "data directory")])
    func earlyStop(table: String, last: String) async throws {
        let url = try await ScratchDatabase.url()
        let program = try Program(database: url)
        #expect(try program.run("init").status == 0)
        try await PostgresPool(try PostgresConfiguration(url: url)).withOwnConnection { connection in
            try await connection.execute("BEGIN")
            try await connection.execute("LOCK TABLE \(identifier: table)")
            let up = try program.start(["up", "--plain", "--no-demo"], isHeard: true)
            #expect(up.line(with: last, within: 60) != nil)
            up.interrupt()
            #expect(up.line(with: "stopped", within: 60) != nil)
            #expect(try up.wait().status == 0)
        }
    }

    @Test("a directory that the server cannot have is told by its cause")
    func noPlace() throws {
        try program.write("", as: "file")
        let answer = try program.run("up", "--data-dir", "file/below")
        #expect(answer.status == 3 && answer.error.contains("file/below"), "\(answer)")
        let usage = try program.run("up", "--data-dir", "")
        #expect(usage.status == 2 && usage.error.contains("--data-dir is empty"), "\(usage)")
    }
}
