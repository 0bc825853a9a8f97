import TestSupport
import Testing

@testable import StrategyHost

@Suite("The reader behind the lint")
struct LintParserTests {
    @Test(
        "Lua 5.4 is read whole",
        arguments: [
            "", "return", "return;", ";;;", "-- only a comment", "--[==[ long\n]] ]==] return 1", "goto a ::a::",
            "local x <const>, y <close> = 1, nil print(x, y)", "for i = 10, 1, -1 do break end",
            "while true do if x then elseif y then else end end", "local s = 'a\\'b\\z\n   c\\x41\\u{48}' print(s)",
            "local n = 0x.8p1 + 3. + .5 + 1e-3 + 0xA + 0x1p4 + 3 print(n)", "print(1 // 2 ~ 3 & 4 | 5 << 1 >> 2, ~1)",
            "print(not a == b .. c ^ -d % #e)", "f{...}", "f'x' f[[y]] f{1, 2; 3, a = 1, ['b'] = 2, [3] = 4,}",
            "a.b.c:d(1).e[2], g = 1, 2", "local function f(...) return ... end f()", "function a.b.c:d(x, ...) end",
            "print(('x'):rep(3))", "return function() end, {}",
            "local t = {function() end, f = function() end} return t",
            "repeat until true", "do end", "local a\r\nlocal b\n\rlocal c\rprint(a, b, c)",
        ])
    func accepts(_ source: String) {
        #expect(throws: Never.self) { try LuaParser.facts(of: source) }
    }

    @Test(
        "What is not Lua gives no findings and no outline",
        arguments: [
            "x =", "x", "local 1", "if x then", "return return", "f(", "'open", "\"a\nb\"", "[[open", "--[[open", "a.b",
            "(x) = ", "x != 1", "x += 1", "for i in do end", "function () end", "local x <const = 1", "break end",
            "1 = 2",
            "é = 1", "return 3..2", "return 0xg", "{}", "x ? y", "local function end", "a:b", "goto 1", "::a", "f(,)",
            "function f(a,) end", "\u{0}",
        ])
    func refuses(_ source: String) {
        #expect(throws: NotLua.self) { try LuaParser.facts(of: source) }
        #expect(StrategyLint.findings(source: source).isEmpty)
        #expect(StrategyOutline(source: source) == nil)
    }

    @Test("Lines count as in Lua whatever ends them, columns count bytes")
    func places() throws {
        let facts = try LuaParser.facts(of: "--[[\n\n]]\r\nlocal s = 'é' .. é1\n".replacing("é1", with: "q"))
        let global = try #require(facts.globals.first)
        #expect(global.place == SourceFacts.Place(line: 4, column: 19))
    }

    @Test(
        "Deep nesting is refused, not followed",
        arguments: ["(", "{", "do ", "- ", "a..", "function f() ", "if a then else ", "f(", "[[x]]("])
    func depth(_ piece: String) {
        let nested = String(repeating: piece, count: 100_000)
        #expect(throws: NotLua.self) { try LuaParser.facts(of: nested) }
        #expect(throws: NotLua.self) { try LuaParser.facts(of: "return " + nested) }
    }

    @Test("Long flat sources are read, whatever they repeat")
    func longSources() throws {
        for piece in ["x = x + 1 ", "do local y = y end ", "f(a.b.c[1]):g() ", "if a then elseif b then end ", "--\n"] {
            let source = String(repeating: piece, count: 128 * 1024 / piece.utf8.count)
            #expect(throws: Never.self) { try LuaParser.facts(of: source) }
        }
        let sum = "return 1" + String(repeating: " + 1", count: 30_000)
        #expect(throws: Never.self) { try LuaParser.facts(of: sum) }
    }

    @Test("No sequence of bytes or of words makes it fail", arguments: [UInt64(1), 2, 3, 4])
    func fuzz(seed: UInt64) {
        print("fuzz seed \(seed)")
        var random = SeededNumbers(seed: seed)
        let words = [
            "local", "function", "end", "if", "then", "else", "(", ")", "{", "}", "[", "]", "[[", "]]", "=", "==", ",",
            ".",
            ":", "::", "...", "..", "self", "S", "Strategy", "params", "x", "'a'", "\"", "1", "0x", "1e", "--", "--[[",
            "\n",
            "return", "for", "in", "do", "while", "repeat", "until", "goto", "not", "-", "#", "~", "<const>", "\\", "é",
            ";",
        ]
        for _ in 0..<500 {
            var source = ""
            for _ in 0..<random.below(40) {
                source += words[random.below(words.count)]
                if random.below(4) != 0 { source += " " }
            }
            _ = StrategyLint.findings(source: source)
            _ = StrategyOutline(source: source)
            let bytes = (0..<random.below(60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            _ = StrategyLint.findings(source: String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("Cutting a good strategy anywhere makes it fail nowhere")
    func truncation() {
        let source = Array(
            """
            local ta = require "ta" -- comment
            local S = Strategy { name = 'x', params = { a = param.int { 3 } }, valid = function(p) return p.a end }
            function S:init() self.e = ta.ema(self.close, self.params.a) end
            function S:should_long() return self.e[0] >= 1e3 and not (self.e[1] < 0x1F) or [==[long]==] end
            return S
            """.utf8)
        for count in 0...source.count {
            _ = StrategyLint.findings(source: String(decoding: source[..<count], as: UTF8.self))
        }
    }

    @Test("The outline tells where keys, parameters and callbacks stand")
    func outline() throws {
        let outline = try #require(
            StrategyOutline(
                source: """
                    local S = Strategy({
                      name = "x", ["timeframe"] = "1h",
                      params = { fast = param.int { 1 }, },
                      valid = function(p) return p.fast end,
                    })
                    function S:should_long() return true end
                    S.should_exit = function(self) return false end
                    function Other:should_short() end
                    return S
                    """))
        #expect(outline.variable == "S")
        #expect(outline.keys.map(\.name) == ["name", "timeframe", "params", "valid"])
        #expect(outline.key("timeframe") == .init(name: "timeframe", line: 2, column: 15))
        #expect(outline.params == [.init(name: "fast", line: 3, column: 14)])
        #expect(outline.methods.map(\.name) == ["valid", "should_long", "should_exit"])
        #expect(outline.method("should_long") == .init(name: "should_long", line: 6, column: 12))
    }
}
