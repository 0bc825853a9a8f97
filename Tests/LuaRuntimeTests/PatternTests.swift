import LuaRuntime
import TestSupport
import Testing

/// The charged pattern engine answers what stock Lua answers, errors included.
@Suite struct PatternTests {
    private static let subjects = [
        "", "a", "abc", "hello world", "  trim me  ", "key=value, other = 12", "THE (quick) fox", "((a(b)c))",
        "x^2+y^2",
        "2024-01-02T03:04:05", "aaab", "aXbXc", "%d", "[[]]", "foo.bar.baz", "a\\0b\\0c", "été déjà", "-12.5e+3",
        "0x1F", "one;two;;four", "\\n\\ttabs\\r\\n", "aaaaaaaaaa", "f(a,b) g(c)", "$5.00", "a]b-c^d",
    ]

    private static let patterns = [
        "", ".", ".*", ".-", ".+", "a*", "a-", "a+", "a?", "^a", "a$", "^$", "%a+", "%d+", "%s*", "%w+", "%p", "%u%l*",
        "(%w+)=(%w+)", "(%w+)%s*=%s*(%w+)", "()", "()%a+()", "(a)(b)(c)", "((%a)(%d?))", "%b()", "%b[]", "%bxy",
        "%f[%a]%a+", "%f[%w]%w*%f[%W]", "[abc]", "[^abc]", "[a-c]+", "[%a_][%w_]*", "[]]", "[^]]", "[a-]", "[-a]",
        "[%]]", "[a%-z]", "(.)%1", "(%a+)%s*%1", "^%s*(.-)%s*$", "(%d+)-(%d+)-(%d+)", "%.", "%%", "[%d.]+", "%x+",
        "%c", "%g+", "%S+", "%A", "[[%]]", "o w", "world", "zz", "(", ")", "%", "[a", "[^", "%b", "%bx", "%f", "%fa",
        "(()", "%1", "(%2)", "(a)%2", "[%", "a**", "*", "+a", "?", "-", "^*", "$$", "a$b", "^^a", "(a*(.)%w(%s*))",
        "%0",
        "[%w%-]+", "[+-]?%d+%.?%d*[eE]?[+-]?%d*", "\\0", "[\\0]", "%z", "é", ".-é",
    ]

    @Test("find, match, gmatch and gsub agree with stock Lua on a table of cases")
    func table() throws {
        let stock = try #require(StockLua())
        let bench = try Bench()
        for pattern in Self.patterns {
            let source = Self.script(pattern: pattern, subjects: Self.subjects)
            let difference = firstDifference(try bench.text(source), stock.text(source))
            #expect(difference == nil, "pattern \(pattern): \(difference ?? "")")
        }
    }

    @Test("They agree on random patterns and subjects", arguments: [11, 22, 33, 44] as [UInt64])
    func random(_ seed: UInt64) throws {
        let stock = try #require(StockLua())
        let bench = try Bench()
        var random = SeededNumbers(seed: seed)
        let pieces = [
            "a", "b", "%a", "%d", ".", "[ab]", "[^a]", "%w", "*", "-", "+", "?", "(", ")", "()", "%1", "%b()", "%f[a]",
            "^", "$", "%", "[", "]", "1", " ", "a-", "b*",
        ]
        let letters = Array("aab b1()]%")
        for _ in 0..<400 {
            let pattern = (0..<Int.random(in: 1...7, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let subjects = (0..<4).map { _ in
                String(
                    (0..<Int.random(in: 0...12, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a"
                    })
            }
            let source = Self.script(pattern: pattern.joined(), subjects: subjects)
            let difference = firstDifference(try bench.text(source), stock.text(source))
            #expect(difference == nil, "seed \(seed), pattern \(pattern.joined()), \(subjects): \(difference ?? "")")
        }
    }

    private static func literal(_ text: String) -> String {
        "\"" + text.replacingQuotes + "\""
    }

    private static func script(pattern: String, subjects: [String]) -> String {
        let list = subjects.map(literal).joined(separator: ", ")
        return showPrelude + """
            local p = \(literal(pattern))
            for _, s in ipairs({\(list)}) do
              add(string.find, s, p)
              add(string.find, s, p, 3)
              add(string.find, s, p, -2)
              add(string.find, s, p, 1, true)
              add(string.match, s, p)
              add(string.match, s, p, 2)
              add(string.gsub, s, p, "<%0>")
              add(string.gsub, s, p, "%1%%", 2)
              add(string.gsub, s, p, "%2")
              add(string.gsub, s, p, {a = "A", b = false, hello = 1})
              add(string.gsub, s, p, function(x, y) if x == "a" then return nil end return tostring(y) end)
              add(function() local r = {} for a, b in s:gmatch(p) do r[#r + 1] = tostring(a) .. ":" .. tostring(b)
                end return table.concat(r, ",") end)
              add(function() local r = {} for a in s:gmatch(p, 3) do r[#r + 1] = tostring(a) end return
                table.concat(r, ",") end)
            end
            """ + showEnd
    }

    @Test("A pattern that backtracks for ever is stopped, also inside gsub and gmatch")
    func backtracking() throws {
        var limits = Bench.patient
        limits.instructions = 500_000
        let bench = try Bench(limits: limits)
        let text = "local s = ('a'):rep(40) local p = ('a?'):rep(40) .. ('a'):rep(40) .. 'b'"
        #expect(bench.failure(text + " return s:find(p)")?.kind == .instructions)
        #expect(bench.failure(text + " return s:gsub(p, '')")?.kind == .instructions)
        #expect(bench.failure(text + " for x in s:gmatch(p) do end")?.kind == .instructions)
        #expect(
            bench.failure("pcall(string.rep, 'x', 1e5) return (('x'):rep(100000)):find(('x*'):rep(20) .. 'y')")?.kind
                == .instructions)
    }

    @Test("A gmatch goes on soundly after an error inside it")
    func afterError() throws {
        let source = """
            local f = ("a"):rep(300):gmatch(("(a?)"):rep(40))
            local first = pcall(f)
            local second = pcall(f)
            return tostring(first) .. tostring(second)
            """
        #expect(try Bench().text(source) == "falsefalse")
    }
}

extension String {
    /// For a Lua literal in double quotes; backslashes are meant as written.
    var replacingQuotes: String { split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") }
}
