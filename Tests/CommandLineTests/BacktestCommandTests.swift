import Foundation
import TestSupport
import Testing

@Suite("aristobot backtest and optimize")
struct BacktestCommandTests {
    let program: Program
    let emaCross = Program.root + "/strategies/ema_cross.lua"

    init() throws {
        program = try Program()
    }

    private func report(_ answer: Program.Answer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    }

    private func report(_ arguments: String...) throws -> [String: Any] {
        let answer = try program.run(["backtest", emaCross, "--json"] + arguments)
        #expect(answer.status == 0, "\(answer.error)")
        return try report(answer)
    }

    private func synth(_ name: String, timeframe: String = "15m", count: Int = 4000, symbol: String = "BTC/USDT") throws
    {
        let answer = try program.run(
            "candles", "synth", "--seed", "3", "--timeframe", timeframe, "--count", "\(count)", "--symbol", symbol,
            "--output", name)
        #expect(answer.status == 0, "\(answer.error)")
    }

    @Test("the table goes to standard output, one run like the other")
    func table() throws {
        let arguments = ["backtest", emaCross, "--synthetic", "1", "--candle-count", "4000"]
        let answer = try program.run(arguments)
        #expect(answer.status == 0 && answer.errorLines.count == 1 && answer.error.contains("candles in"))
        #expect(answer.output.contains("EMA cross") && answer.lines.count > 8)
        #expect(try program.run(arguments).output == answer.output)
        let french = try program.run(arguments, ["LANG": "fr_FR.UTF-8"])
        #expect(french.status == 0 && french.output != answer.output)
    }

    @Test("JSON has what programs count on")
    func json() throws {
        let report = try report("--synthetic", "1", "--candle-count", "4000", "--cash", "5000", "--fee", "0.001")
        for key in [
            "strategy", "symbol", "timeframe", "candles", "from", "to", "elapsed_seconds", "candles_per_second", "cash",
            "final_equity", "return_pct", "max_drawdown_pct", "sharpe", "trades", "win_rate", "fees", "hash",
        ] {
            #expect(report[key] != nil, "\(key)")
        }
        #expect(report["cash"] as? Double == 5000)
        #expect((report["fees"] as? Double ?? 0) > 0)
        #expect((report["trades"] as? Int ?? 0) > 0)
    }

    @Test("one history gives one hash, from a file and from the synthetic market")
    func oneHash() throws {
        try synth("a.csv.gz")
        let fromFile = try report("--candles", "a.csv.gz", "--symbol", "BTC/USDT")
        let fromMarket = try report("--synthetic", "3", "--candle-count", "4000")
        #expect(fromFile["hash"] as? String == fromMarket["hash"] as? String)
        #expect((fromFile["hash"] as? String)?.count == 16)
        #expect(fromFile["candles"] as? Int == fromMarket["candles"] as? Int)
        // Neither needs a database.
        #expect(try program.home.names == [])
    }

    @Test("every option of trading changes the result")
    func options() throws {
        let base = ["--synthetic", "1", "--candle-count", "4000"]
        func hash(_ more: [String]) throws -> String {
            let answer = try program.run(["backtest", emaCross, "--json"] + base + more)
            #expect(answer.status == 0, "\(more): \(answer.error)")
            return try #require(try report(answer)["hash"] as? String)
        }
        let plain = try hash([])
        for more in [
            ["--fee", "0.001"], ["--taker-fee", "0.002"], ["--slippage", "0.0005"], ["--fill", "close"],
            ["--cash", "20000"], ["--param", "fast=12"], ["--timeframe", "1h"], ["--quantity-step", "0.01"],
            ["--price-tick", "10"], ["--min-notional", "999.9"], ["--from", "2022-01-10"], ["--to", "2022-01-20"],
        ] {
            #expect(try hash(more) != plain, "\(more)")
        }
        #expect(try hash(["--fee", "0", "--fill", "open", "--cash", "10000.0"]) == plain)
        #expect(try hash(["--maker-fee", "0"]) == plain)
    }

    @Test("finer candles decide inside a candle, and coarser ones are built from them")
    func intrabar() throws {
        try synth("fine.csv.gz", timeframe: "1m", count: 15_000)
        let coarse = try report("--candles", "fine.csv.gz")
        let fine = try report("--candles", "fine.csv.gz", "--intrabar", "1m")
        #expect(coarse["timeframe"] as? String == "15m")
        #expect(coarse["candles"] as? Int == fine["candles"] as? Int)
        let answer = try program.run("backtest", emaCross, "--candles", "fine.csv.gz", "--intrabar", "15m")
        #expect(answer.status != 0 && answer.errorLines.count == 1)
    }

