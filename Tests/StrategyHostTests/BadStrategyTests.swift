import LuaRuntime
import StrategyHost
import Testing
import Wording

@Suite("Bad strategies are refused in plain words")
struct BadStrategyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var code: String
        var line: Int
        var says: String

        init(_ name: String, _ source: String, _ code: String, _ line: Int, _ says: String) {
            self.init(name, bytes: Array(source.utf8), code, line, says)
        }

        init(_ name: String, bytes: [UInt8], _ code: String, _ line: Int, _ says: String) {
            self.name = name
            self.bytes = bytes
            self.code = code
            self.line = line
            self.says = says
        }

        var testDescription: String { name }
    }

    private static func full(_ body: String, keys: String = "") -> String {
        """
        local S = Strategy {
          name = "x", timeframe = "15m",
          \(keys)
        }
        function S:should_long() return true end
        function S:calculate_position_size() return 100 end
        \(body)
        return S
        """
    }

    static let files: [Case] = [
        Case("empty", "", "empty", 0, "the file is empty"),
        Case("blank", " \n\t\n", "empty", 0, "the file is empty"),
        Case("compiled", bytes: [0x1B] + Array("LuaT".utf8), "binary", 1, "compiled Lua"),
        Case("zero byte", bytes: Array("return\n".utf8) + [0], "binary", 2, "zero byte"),
        Case("not UTF-8", bytes: Array("--\n-- caf".utf8) + [0xE9, 0x0A], "encoding", 2, "0xE9 is not UTF-8"),
        Case("too large", bytes: [UInt8](repeating: 0x20, count: 262_145), "too-large", 0, "262145 bytes"),
        Case("truncated", "local S = Strategy {\n name = \"x\",\n timefr", "syntax", 3, "expected"),
        Case("not Lua", "x = = 1", "syntax", 1, "unexpected symbol"),
        Case("returns nothing", "local x = 1\n\n", "no-strategy", 1, "returns nothing"),
        Case("returns a number", "return 5", "no-strategy", 1, "returns the number 5"),
        Case("returns a table", "return {}", "no-strategy", 1, "not made by Strategy"),
        Case("forgets return", full("").replacing("return S", with: ""), "wrong-return", 6, "returns nothing"),
        Case("two strategies", full("Strategy { name = 'y', timeframe = '1h' }"), "no-strategy", 7, "2 times"),
        Case("raises", "error('early')", "runtime", 1, "early"),
        Case("never ends", "while true do end", "instructions", 1, "loop that does not end"),
    ]

    static let declarations: [Case] = [
        Case("unknown key", full("", keys: "warmpu = 5,"), "unknown-key", 3, "unknown key 'warmpu'"),
        Case("no name", "return Strategy { timeframe = '1h' }", "missing-key", 1, "has no name"),
        Case("no timeframe", "return Strategy { name = 'x' }", "missing-key", 1, "has no timeframe"),
        Case("unknown timeframe", "return Strategy {\n name='x',\n timeframe='7m' }", "wrong-type", 3, "'7m'"),
        Case("absurd warm-up", full("", keys: "warmup = 1e9,"), "wrong-type", 3, "from 0 to 100000"),
        Case("fraction of a warm-up", full("", keys: "warmup = 1.5,"), "wrong-type", 3, "1.5"),
        Case("history", full("", keys: "history = 0,"), "wrong-type", 3, "from 1 to 100000"),
        Case("market", full("", keys: "market = 'moon',"), "wrong-type", 3, "\"spot\" or \"futures\""),
        Case("uses", full("", keys: "uses = { '4h', '5h' },"), "wrong-type", 3, "'5h'"),
        Case("symbols", full("", keys: "symbols = { 'ETHUSDT' },"), "wrong-type", 3, "BASE/QUOTE"),
        Case("a bell in a version", full("", keys: "version = '1\\7',"), "wrong-type", 3, "without control characters"),
        Case("params", full("", keys: "params = { a = 5 },"), "wrong-type", 3, "param.int"),
        Case(
            "default out of range", full("", keys: "params = { a = param.int { 1, min = 2 } },"), "parameter", 3,
            "at least 2"),
        Case("valid", full("", keys: "valid = 5,"), "wrong-type", 3, "a function"),
        Case(
            "valid says no", full("", keys: "valid = function() return false, 'why' end,"), "invalid-parameters", 3,
            "why"),
        Case("misspelt callback", full("function S:should_exot() end"), "unknown-callback", 7, "'should_exot'"),
        Case("callback that is none", full("S.should_exit = 5"), "wrong-type", 7, "expected a function"),
        Case("reserved name", full("function S:buy() end"), "reserved-name", 7, "set by the host"),
        Case("unknown module", full("require 'sockets'"), "runtime", 7, "sockets"),
    ]

    static let runs: [Case] = [
        Case(
            "divides by zero", full("function S:should_exit() return 1 // 0 == 0 end"), "runtime", 7, "divide by zero"),
        Case("nil arithmetic", full("function S:update_position() return nil + 1 end"), "runtime", 7, "arithmetic"),
        Case("loops in a callback", full("function S:should_exit() while true do end end"), "instructions", 7, "loop"),
        Case("raises in init", full("function S:init() error('no') end"), "runtime", 7, "init: no"),
        Case("raises at the end", full("function S:on_stop() error('no') end"), "runtime", 7, "on_stop: no"),
        Case("raises on a close", full("function S:on_position_closed() error('no') end"), "runtime", 7, "no"),
        Case(
            "state", full("function S:should_exit() self.state.f = print end"), "state", 0, "self.state.f is a function"
        ),
        Case("text as size", full("").replacing("100", with: "'100'"), "wrong-answer", 6, "the text '100'"),
        Case("table as size", full("").replacing("100", with: "{}"), "wrong-answer", 6, "a table"),
    ]

    @Test("Files, declarations and dry runs", arguments: files + declarations + runs)
    func refused(bad: Case) throws {
        // Small budgets: on a busy machine the wall would otherwise come before the last instruction.
        var limits = InstanceLimits()
        limits.lua.instructions = 300_000
        limits.lua.loadInstructions = 300_000
        let findings = StrategyChecker.check(name: "bad.lua", bytes: bad.bytes, limits: limits)
        let error = try #require(findings.first { $0.severity == .error })
        #expect(findings.count { $0.severity == .error } == 1)
        #expect(error.code == bad.code)
        #expect(error.line == bad.line)
        #expect(error.message.english.contains(bad.says), "\(error.message.english)")
        #expect(!error.message.french.isEmpty)
        #expect(!StrategyChecker.isUsable(findings))
    }

    @Test("A misspelt word is answered with the nearest one")
    func hints() {
        func hint(_ source: String) -> Message? {
            StrategyChecker.check(name: "x", bytes: Array(source.utf8)).first { $0.severity == .error }?.hint
        }
        #expect(hint(Self.full("", keys: "warmpu = 5,"))?.english == "did you mean warmup?")
        #expect(
            hint(Self.full("").replacing("should_long", with: "should_lnog"))?.french
                == "vouliez-vous dire should_long ?")
        #expect(hint("return Strategy { name = 'x', timefram = '1h' }")?.english == "did you mean timeframe?")
    }

    @Test("Sizes that are numbers but none to trade are warnings", arguments: ["0/0", "-5", "1/0"])
    func warnings(size: String) {
        let source = Self.full("").replacing("100", with: size)
        let findings = StrategyChecker.check(name: "x", bytes: Array(source.utf8))
        #expect(StrategyChecker.isUsable(findings))
        #expect(findings.contains { $0.code == "no-entry" && $0.line == 6 })
    }

    @Test("Several mistakes in a declaration are told at once, in the order of their lines")
    func several() {
        let source = """
            return Strategy {
              name = 5,
              timeframe = "1h",
              colour = "red",
              params = { a = param.int { "x" }, b = param.choice { } },
            }
            """
        let findings = StrategyChecker.check(name: "x", bytes: Array(source.utf8)).filter { $0.severity == .error }
        #expect(findings.map(\.line) == [2, 4, 5, 5])
    }

    @Test("Callbacks that never come to anything are warnings")
    func remarks() {
        func codes(_ body: String) -> [String] {
            let source = "local S = Strategy { name = 'x', timeframe = '1h' }\n\(body)\nreturn S"
            return StrategyChecker.check(name: "x", bytes: Array(source.utf8)).map(\.code)
        }
        #expect(codes("") == ["never-trades"])
        #expect(codes("function S:should_long() return false end") == ["never-trades"])
        #expect(codes("function S:on_candle() end function S:should_exit() return false end") == ["ignored-callback"])
    }

    @Test("A finding about a key, a parameter or a function tells its column")
    func columns() {
        let found = StrategyChecker.check(
            name: "x.lua",
            bytes: Array(
                """
                local S = Strategy { name = "x", timefram = "15m", timeframe = "1h", params = { a = 3 }, warmup = "w" }
                function S:shoud_long() end
                return S
                """.utf8))
        let columns = found.filter { $0.severity == .error }.map { "\($0.code) \($0.column ?? 0)" }
        #expect(Set(columns) == ["unknown-key 34", "wrong-type 81", "wrong-type 90"])
        let misnamed = StrategyChecker.check(
            name: "x.lua",
            bytes: Array(
                "local S = Strategy { name = 'x', timeframe = '1h' } function S:shoud_long() end return S".utf8))
        #expect(misnamed.first { $0.code == "unknown-callback" }?.column == 64)
    }
}
