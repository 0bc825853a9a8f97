import Foundation
import TestSupport
import Testing

@Suite("aristobot candles")
struct CandlesCommandTests {
    let program: Program

    init() throws {
        program = try Program()
    }

    private let header = "open_time,open,high,low,close,volume\n"

    private func rows(_ count: Int, step: Int = 60) -> String {
        header + (0..<count).map { "\(1_514_764_800_000 + $0 * step * 60_000),10,12,9,11,1\n" }.joined()
    }

    @Test("synth writes the same file twice, and gaps shows what is missing")
    func synth() throws {
        for name in ["a.csv.gz", "b.csv.gz"] {
            let answer = try program.run(
                "candles", "synth", "--seed", "7", "--timeframe", "1h", "--count", "3000", "--output", name)
            #expect(answer.status == 0 && answer.error == "")
            #expect(answer.output.hasPrefix("\(name): BTC/USDT 1h: "))
        }
        #expect(try program.directory.bytes("a.csv.gz") == program.directory.bytes("b.csv.gz"))
        #expect(try program.directory.names == ["a.csv.gz", "b.csv.gz"])
        let gaps = try program.run("candles", "gaps", "a.csv.gz", "--limit", "2")
        #expect(gaps.status == 0 && gaps.output.contains("first missing"))
        let json = try program.run("candles", "gaps", "a.csv.gz", "--json")
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let summary = try #require(answer["summary"] as? [String: Any])
        #expect((answer["gaps"] as? [Any])?.count == summary["gaps"] as? Int)
        #expect(summary["timeframe"] as? String == "1h")
    }

    @Test("import keeps a file, list shows it, export builds a coarser one, gaps reads it")
    func library() throws {
        try program.write(rows(100), as: "hours.csv")
        let kept = ["--venue", "binance", "--symbol", "btc/usdt", "--data", "lib"]
        let imported = try program.run(["candles", "import", "hours.csv"] + kept)
        #expect(imported.status == 0)
        #expect(imported.output.contains("lib/binance/BTC-USDT/1h.csv.gz: BTC/USDT 1h: 100 candles"))
        let list = try program.run("candles", "list", environment: ["ARISTOBOT_DATA": "lib"])
        #expect(list.status == 0 && list.output.contains("2018-01-05T03:00:00Z"))
        let json = try program.run("candles", "list", "--data", "lib", "--json")
        let answer = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
        #expect((answer?.first?["content"] as? [String: Any])?["candles"] as? Int == 100)
        let export = try program.run(
            ["candles", "export", "--timeframe", "4h", "--from", "2018-01-02", "--to", "2018-01-04", "-o", "four.csv"]
                + kept)
        #expect(export.status == 0)
        let lines = try program.directory.read("four.csv").split(separator: "\n")
        #expect(lines.count == 13 && lines[1] == "1514851200000,10,12,9,11,4")
        let gaps = try program.run(["candles", "gaps", "--timeframe", "1h"] + kept)
        #expect(gaps.status == 0 && gaps.output.contains("no gap"))
    }

    @Test("import replaces only when told to")
    func replace() throws {
        let kept = ["--venue", "binance", "--symbol", "BTC/USDT", "--data", "lib"]
        try program.write(rows(3), as: "three.csv")
        try program.write(rows(4), as: "four.csv")
        #expect(try program.run(["candles", "import", "three.csv"] + kept).status == 0)
        let before = try program.directory.bytes("lib/binance/BTC-USDT/1h.csv.gz")
        let refused = try program.run(["candles", "import", "four.csv"] + kept)
        #expect(refused.status == 1 && refused.error.contains("--replace") && refused.errorLines.count == 1)
        #expect(try program.directory.bytes("lib/binance/BTC-USDT/1h.csv.gz") == before)
        let finer = try program.run(["candles", "import", "four.csv", "--timeframe", "1m"] + kept)
        #expect(finer.status == 1 && finer.error.contains("no two candles are 1m apart"))
        let replaced = try program.run(["candles", "import", "four.csv", "--replace", "--json"] + kept)
        #expect(replaced.status == 0 && replaced.output.contains("\"candles\" : 4"))
    }

