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
}