    @Test("a strategy over two symbols takes a file for each")
    func twoSymbols() throws {
        try synth("eth.csv", timeframe: "1h", symbol: "ETH/USDT")
        try synth("btc.csv", timeframe: "1h")
        let pairs = Program.root + "/strategies/pairs.lua"
        let files = ["--candles", "ETH/USDT=eth.csv", "--candles", "BTC/USDT=btc.csv"]
        let answer = try program.run(["backtest", pairs, "--json"] + files)
        #expect(answer.status == 0, "\(answer.error)")
        #expect(try report(answer)["symbol"] as? String == "ETH/USDT")
        try synth("other_btcusdt_1h.csv", timeframe: "1h")
        let named = try program.run([
            "backtest", pairs, "--json", "--symbol", "ETH/USDT", "--candles", "eth.csv", "--candles",
            "other_btcusdt_1h.csv",
        ])
        #expect(try report(named)["hash"] as? String == report(answer)["hash"] as? String)
        let alone = try program.run(["backtest", pairs, "--candles", "ETH/USDT=eth.csv"])
        #expect(alone.status == 1 && alone.error.contains("BTC/USDT") && alone.errorLines.count == 1)
    }

    @Test("files of results are whole and where they were asked for")
    func outputs() throws {
        let answer = try program.run(
            "backtest", emaCross, "--synthetic", "1", "--candle-count", "3000", "--html", "r.html", "--equity", "e.csv",
            "--trades", "t.csv", "--plots", "p.csv")
        #expect(answer.status == 0, "\(answer.error)")
        #expect(try program.directory.names == ["e.csv", "p.csv", "r.html", "t.csv"])
        let trades = try program.directory.read("t.csv").split(separator: "\n")
        let header =
            "id,side,qty,entry_time,entry_price,exit_time,exit_price,fees,profit,profit_pct,bars,reason,mae_pct,mfe_pct"
        #expect(String(trades[0]) == header)
        #expect(trades.count > 5)
        let equity = try program.directory.read("e.csv").split(separator: "\n")
        #expect(equity.first == "time,equity,drawdown" && equity.count > 2900)
        #expect(try program.directory.read("p.csv").hasPrefix("time"))
        let page = try program.directory.read("r.html")
        #expect(page.hasPrefix("<!doctype html>") || page.hasPrefix("<!DOCTYPE html>"))
        #expect(!page.contains("http://") && !page.contains("src=\"https"))
    }

    @Test(
        "an output that cannot be written is found out before the run, with 3",
        arguments: [
            "--html", "--equity", "--trades", "--plots",
        ])
    func unwritable(option: String) throws {
        let answer = try program.run(
            "backtest", "not-even-there.lua", "--synthetic", "1", option, "none/file")
        #expect(answer.status == 3 && answer.error.contains("none/file: cannot be written"))
        #expect(try program.directory.names == [])
    }

    @Test(
        "wrong usage ends with 2",
        arguments: [
            ([], "--candles FILE"), (["--synthetic", "1", "--candles", "x.csv"], "--candles FILE"),
            (["--venue", "binance"], "--symbol"), (["--candles", "x.csv", "--candle-count", "5"], "--synthetic"),
            (["--synthetic", "1", "--param", "fast"], "name=value"), (["--synthetic", "x"], "'x'"),
            (["--synthetic", "1", "--param", "a=1", "--param", "a=2"], "twice"),
            (["--synthetic", "1", "--cash", "0"], "not a number from"),
            (["--synthetic", "1", "--cash", "lots"], "\"lots\""),
            (["--synthetic", "1", "--fee", "-0.1"], "--fee"), (["--synthetic", "1", "--fee", "5"], "\"5\""),
            (["--synthetic", "1", "--fill", "never"], "expected open or close"),
            (["--synthetic", "1", "--timeframe", "7m"], "\"7m\" is not a timeframe"),
            (["--synthetic", "1", "--intrabar", "1s"], "\"1s\" is not a timeframe"),
            (["--synthetic", "1", "--from", "2024-01-02", "--to", "2024-01-01"], "is not before"),
            (["--synthetic", "1", "--from", "yesterday"], "is not a time"),
        ])
    func usage(arguments: [String], expected: String) throws {
        let answer = try program.run(["backtest", emaCross] + arguments)
        #expect(answer.status == 2 && answer.output == "", "\(answer)")
        #expect(answer.error.contains(expected), "\(answer.error)")
    }

