import Foundation
import TestSupport
import Testing

@Suite("aristobot strategies")
struct StrategiesCommandTests {
    let program: Program

    init() async throws {
        program = try Program(database: await ScratchDatabase.url())
        let ready = try program.run("init")
        #expect(ready.status == 0, "\(ready)")
    }

    private let sealing = ["ARISTOBOT_SECRET_KEY": String(repeating: "k", count: 64)]

    private func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Program.Answer {
        try program.run(["strategies"] + arguments, sealing.merging(environment) { $1 })
    }

    private func json<Value>(_ answer: Program.Answer) throws -> Value {
        #expect(answer.status == 0, "\(answer)")
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? Value)
    }

    private static let script = StrategyText.with(
        """
        function S:should_long() return self.close[0] > self.params.level end
        function S:calculate_position_size() return 100 end
        """, keys: "params = { level = param.float { 10, min = 1, max = 50 } }")

    /// A paper account on a test exchange, and a strategy that is kept.
    private func furnish() throws -> ExchangeProcess {
        let exchange = try ExchangeProcess(program)
        let added = try program.run(["broker", "add", "dry", "--kind", "paper", "--url", exchange.url], sealing)
        #expect(added.status == 0, "\(added)")
        try program.write(Self.script, as: "level.lua")
        let kept = try run("add", "level.lua")
        #expect(kept.status == 0 && kept.output == "strategy level: version 1 kept\n", "\(kept)")
        return exchange
    }

    private func activate(_ more: String...) throws -> Program.Answer {
        try program.run(
            ["strategies", "activate", "level", "--broker", "dry", "--symbol", "BTC/USDT", "--capital", "1000"] + more,
            sealing)
    }

    @Test("files are kept version by version, read back, and forgotten")
    func keeping() throws {
        try program.write(Self.script, as: "level.lua")
        #expect(try run("list").output.hasPrefix("No strategies"))
        #expect(try run("add", "level.lua").output == "strategy level: version 1 kept\n")
        #expect(try run("source", "level").output == Self.script)
        let twice = try run("add", "level.lua")
        #expect(twice.status == 1 && twice.error.contains("strategies update level level.lua"), "\(twice)")
        #expect(try run("update", "level", "level.lua").output.contains("version 1 is this text already"))
        try program.write(Self.script.replacing("100", with: "200"), as: "level.lua")
        #expect(try run("update", "level", "level.lua").output == "strategy level: version 2 kept\n")
        let versions: [[String: Any]] = try json(try run("versions", "level", "--json"))
        #expect(versions.map { $0["version"] as? Int } == [2, 1])
        #expect(try run("source", "level", "--version", "1").output == Self.script)
        let third = try run("source", "level", "--version", "3")
        #expect(third.status == 1 && third.error.contains("has no version 3: the newest is 2"), "\(third)")
        let list: [[String: Any]] = try json(try run("list", "--json"))
        #expect(list.count == 1 && list[0]["name"] as? String == "level" && list[0]["running"] as? Int == 0)
        #expect(try run("remove", "level").status == 0)
        let gone = try run("source", "level")
        #expect(gone.status == 1 && gone.error.contains("there is none yet"), "\(gone)")
    }

    @Test("a file with errors is not kept, and its errors are told by line")
    func broken() throws {
        try program.write(StrategyText.with("function S:shoud_long() return true end"), as: "slip.lua")
        let slip = try run("add", "slip.lua")
        #expect(slip.status == 1 && slip.error.contains("slip.lua:2") && slip.error.contains("should_long"), "\(slip)")
        try program.write("return 7", as: "none.lua")
        #expect(try run("add", "none.lua").status == 1)
        try program.write("\u{1B}Lua", as: "compiled.lua")
        let compiled = try run("add", "compiled.lua")
        #expect(compiled.status == 1 && compiled.error.contains("compiled Lua"), "\(compiled)")
        let absent = try run("add", "absent.lua")
        #expect(absent.status == 1 && absent.error.contains("there is no such file"), "\(absent)")
        try program.write(Self.script, as: "level.lua")
        let nameless = try run("add", "level.lua", "--name", " x")
        #expect(nameless.status == 1 && nameless.error.contains("cannot be a name"), "\(nameless)")
        #expect(try run("list", "--json").output == "[\n\n]\n")
    }

    @Test("what cannot run is refused with its cause, and nothing is written")
    func refusals() throws {
        let exchange = try furnish()
        let keyless = try program.run(["broker", "add", "look", "--url", exchange.url, "--no-keys"], sealing)
        #expect(keyless.status == 0, "\(keyless)")
        let short = Self.script.replacing("name = \"Test\"", with: "name = \"Test\", market = \"futures\"")
        try program.write(short, as: "short.lua")
        try program.write(Self.script.replacing("\"15m\"", with: "\"1d\""), as: "daily.lua")
        #expect(try run("add", "short.lua").status == 0 && run("add", "daily.lua").status == 0)
        let usual = ["--broker", "dry", "--symbol", "BTC/USDT", "--capital", "1000"]
        for (arguments, expected) in [
            (["levle"] + usual, "has no strategy 'levle': did you mean level?"),
            (["level", "--broker", "dyr"] + usual.dropFirst(2), "has no broker 'dyr': did you mean dry?"),
            (["level", "--broker", "look"] + usual.dropFirst(2), "has no keys"),
            (["level", "--broker", "dry", "--symbol", "BTC/USDC"] + usual.dropFirst(4), "did you mean BTC/USDT?"),
            (["short"] + usual, "for futures and broker dry trades spot"),
            (["daily"] + usual, "declares 1d, on which nothing runs live"),
            (["level"] + usual + ["--param", "level=70"], "expected a number from 1.0 to 50.0"),
            (["level"] + usual + ["--param", "levle=7"], "did you mean level?"),
            (["level"] + usual + ["--version", "2"], "has no version 2"),
            (["level"] + usual.dropLast() + ["1"], "buys nothing: the least order on BTC/USDT is"),
            (["level"] + usual + ["--user", "zoe"], "there is no user 'zoe'"),
        ] {
            let answer = try program.run(["strategies", "activate"] + arguments, sealing)
            #expect(answer.status == 1 && answer.output == "", "\(arguments): \(answer)")
            #expect(answer.error.contains(expected), "\(expected): \(answer.error)")
        }
        try exchange.stop()
        let away = try activate()
        #expect(away.status == 3 && away.error.contains("127.0.0.1"), "\(away)")
        #expect(try run("active", "--json").output == "[\n\n]\n")
    }

    @Test("what runs is listed and shown, and commands wait for an engine that is not there")
    func running() throws {
        let exchange = try furnish()
        #expect(try run("active").output.hasPrefix("Nothing runs"))
        let active = try activate("--param", "level=20", "--max-daily-loss", "50", "--max-drawdown", "0.2")
        #expect(
            active.status == 0 && active.output.hasPrefix("1: level BTC/USDT 15m is active\nno engine"), "\(active)")
        #expect(try activate("--name", "second", "--timeframe", "1m").status == 0)
        let again = try activate()
        #expect(again.status == 1 && again.error.contains("already"), "\(again)")
        let rows: [[String: Any]] = try json(try run("active", "--json"))
        #expect(rows.map { $0["timeframe"] as? String } == ["15m", "1m"])
        let table = try run("active")
        #expect(table.lines.count == 3 && table.output.contains("level v1"), "\(table)")
        let page = try run("show", "1").output
        #expect(page.contains("level=20") && page.contains("drawdown 0.2, loss a day 50"), "\(page)")
        let busy = try run("remove", "level")
        #expect(busy.status == 1 && busy.error.contains("is active"), "\(busy)")
        for command in [["suspend", "1"], ["resume", "1"], ["close", "2"], ["stop", "2", "--close"]] {
            let answer = try program.run(["strategies"] + command, sealing)
            #expect(answer.status == 0 && answer.output.contains("no engine runs now"), "\(answer)")
        }
        let set: [String: Any] = try json(
            try run("set", "1", "--max-drawdown", "none", "--param", "level=30", "--json"))
        #expect(set["state"] as? String == "pending")
        let same = try run("upgrade", "1")
        #expect(same.status == 1 && same.error.contains("runs version 1 of level already"), "\(same)")
        let outside = try run("set", "1", "--param", "level=99")
        #expect(outside.status == 1 && outside.error.contains("from 1.0 to 50.0"), "\(outside)")
        for command in ["show", "suspend", "log", "decisions"] {
            let unknown = try run(command, "7")
            #expect(unknown.status == 1 && unknown.error.contains("no active strategy 7: known: 1, 2"), "\(unknown)")
        }
        let stranger = try run("suspend", "1", "--user", "dac")
        #expect(stranger.status == 1 && stranger.error.contains("user dac has no active strategy 1"), "\(stranger)")
        try exchange.stop()
    }

    @Test("log, decisions and alerts of nothing are told as such; the kill switch is kept")
    func records() throws {
        let exchange = try furnish()
        #expect(try activate().status == 0)
        #expect(try run("log", "1").output == "Nothing was said yet.\n")
        #expect(try run("decisions", "1").output == "Nothing was decided yet.\n")
        #expect(try run("alerts").status == 0)
        for command in [["log", "1"], ["decisions", "1"]] {
            #expect(try program.run(["strategies"] + command + ["--json"], sealing).output == "[\n\n]\n")
        }
        #expect(try run("kill-switch").output == "kill switch off\n")
        #expect(try run("kill-switch", "on").output.contains("nothing is opened"))
        let state: [String: Any] = try json(try run("kill-switch", "--json"))
        #expect(state["killSwitch"] as? Bool == true)
        #expect(try run("kill-switch", "off").output == "kill switch off\n")
        let replay = try program.run(["replay", "7"], sealing)
        #expect(replay.status == 1 && replay.error.contains("has no decision 7"), "\(replay)")
        #expect(try program.run(["replay", "x"], sealing).status == 2)
        try exchange.stop()
    }

    private static let activation = ["activate", "x", "--broker", "b", "--symbol", "BTC/USDT", "--capital", "5"]

    @Test(
        "wrong usage ends with 2",
        arguments: [
            (["activate", "x"], "--broker"), (activation.dropLast() + ["0"], "is not a number from"),
            (activation.dropLast() + ["-5"], "--capital"), (activation + ["--timeframe", "30m"], "1m, 3m, 5m"),
            (activation + ["--timeframe", "7m"], "is not a timeframe"), (activation + ["--param", "x"], "name=value"),
            (activation + ["--max-drawdown", "20"], "0.2 is 20 %"),
            (activation + ["--max-order", "much"], "--max-order"),
            (activation + ["--to", "2020-01-01"], "is not after now"),
            (activation + ["--from", "2030-01-02", "--to", "2030-01-01"], "is not after --from"),
            (["activate", "x", "--broker", "b", "--symbol", "BTCUSDT", "--capital", "5"], "is not a symbol"),
            (["set", "1"], "nothing to change"), (["show", "x"], "is not a number of an active strategy"),
            (["kill-switch", "maybe"], "expected on or off"), (["log", "1", "--limit", "0"], "from 1 to 1000"),
            (["suspnd", "1"], "suspnd"),
        ] as [([String], String)])
    func usage(arguments: [String], expected: String) throws {
        let answer = try program.run(["strategies"] + arguments)
        #expect(answer.status == 2 && answer.output == "" && answer.error.contains(expected), "\(answer)")
    }

    @Test("help and refusals are in French too")
    func french() throws {
        let french = ["LANG": "fr_FR.UTF-8"]
        #expect(try run("activate", "--help", environment: french).output.contains("Fait tourner une stratégie"))
        let unknown = try run("source", "rien", environment: french)
        #expect(unknown.error.contains("n'a pas de stratégie 'rien'"), "\(unknown)")
    }
}
