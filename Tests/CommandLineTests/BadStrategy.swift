import Foundation
import TestSupport
import Testing

/// A strategy that check and backtest must refuse, and how they must say it.
struct BadStrategy: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// The line that is named; 0 where no line can be.
    let line: Int
    let expected: String

    init(_ name: String, _ text: String, line: Int, _ expected: String) {
        self.init(name, Array(text.utf8), line: line, expected)
    }

    init(_ name: String, _ bytes: [UInt8], line: Int, _ expected: String) {
        self.name = name
        self.bytes = bytes
        self.line = line
        self.expected = expected
    }

    var testDescription: String { name }
    /// `bad.lua:3: `, or with a column.
    var place: String { line == 0 ? "bad.lua" : "bad.lua:\(line):" }

    /// The example strategies of the package.
    static let examples: [String] = {
        // Without the directory there is nothing to check, which the count of tests shows.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Program.root + "/strategies")) ?? []
        return names.filter { $0.hasSuffix(".lua") }.sorted()
    }()

    static let loading: [BadStrategy] = [
        BadStrategy("empty", "", line: 0, "the file is empty"),
        BadStrategy("not UTF-8", Array("return\n".utf8) + [0xFF, 0xFE], line: 2, "not UTF-8"),
        BadStrategy("compiled", [0x1B] + Array("Lua\u{54}".utf8), line: 1, "compiled Lua"),
        BadStrategy("zero byte", Array("return 1".utf8) + [0], line: 1, "zero byte"),
        BadStrategy("syntax", "local a = 1\nfunction S:oops(\nreturn S\n", line: 3, "expected"),
        BadStrategy("returns nothing", "local a = 1\n", line: 0, "return"),
        BadStrategy("returns a number", "return 42\n", line: 0, "number"),
        BadStrategy("no name", "local S = Strategy { timeframe = \"1h\" }\nreturn S\n", line: 1, "name"),
        BadStrategy(
            "misspelt key",
            "local S = Strategy {\n  name = \"x\", timeframe = \"1h\",\n  descripton = \"y\",\n}\nreturn S\n",
            line: 3, "description"),
        BadStrategy(
            "unknown timeframe", "local S = Strategy { name = \"x\", timeframe = \"7m\" }\nreturn S\n", line: 1, "7m"),
        BadStrategy("absurd warm-up", StrategyText.with("", keys: "history = 1e15"), line: 1, "history"),
        BadStrategy("raises when loaded", "local a = nil\nlocal b = a.field\nreturn Strategy {}\n", line: 2, "nil"),
        BadStrategy("never ends when loaded", "local a = 1\nwhile true do a = a + 1 end\n", line: 2, "does not end"),
        BadStrategy(
            "raises in init", StrategyText.with("function S:init()\n  error(\"broken\")\nend"), line: 3, "broken"),
        BadStrategy(
            "never ends in init", StrategyText.with("function S:init()\n  while true do end\nend"), line: 3,
            "does not end"),
        BadStrategy("takes a forbidden thing", StrategyText.with("io.open(\"x\")"), line: 2, "io"),
    ]

    static let running: [BadStrategy] =
        [
            BadStrategy(
                "raises in should_long", StrategyText.with("function S:should_long()\n  return 1 + nil\nend"), line: 3,
                "nil"),
            BadStrategy(
                "divides by zero", StrategyText.with("function S:should_long()\n  return 1 // 0 > 0\nend"), line: 3,
                "zero"),
            BadStrategy(
                "never ends", StrategyText.with("function S:should_long()\n  while true do end\nend"), line: 3,
                "does not end"),
            BadStrategy(
                "text as a size",
                StrategyText.with(
                    "function S:should_long() return true end\nfunction S:calculate_position_size() return \"much\" end"
                ),
                line: 3, "calculate_position_size"),
            BadStrategy(
                "raises in update_position",
                StrategyText.with(
                    """
                    function S:should_long() return true end
                    function S:calculate_position_size() return 100 end
                    function S:update_position()
                      error("broken")
                    end
                    """), line: 5, "broken"),
            BadStrategy(
                "table as a size",
                StrategyText.with(
                    "function S:should_long() return true end\nfunction S:calculate_position_size() return {} end"),
                line: 3, "calculate_position_size"),
        ]
        + [
            "should_short", "on_candle", "should_exit", "calculate_stop_loss", "calculate_take_profit",
        ].map { name in
            BadStrategy(
                "raises in \(name)",
                StrategyText.eager.replacing(
                    "return S", with: "function S:\(name)()\n  error(\"broken\")\nend\nreturn S"), line: 6, "broken")
        }
}
