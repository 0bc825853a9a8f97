import Foundation
import TestSupport
import Testing

@Suite("aristobot and a venue that is not well")
struct VenueTroubleTests {
    let program: Program

    init() async throws {
        program = try Program(database: await ScratchDatabase.url())
        let ready = try program.run("migrate")
        #expect(ready.status == 0, "\(ready)")
    }

    private func fetch(_ url: String, environment: [String: String] = [:]) throws -> Program.Answer {
        try program.run(
            [
                "candles", "fetch", "--venue", "binance", "--symbol", "BTC/USDT", "--timeframe", "1h", "--from",
                "2024-01-01", "--url", url,
            ], environment)
    }

    /// Candles of a replay that lie in the past, as the exchange shows them.
    private func exchange(_ more: [String] = []) throws -> ExchangeProcess {
        let synth = [
            "candles", "synth", "--timeframe", "1m", "--count", "30000", "--start", "2024-01-01", "-o", "m.csv",
        ]
        #expect(try program.run(synth + ["--no-gaps"]).status == 0)
        let replay = ["--replay", "BTC/USDT=m.csv", "--own-time", "--start", "2024-01-20"]
        return try ExchangeProcess(program, replay + more)
    }

    private func rows(_ arguments: [String]) throws -> [Substring] {
        let answer = try program.run(
            ["candles", "export", "--venue", "binance", "--symbol", "BTC/USDT", "-o", "out.csv"] + arguments)
        #expect(answer.status == 0, "\(answer)")
        return try program.directory.read("out.csv").split(separator: "\n")
    }

    @Test("fetch brings what the venue has, asks only for what is missing, and goes on where the store ends")
    func fetchResumes() throws {
        let exchange = try exchange()
        let base = ["candles", "fetch", "--venue", "binance", "--symbol", "BTC/USDT", "--timeframe", "1m"]
        let venue = ["ARISTOBOT_BINANCE_URL": exchange.url]
        let part = try program.run(base + ["--from", "2024-01-02", "--to", "2024-01-04"], venue)
        #expect(part.status == 0 && part.output.contains("2,880 added") && part.lines.count == 1, "\(part)")
        let again = try program.run(base + ["--from", "2024-01-01", "--to", "2024-01-04", "--json"], venue)
        #expect(again.status == 0 && again.output.contains("\"added\" : 1440"), "\(again)")
        let rest = try program.run(base + ["--to", "2024-01-05"], venue)
        #expect(rest.status == 0 && rest.output.contains("1,440 added"), "\(rest)")
        let stored = try rows(["--timeframe", "1m"])
        let source = try program.directory.read("m.csv").split(separator: "\n")
        #expect(stored.count == 5761)
        #expect(stored.map { $0.prefix(13) } == source.prefix(5761).map { $0.prefix(13) })
        let unknown = try program.run(
            ["candles", "fetch", "--venue", "binance", "--symbol", "BTC/EUR", "--timeframe", "1m"], venue)
        #expect(unknown.status == 1 && unknown.error.contains("name --from"), "\(unknown)")
        try exchange.stop()
    }

    @Test("a fetch that is interrupted keeps what it had, and the same command goes on")
    func interrupted() throws {
        let exchange = try exchange(["--fault", "GET /api/v3/klines: refuse; status=503; skip=7"])
        let base = ["candles", "fetch", "--venue", "binance", "--symbol", "BTC/USDT", "--timeframe", "1m"]
        let period = ["--from", "2024-01-01", "--to", "2024-01-15", "--url", exchange.url]
        let running = try program.start(base + period, isHeard: true)
        #expect(running.line(with: "next try in") != nil)
        running.interrupt()
        #expect(running.line(with: "interrupted; what was fetched is kept") != nil)
        #expect(try running.wait().status == 130)
        let kept = try rows(["--timeframe", "1m"]).count - 1
        #expect(kept > 0 && kept < 14 * 1440)
        try exchange.stop()
        let well = try self.exchange()
        let rest = try program.run(base + ["--from", "2024-01-01", "--to", "2024-01-15", "--url", well.url, "--json"])
        #expect(rest.status == 0 && rest.output.contains("\"added\" : \(14 * 1440 - kept)"), "\(rest)")
        try well.stop()
    }

