import Foundation
import TestSupport
import Testing

@Suite("aristobot candles in the store")
struct StoredCandlesTests {
    let program: Program
    let kept = ["--venue", "binance", "--symbol", "BTC/USDT"]

    init() async throws {
        program = try Program(database: await ScratchDatabase.url())
        let migration = try program.run("migrate")
        #expect(migration.status == 0, "\(migration)")
    }

    private let header = "open_time,open,high,low,close,volume\n"

    private func rows(_ count: Int, step: Int = 60, close: String = "11") -> String {
        header + (0..<count).map { "\(1_514_764_800_000 + $0 * step * 60_000),10,12,9,\(close),1\n" }.joined()
    }

    private func json(_ answer: Program.Answer) throws -> Any {
        #expect(answer.status == 0, "\(answer)")
        return try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
    }

    @Test("import keeps a file, list shows it, export builds a coarser one, gaps reads it")
    func life() throws {
        try program.write(rows(100), as: "hours.csv")
        let imported = try program.run(["candles", "import", "hours.csv", "--venue", "binance", "--symbol", "btc/usdt"])
        #expect(imported.status == 0 && imported.output.contains("BTC/USDT 1h: 100 candles"), "\(imported)")
        #expect(imported.output.contains("100 added") && imported.lines.count == 1)
        let list = try program.run("candles", "list")
        #expect(list.status == 0 && list.output.contains("2018-01-05T03:00:00Z"))
        let answer = try json(try program.run("candles", "list", "--json")) as? [[String: Any]]
        #expect((answer?.first?["content"] as? [String: Any])?["candles"] as? Int == 100)
        let export = try program.run(
            ["candles", "export", "--timeframe", "4h", "--from", "2018-01-02", "--to", "2018-01-04", "-o", "four.csv"]
                + kept)
        #expect(export.status == 0, "\(export)")
        let lines = try program.directory.read("four.csv").split(separator: "\n")
        #expect(lines.count == 13 && lines[1] == "1514851200000,10,12,9,11,4")
        let gaps = try program.run(["candles", "gaps", "--timeframe", "1h"] + kept)
        #expect(gaps.status == 0 && gaps.output.contains("no gap"))
    }

    @Test("import adds to what is kept, refuses other numbers, and replaces them only when told to")
    func merge() throws {
        try program.write(rows(3), as: "three.csv")
        try program.write(rows(5), as: "five.csv")
        try program.write(rows(6, close: "10.5"), as: "other.csv")
        #expect(try program.run(["candles", "import", "three.csv"] + kept).status == 0)
        let more = try json(try program.run(["candles", "import", "five.csv", "--json"] + kept)) as? [String: Any]
        #expect(more?["added"] as? Int == 2 && more?["unchanged"] as? Int == 3)
        let refused = try program.run(["candles", "import", "other.csv"] + kept)
        #expect(refused.status == 1 && refused.errorLines.count == 1 && refused.output == "")
        #expect(refused.error.contains("close 11.0, now 10.5"), "\(refused.error)")
        let list = try program.run("candles", "list")
        #expect(list.output.contains(" 5 "), "\(list.output)")
        let replaced =
            try json(
                try program.run(["candles", "import", "other.csv", "--replace", "--json"] + kept)) as? [String: Any]
        #expect(replaced?["replaced"] as? Int == 5 && replaced?["added"] as? Int == 1)
        let finer = try program.run(["candles", "import", "five.csv", "--timeframe", "1m"] + kept)
        #expect(finer.status == 1 && finer.error.contains("no two candles are 1m apart"))
    }

    @Test(
        "a wrong file is told with file and line, ends with 1, and nothing is imported",
        arguments: [
            ("1514764800000,10,12,9,11,1\n1514768400000,10,12,9,1l,1\n", 3, "close is \"1l\""),
            ("1514764800000,10,12,9,11,1\n1514764800000,10,12,9,11,1\n", 3, "is there twice"),
            ("1514764800000,10,8,9,9,1\n", 2, "high 8.0 is below low 9.0"),
        ])
    func badRows(rows: String, line: Int, expected: String) throws {
        try program.write(header + rows, as: "bad.csv")
        let answer = try program.run(["candles", "import", "bad.csv"] + kept)
        #expect(answer.status == 1 && answer.output == "" && answer.errorLines.count == 1)
        #expect(answer.error.hasPrefix("error: bad.csv:\(line): ") && answer.error.contains(expected))
        #expect(try program.run("candles", "list").output.hasPrefix("No candles"))
    }

    @Test("Ctrl-C while a file is read ends with 130 and imports nothing")
    func interrupted() throws {
        let pipe = program.file("pipe.csv")
        #expect(mkfifo(pipe, 0o600) == 0)
        let running = try program.start(["candles", "import", "pipe.csv"] + kept)
        // Opening waits until the program reads.
        let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: pipe))
        try writer.write(contentsOf: Data(rows(10).utf8))
        running.interrupt()
        try writer.write(contentsOf: Data("1514800800000,10,12,9,11,1\n".utf8))
        try writer.close()
        let answer = try running.wait()
        #expect(answer.status == 130 && answer.error == "error: interrupted\n", "\(answer)")
        #expect(try program.run("candles", "list").output.hasPrefix("No candles"))
    }

    @Test("a backtest on the store gives the hash of the file, also over a part, and again from the cache")
    func backtest() throws {
        let emaCross = Program.root + "/strategies/ema_cross.lua"
        let synth = ["candles", "synth", "--seed", "3", "--timeframe", "5m", "--count", "9000", "-o", "five.csv.gz"]
        #expect(try program.run(synth).status == 0)
        #expect(try program.run(["candles", "import", "five.csv.gz"] + kept).status == 0)
        func hash(_ arguments: [String]) throws -> String {
            let report = try json(try program.run(["backtest", emaCross, "--json"] + arguments)) as? [String: Any]
            return try #require(report?["hash"] as? String)
        }
        let file = ["--candles", "five.csv.gz", "--symbol", "BTC/USDT"]
        #expect(try hash(kept) == hash(file))
        #expect(try !program.home.names.isEmpty)
        #expect(try hash(kept) == hash(file))
        let part = ["--from", "2022-01-10", "--to", "2022-01-20T00:07:00Z"]
        #expect(try hash(kept + part) == hash(file + part))
        #expect(try hash(kept + ["--intrabar", "5m"]) == hash(file + ["--intrabar", "5m"]))
        let none = try program.run(["backtest", emaCross, "--venue", "binance", "--symbol", "ETH/USDT"])
        #expect(none.status == 1 && none.errorLines.count == 1, "\(none)")
        #expect(none.error.contains("no candles of ETH/USDT at 15m or finer from binance in the store"))
        let optimum = try program.run(["optimize", emaCross, "--param", "fast=5,8", "--json"] + kept)
        #expect(optimum.status == 0 && optimum.output.contains("\"combinations\" : 2"))
    }

    @Test("what is not there is said in words, with 1")
    func absent() throws {
        for (arguments, expected) in [
            (["candles", "gaps", "--timeframe", "1h"] + kept, "no candles of binance BTC/USDT 1h in the store"),
            (
                ["candles", "export", "--timeframe", "1h", "-o", "x.csv"] + kept,
                "no candles of BTC/USDT at 1h or finer"
            ),
        ] {
            let answer = try program.run(arguments)
            #expect(answer.status == 1 && answer.errorLines.count == 1 && answer.error.contains(expected), "\(answer)")
        }
        #expect(try program.directory.names == [])
    }
}