    @Test(
        "a wrong file is told with file and line, ends with 1, and nothing is imported",
        arguments: [
            ("1514764800000,10,12,9,11,1\n1514768400000,10,12,9,1l,1\n", 3, "close is \"1l\""),
            ("1514764800000,10,12,9,11,1\n1514761200000,10,12,9,11,1\n", 3, "expected times in rising order"),
            ("1514764800000,10,12,9,11,1\n1514764800000,10,12,9,11,1\n", 3, "is there twice"),
            ("1514764800000,10,8,9,9,1\n", 2, "high 8.0 is below low 9.0"),
            ("1514764800000,10,12,9,11\n", 2, "the line has 5 columns"),
        ])
    func badRows(rows: String, line: Int, expected: String) throws {
        try program.write(header + rows, as: "bad.csv")
        let answer = try program.run(
            "candles", "import", "bad.csv", "--venue", "binance", "--symbol", "BTC/USDT", "--data", "lib")
        #expect(answer.status == 1 && answer.output == "")
        #expect(answer.errorLines.count == 1)
        #expect(answer.error.hasPrefix("error: bad.csv:\(line): "))
        #expect(answer.error.contains(expected))
        #expect(try program.directory.names == ["bad.csv"])
    }

    @Test("files that are missing, empty, cut, binary or of another kind are told in one line")
    func badFiles() throws {
        _ = try program.run("candles", "synth", "--count", "2000", "--output", "whole.gz")
        let whole = try program.directory.bytes("whole.gz")
        try program.directory.write(Array(whole.prefix(whole.count / 2)), as: "cut.gz")
        try program.directory.write([], as: "empty.csv")
        try program.directory.write([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2, 3], as: "binary.csv")
        try program.write("time,price\n1,2\n", as: "header.csv")
        try program.write(header, as: "norows.csv")
        for (name, expected) in [
            ("missing.csv", "there is no such file"), ("cut.gz", "the file is cut"), ("empty.csv", "the file is empty"),
            ("binary.csv", "this is not text"), ("header.csv:1", "expected open_time,open,high,low,close,volume"),
            ("norows.csv", "no row after the header"), (".", "this is a directory"),
        ] {
            let answer = try program.run("candles", "gaps", String(name.prefix { $0 != ":" }))
            #expect(answer.status == 1 && answer.output == "", "\(name)")
            #expect(answer.errorLines.count == 1, "\(name)")
            #expect(answer.error.hasPrefix("error: \(name):") && answer.error.contains(expected), "\(answer.error)")
        }
    }

    @Test(
        "wrong usage ends with 2 and says what was expected",
        arguments: [
            (["candles", "synth", "--timeframe", "7m", "-o", "x"], "\"7m\" is not a timeframe"),
            (["candles", "import", "x.csv"], "--venue binance --symbol BTC/USDT"),
            (["candles", "gaps", "x.csv", "--symbol", "BTCUSDT"], "\"BTCUSDT\" is not a symbol"),
            (["candles", "export", "--venue", "../x", "-o", "y"], "\"../x\" is not a venue"),
            (["candles", "synth", "--count", "0", "-o", "x"], "\"0\" is not a whole number from 1"),
            (["candles", "frobnicate"], "frobnicate"), (["--nonsense"], "--nonsense"),
            (["candles", "synth"], "--output"),
            (["candles", "export", "--from", "2024-02-30", "-o", "x"], "is not a time"),
        ])
    func usage(arguments: [String], expected: String) throws {
        let answer = try program.run(arguments)
        #expect(answer.status == 2 && answer.output == "")
        #expect(answer.error.contains(expected), "\(answer.error)")
        #expect(try program.directory.names == [])
    }

    @Test("a place that cannot be written is found out before the work, with 3")
    func unwritable() throws {
        for place in ["none/x.csv", "."] {
            let answer = try program.run("candles", "synth", "--count", "9000000", "--output", place)
            #expect(answer.status == 3 && answer.error.contains("\(place): cannot be written: "))
        }
        #expect(try program.directory.names == [])
    }

    @Test("Ctrl-C while a file is read ends with 130 and imports nothing")
    func interrupted() throws {
        let pipe = program.file("pipe.csv")
        #expect(mkfifo(pipe, 0o600) == 0)
        let running = try program.start([
            "candles", "import", "pipe.csv", "--venue", "binance", "--symbol", "BTC/USDT", "--data", "lib",
        ])
        // Opening waits until the program reads.
        let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: pipe))
        try writer.write(contentsOf: Data(rows(10).utf8))
        running.interrupt()
        try writer.write(contentsOf: Data("1514800800000,10,12,9,11,1\n".utf8))
        try writer.close()
        let answer = try running.wait()
        #expect(answer.status == 130 && answer.error == "error: interrupted\n", "\(answer)")
        #expect(try program.directory.names == ["pipe.csv"])
    }
}
