import Foundation
import TestSupport
import Testing

@Suite("Strategies that cannot be used")
struct BadStrategyTests {
    let program: Program

    init() throws {
        program = try Program()
    }

    @Test(
        "what cannot be loaded is told by check and backtest, with file and line, and leaves nothing",
        arguments: BadStrategy.loading)
    func loading(bad: BadStrategy) throws {
        try program.directory.write(bad.bytes, as: "bad.lua")
        let check = try program.run("check", "bad.lua")
        #expect(check.status == 1, "\(check)")
        #expect(check.output.contains(bad.place) && check.output.contains(bad.expected), "\(check)")
        let test = try program.run(
            "backtest", "bad.lua", "--synthetic", "1", "--candle-count", "500", "--html", "r.html")
        #expect(test.status == 1 && test.output == "", "\(test)")
        #expect(test.error.hasPrefix("error: \(bad.place)") && test.error.contains(bad.expected), "\(test.error)")
        #expect(test.errorLines.count == 1, "\(test.error)")
        #expect(try program.directory.names == ["bad.lua"])
    }

    @Test("what fails at every candle ends the run with 1, file and line", arguments: BadStrategy.running)
    func running(bad: BadStrategy) throws {
        try program.directory.write(bad.bytes, as: "bad.lua")
        let check = try program.run("check", "bad.lua")
        #expect(check.status == 1, "\(check)")
        #expect(check.output.contains(bad.place) && check.output.contains(bad.expected), "\(check)")
        let test = try program.run("backtest", "bad.lua", "--synthetic", "1", "--candle-count", "500")
        #expect(test.status == 1, "\(test)")
        #expect(test.error.hasPrefix("error: \(bad.place)") && test.error.contains(bad.expected), "\(test.error)")
        #expect(test.errorLines.count == 1, "\(test.error)")
    }

    @Test("a size that is no amount is skipped and said in the journal", arguments: ["0/0", "-5", "0", "nil", "1/0"])
    func sizes(size: String) throws {
        let text = StrategyText.with(
            "function S:should_long() return true end\nfunction S:calculate_position_size() return \(size) end")
        try program.write(text, as: "bad.lua")
        let test = try program.run("backtest", "bad.lua", "--synthetic", "1", "--candle-count", "500", "--json")
        #expect(test.status == 0 && test.errorLines.count == 1, "\(test)")
        let report = try JSONSerialization.jsonObject(with: Data(test.output.utf8)) as? [String: Any]
        #expect(report?["trades"] as? Int == 0 || size == "1/0")
    }

    @Test("a misspelt callback is asked about", arguments: ["should_lnog", "on_candel", "calculate_stoploss"])
    func callback(name: String) throws {
        try program.write(StrategyText.with("function S:\(name)() return true end"), as: "bad.lua")
        let check = try program.run("check", "bad.lua")
        #expect(check.output.contains("bad.lua:2:") && check.output.contains(name), "\(check)")
        #expect(check.output.contains("did you mean"), "\(check)")
    }

    @Test("check answers findings in JSON, and tells of files that cannot be read")
    func json() throws {
        try program.write("return 42\n", as: "bad.lua")
        try program.write(StrategyText.eager, as: "good.lua")
        let answer = try program.run("check", "--json", "bad.lua", "good.lua", "none.lua", ".")
        #expect(answer.status == 1 && answer.error == "")
        let findings = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]])
        #expect(Set(findings.compactMap { $0["file"] as? String }) == ["bad.lua", "none.lua", "."])
        for finding in findings {
            for key in ["severity", "line", "code", "message"] { #expect(finding[key] != nil) }
        }
        let good = try program.run("check", "--json", "good.lua")
        #expect(good.status == 0)
        #expect((try JSONSerialization.jsonObject(with: Data(good.output.utf8)) as? [Any])?.isEmpty == true)
        let missing = try program.run("check", "none.lua")
        #expect(missing.status == 1 && missing.error.contains("none.lua: there is no such file"))
    }

    @Test("the examples are fine", arguments: BadStrategy.examples)
    func examples(name: String) throws {
        let check = try program.run("check", Program.root + "/strategies/" + name)
        #expect(check.status == 0 && check.output.hasSuffix("\(name): fine\n"), "\(check)")
    }
}
