import Testing
import Wording

@testable import StrategyHost

@Suite("Hints at lines that Lua refuses")
struct SyntaxHintTests {
    @Test(
        "A line of another language is answered with Lua's way",
        arguments: [
            ("if a != b then", "~="), ("if a && b then", "and"), ("x += 1", "x = x + 1"), ("i++", "x = x + 1"),
            ("if a == 1:", "if … then … end"), ("if (a) {", "if … then … end"), ("if a = 1 then", "=="),
            ("while a <= 3:", "while … do … end"), ("elif a then", "elseif"), ("def f(x):", "function name() … end"),
            ("let x = 1", "local"), ("# a comment", "-- …"), ("// a comment", "-- …"), ("import ta", "require"),
            ("for i in range(3):", "for i = 1, n do … end"), ("local function S:init()", "function S:name()"),
            ("return a ? b : c", "condition and a or b"), ("if a > 1", "if … then … end"), ("else:", "else"),
            ("if !a then", "not x"),
        ])
    func foreign(_ line: String, _ lua: String) throws {
        let hint = try #require(SyntaxHint.hint(source: "local a\n  \(line)\nreturn a", line: 2))
        #expect(hint.english.contains(lua))
        #expect(hint.english != hint.french)
    }

    @Test(
        "A line of Lua gets no hint",
        arguments: [
            "if a ~= b then", "local x = 'a != b'", "x = x + 1 -- i++", "if a == 1 then", "while a <= 3 do", "end",
            "for i = 1, 3 do", "return a", "function S:init()", "local function f()", "",
        ])
    func lua(_ line: String) {
        #expect(SyntaxHint.hint(source: line, line: 1) == nil)
    }

    @Test("A line that is not there gets no hint", arguments: [-1, 0, 2, 1_000_000])
    func beyond(_ line: Int) {
        #expect(SyntaxHint.hint(source: "x != 1", line: line) == nil)
    }
}