    @Test(
        "candles that do not fit end with 1 and one line",
        arguments: [
            ("coarse.csv", ["--candles", "coarse.csv"], "coarser than the strategy's 15m"),
            ("odd.csv", ["--candles", "odd.csv"], "15m candles cannot be made of its 10m candles"),
            ("none", ["--candles", "none"], "there is no such file"),
            ("fine.csv", ["--candles", "fine.csv", "--from", "2030-01-01"], "2030-01-01"),
            ("fine.csv", ["--candles", "fine.csv", "--to", "2010-01-01"], "15m"),
            ("short.csv", ["--candles", "short.csv"], "15m"),
            ("bad.csv", ["--candles", "bad.csv"], "bad.csv:3: "),
            ("fine.csv", ["--candles", "fine.csv", "--param", "fast=9999"], "fast"),
            ("fine.csv", ["--candles", "fine.csv", "--param", "fsat=9"], "fast"),
        ])
    func unfit(name: String, arguments: [String], expected: String) throws {
        try synth("coarse.csv", timeframe: "1h", count: 100)
        try synth("odd.csv", timeframe: "10m", count: 100)
        try synth("fine.csv", timeframe: "5m", count: 100)
        try synth("short.csv", timeframe: "1m", count: 10)
        let header = "open_time,open,high,low,close,volume\n"
        try program.write(header + "1514764800000,10,12,9,11,1\n1514765700000,10,8,9,9,1\n", as: "bad.csv")
        let before = try program.directory.names
        let answer = try program.run(["backtest", emaCross, "--html", "r.html"] + arguments)
        #expect(answer.status == 1 && answer.output == "", "\(answer)")
        #expect(answer.errorLines.count == 1 && answer.error.contains(expected), "\(answer.error)")
        #expect(try program.directory.names == before)
    }

    @Test("Ctrl-C ends a run with 130 and what is known so far")
    func interrupted() throws {
        let pipe = program.file("pipe.csv")
        #expect(mkfifo(pipe, 0o600) == 0)
        let slow = StrategyText.with(
            """
            function S:should_long()
              local sum = 0
              for i = 1, 20000 do sum = sum + i end
              return sum < 0
            end
            """)
        try program.write(slow, as: "slow.lua")
        let running = try program.start(["backtest", "slow.lua", "--candles", "pipe.csv", "--json"])
        let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: pipe))
        let rows = (0..<100_000).map { "\(1_514_764_800_000 + $0 * 900_000),10,12,9,11,1\n" }
        try writer.write(contentsOf: Data(("open_time,open,high,low,close,volume\n" + rows.joined()).utf8))
        try writer.close()
        // Nobody reads the pipe any more once the run has all candles: then it cannot be opened for writing.
        var tries = 0
        while tries < 100_000_000 {
            let descriptor = open(pipe, O_WRONLY | O_NONBLOCK)
            if descriptor < 0 { break }
            close(descriptor)
            tries += 1
        }
        running.interrupt()
        let answer = try running.wait()
        #expect(answer.status == 130 && answer.error.hasPrefix("error: interrupted after "), "\(answer)")
        let report = try report(answer)
        #expect((report["candles"] as? Int ?? .max) < 100_000)
        #expect(try program.directory.names == ["pipe.csv", "slow.lua"])
    }

    @Test("optimize sorts every combination, refuses those that the strategy refuses, and answers in JSON")
    func optimize() throws {
        let arguments = [
            "optimize", emaCross, "--synthetic", "1", "--candle-count", "3000", "--param", "fast=5:20:5", "--param",
            "slow=20,40", "--sort", "sharpe",
        ]
        let table = try program.run(arguments)
        #expect(table.status == 0 && table.error == "" && table.lines.count > 6, "\(table)")
        let answer = try report(try program.run(arguments + ["--json", "--threads", "1"]))
        let rows = try #require(answer["rows"] as? [[String: Any]])
        #expect(answer["combinations"] as? Int == 8)
        #expect(rows.count + (answer["skipped"] as? Int ?? 0) == 8)
        let sharpes = rows.compactMap { $0["sharpe"] as? Double }
        #expect(sharpes == sharpes.sorted(by: >))
        let other = try report(try program.run(arguments + ["--json", "--threads", "2"]))
        #expect(
            rows.map { $0["hash"] as? String } == (other["rows"] as? [[String: Any]])?.map { $0["hash"] as? String })
        let none = try program.run(["optimize", emaCross, "--synthetic", "1", "--param", "slow=1:3"])
        #expect(none.status == 1 && none.error.contains("slow") && none.errorLines.count == 1)
        for (wrong, expected) in [
            (["--param", "fast"], "fast"), (["--param", "fast=9:1:1"], "fast"), ([], "--param"),
        ] {
            let refused = try program.run(["optimize", emaCross, "--synthetic", "1"] + wrong)
            #expect(refused.status == 2 && refused.error.contains(expected))
        }
    }
}