    @Test("a reply that is HTML, a place that does not answer and a certificate that does not match are told")
    func sickVenue() throws {
        let html = try ExchangeProcess(program, ["--price", "BTC/USDT=20000", "--fault", "GET /api/v3/*: html"])
        let answer = try fetch(html.url)
        #expect(answer.status == 3 && answer.error.contains("a web page, not JSON"), "\(answer)")
        try html.stop()
        let gone = try fetch("http://127.0.0.1:1")
        #expect(gone.status == 3 && gone.error.contains("127.0.0.1:1"), "\(gone)")
        let nonsense = try fetch("ftp://127.0.0.1")
        #expect(nonsense.status == 1 && nonsense.error.contains("is not the base URL of a venue"), "\(nonsense)")
        let authority = try TestAuthority()
        let good = try authority.identity()
        let other = try authority.identity(["example.org"])
        for (identity, isFit) in [(good, true), (other, false)] {
            let secure = try ExchangeProcess(
                program,
                [
                    "--price", "BTC/USDT=20000", "--certificate", identity.certificate, "--certificate-key",
                    identity.key,
                ])
            let distrusted = try fetch(secure.url)
            #expect(distrusted.status == 3 && distrusted.error.contains("certificate"), "\(distrusted)")
            let trusted = try fetch(secure.url, environment: ["ARISTOBOT_CA_FILE": authority.file])
            #expect((trusted.status == 0) == isFit, "\(trusted)")
            if !isFit { #expect(trusted.status == 3 && trusted.error.contains("certificate"), "\(trusted)") }
            try secure.stop()
        }
    }

    @Test("a clock that is 10 s off is told by doctor, and signed calls go on by the venue's time")
    func clock() throws {
        let exchange = try ExchangeProcess(program, ["--price", "BTC/USDT=20000", "--clock-skew", "10000"])
        let doctor = try program.run(["doctor"], ["ARISTOBOT_BINANCE_URL": exchange.url])
        #expect(doctor.status == 0, "\(doctor)")
        let line = try #require(doctor.lines.first { $0.contains("venue's clock") })
        #expect(line.hasPrefix("warning") && line.contains("set this machine's clock"), "\(line)")
        #expect(try program.run("init").status == 0)
        let environment = exchange.keys.merging(["ARISTOBOT_SECRET_KEY": String(repeating: "k", count: 64)]) { $1 }
        let added = try program.run(["broker", "add", "late", "--url", exchange.url], environment)
        #expect(added.status == 0 && added.output.contains("verified"), "\(added)")
        try exchange.stop()
    }

    @Test(
        "wrong options of the exchange are refused before it starts",
        arguments: [
            (["--price", "BTC/USDT"], 2, "symbol=price"), (["--fault", "x"], 2, "is not a fault"),
            (["--certificate", "x.pem"], 2, "--certificate-key"), (["--balance", "=5"], 2, "asset=amount"),
            (["--price", "BTC/USDT=1", "--price", "BTC/USDT=2"], 2, "named twice"),
            (["--replay", "BTC/USDT=none.csv"], 1, "none.csv: there is no such file"),
            (["--port", "70000"], 2, "70000"),
        ])
    func exchangeUsage(arguments: [String], status: Int32, expected: String) throws {
        let answer = try program.run(["exchange"] + arguments)
        #expect(answer.status == status && answer.error.contains(expected), "\(answer)")
    }

    @Test("a port that is taken is told, with 1 or 3")
    func takenPort() throws {
        let first = try ExchangeProcess(program)
        let port = try #require(first.url.split(separator: ":").last.map(String.init))
        let second = try program.run("exchange", "--price", "BTC/USDT=1", "--port", port)
        #expect(second.status == 3 && second.error.contains(port), "\(second)")
        try first.stop()
    }
}
