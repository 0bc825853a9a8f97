import Foundation
import LuaRuntime
import Testing

/// What is kept, bounded or replaced behaves on ordinary use as in stock Lua.
@Suite struct StandardLibraryTests {
    private func compare(_ body: String) throws {
        let stock = try #require(StockLua())
        let source = showPrelude + body + showEnd
        var ours = try Bench().text(source).split(separator: "\n", omittingEmptySubsequences: false)
        let theirs = stock.text(source).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(ours.count == theirs.count)
        while ours.count < theirs.count { ours.append("missing") }
        for (line, pair) in zip(ours, theirs).enumerated() { #expect(pair.0 == pair.1, "case \(line + 1)") }
    }

    @Test("string")
    func strings() throws {
        try compare(
            """
            for _, s in ipairs({"", "a", "Hello", "été", "a\\0b"}) do
              for _, i in ipairs({-7, -2, -1, 0, 1, 2, 3, 9}) do
                add(string.byte, s, i) add(string.sub, s, i) add(string.byte, s, i, -1)
                for _, j in ipairs({-7, -1, 0, 2, 9}) do add(string.sub, s, i, j) add(string.byte, s, i, j) end
              end
              add(string.upper, s) add(string.lower, s) add(string.reverse, s) add(string.len, s)
              for _, n in ipairs({-1, 0, 1, 3}) do add(string.rep, s, n) add(string.rep, s, n, ",") add(string.rep,
                s, n, "") end
            end
            add(string.char, 72, 105) add(string.char) add(string.char, 256) add(string.rep) add(string.rep, "x", "3")
            add(string.byte, {}) add(string.upper) add(string.rep, "x", 2.5) add(function() return ("x"):nothing() end)
            add(function() return "10" + 5, "3" * "4", 10 .. 20, -"2", "0x10" + 0, "1e1" // 1 end)
            add(function() return "a" + 1 end) add(function() return {} .. "x" end) add(function() return #"abc" end)
            """)
    }

    @Test("string.format")
    func format() throws {
        try compare(
            """
            for _, v in ipairs({0, 1, -1, 42, 1.5, -0.0, 1e100, 255, 3.14159265, 1/0, -1/0, 2^53, math.mininteger}) do
              for _, f in ipairs({"%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%i", "%x", "%X", "%#x", "%o", "%c",
                "%e", "%.3f",
                "%10.2f", "%-10.2f|", "%g", "%.14g", "%a", "%s", "%5s", "%.2s", "%q", "%5.1f", "%.0f", "%#.3g",
                  "%99.9f", "%.99f"}) do
                if not (f == "%c" and (v < 1 or v > 126)) then add(string.format, f, v) end
              end
            end
            for _, v in ipairs({"", "abc", "a\\nb", "q\\"uote", "nul\\0in", "\\r\\t\\1272", ("x"):rep(120)}) do
              for _, f in ipairs({"%s", "%10s", "%-10s|", "%.2s", "%q", "%5.1s|", "%d", "%%%s", "%s%s"}) do
                add(string.format, f, v) end
            end
            for _, f in ipairs({"%", "%y", "%5", "%-+ #0d", "%100d", "%.100f", "%5q", "%#d", "%+s", "%0s", "%.3c",
              "%d", "%F", "%u", "%-", "%.", "%5.5.5f"}) do
              add(string.format, f, 1)
            end
            add(string.format, "%s %s %s", nil, true, false) add(string.format, "%q", 1/3) add(string.format, "%q", {})
            add(string.format, "%q", nil) add(string.format, "%d", "10") add(string.format, "%d", 1.5)
              add(string.format, "%s")
            add(string.format, "%s", setmetatable({}, {__tostring = function() return "T!" end}))
            add(string.format, "%5s|", setmetatable({}, {__tostring = function() return "T" end}))
            add(string.format, "%s", setmetatable({}, {__tostring = function() return 1 end}))
            """)
    }

    @Test("table")
    func tables() throws {
        try compare(
            """
            local function list(t) local r = {} for i = 1, #t do r[i] = tostring(t[i]) end return table.concat(r,
              ",") end
            add(function() local t = {1, 2, 3} table.insert(t, 4) table.insert(t, 1, 0) table.insert(t, 3, "x")
              return list(t) end)
            add(table.insert, {1}, 5, 1) add(table.insert, {1}, 0, 1) add(table.insert, {}, 1) add(table.insert, {})
              add(table.insert, {}, 1, 2, 3)
            add(function() local t = {1, 2, 3} return table.remove(t), table.remove(t, 1), list(t), table.remove(t,
              2), table.remove(t), table.remove(t), table.remove({}) end)
            add(table.remove, {}, 0) add(table.remove, {[0] = "z"}, 0) add(table.remove, {1, 2}, 3)
            add(table.concat, {1, 2.5, "x"}) add(table.concat, {1, 2, 3}, "-") add(table.concat, {1, 2, 3}, "-", 2)
              add(table.concat, {1, 2, 3}, "-", 2, 3)
            add(table.concat, {}, "x") add(table.concat, {1, {}, 3}) add(table.concat, {1}, "", 1, 2)
              add(table.concat, 5)
            add(table.unpack, {1, nil, 3}, 1, 3) add(table.unpack, {1, 2}, -1, 2) add(table.unpack, {}, 1, 0)
              add(table.unpack, {1, 2, 3}, 2)
            add(function() return list(table.move({1, 2, 3}, 1, 3, 2)) end) add(function() return list(table.move({1,
              2, 3}, 2, 3, 1)) end)
            add(function() return list(table.move({1, 2, 3}, 1, 3, 1, {9})) end) add(table.move, {}, 1,
              math.maxinteger, 2) add(table.move, {}, 5, 1, 2)
            add(function() local t = table.pack(1, nil, 3) return t.n, t[3] end)
            for _, t in ipairs({{3, 1, 2}, {}, {1}, {"b", "a", "c"}, {2.5, -1, 1e9, 7}, {5, 4, 3, 2, 1, 0, 9, 8, 7,
              6}}) do
              add(function() table.sort(t) return list(t) end) add(function() table.sort(t, function(a, b) return a >
                b end) return list(t) end)
            end
            add(table.sort, {1, "x"}) add(table.sort, {{}, {}}) add(table.sort, {1, 2}, 5) add(select, "#", 1, nil, nil)
            add(select, 2, "a", "b", "c") add(select, -1, "a", "b") add(select, 0) add(select, -5, 1)
            """)
    }

    @Test("base and coroutine")
    func base() throws {
        try compare(
            """
            for _, v in ipairs({"10", "0x1F", "  12  ", "1e2", "abc", "", "0x", "1 2", "9223372036854775808", "-7",
              "inf", "nan"}) do
              add(tonumber, v) add(tonumber, v, 16) add(tonumber, v, 36)
            end
            add(tonumber) add(tonumber, "z", 37) add(tonumber, {}) add(tostring) add(tostring, 1.0) add(tostring,
              -0.0) add(tostring, 1e15) add(tostring, 2^63)
            add(rawequal, "a", "a") add(rawlen, {1, 2}) add(rawget, {a = 1}, "a") add(type) add(type, nil)
              add(assert, false) add(assert, nil, "m") add(assert, 1, 2)
            add(error) add(error, "m", 0) add(error, {}) add(pcall) add(pcall, error, "x", 0) add(xpcall, error)
              add(xpcall, error, function(m) return "h" .. m end, "x", 0)
            add(xpcall, function(...) return select("#", ...), ... end, print, 1, nil) add(xpcall, 5, function(m)
              return type(m) end)
            add(ipairs) add(function() local n = 0 for i, v in ipairs({1, 2, nil, 4}) do n = n + v end return n end)
            add(setmetatable, 1, {}) add(setmetatable, {}, 1) add(setmetatable, {}) add(getmetatable, {}) add(rawset,
              {}, nil, 1)
            add(function() local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e =
              coroutine.yield(c * 2) return d + e end)
              local r = {} r[1] = select(2, coroutine.resume(co, 1, 2)) r[2] = select(2, coroutine.resume(co, 10))
                r[3] = coroutine.status(co)
              r[4] = select(2, coroutine.resume(co, 3, 4)) r[5] = coroutine.status(co) r[6] = select(2,
                coroutine.resume(co)) return table.unpack(r) end)
            add(function() local co = coroutine.create(function() error("in", 0) end) return coroutine.resume(co) end)
            add(function() local co = coroutine.create(function() error({}) end) return coroutine.resume(co) end)
            add(function() return coroutine.wrap(function() error("in", 0) end)() end)
            add(function() local f f = coroutine.wrap(function() return f() end) return f() end)
            add(coroutine.resume, 1) add(coroutine.create, 1) add(coroutine.yield) add(coroutine.isyieldable)
              add(coroutine.wrap, nil)
            add(function() return select(2, coroutine.running()) end) add(coroutine.status, 1)
            add(function() local f = coroutine.wrap(function() local ok, v = pcall(function() local x =
              coroutine.yield(1) error("after " .. x, 0) end) return v end) f() return f("yield") end)
            add(function() local f = coroutine.wrap(function() return xpcall(function() coroutine.yield(1) error("e",
              0) end, function(m) return "handled " .. m end) end) f() return f() end)
            add(function() local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i)
              end end) end local s = 0 for v in gen(10) do s = s + v end return s end)
            add(function() local n = nil return n.x end) add(function() return 1 < "2" end) add(function() return {}
              < {} end) add(function() local t = {} t[nil] = 1 end)
            add(function() return 1 // 0 end) add(function() return 1 % 0 end) add(function() return 2^53 | 0 end)
              add(function() return 1.5 | 0 end) add(function() for i = 1, 10, 0 do end end)
            add(function() local a <const> = 5 return a end) add(function() goto done do return 1 end ::done:: return
              2 end)
            """)
    }

    @Test("math and utf8")
    func mathAndText() throws {
        try compare(
            """
            for _, v in ipairs({0, 1, -1, 2.5, -2.5, 1e10, 0.1}) do
              for _, name in ipairs({"abs", "ceil", "floor", "sqrt", "sin", "cos", "tan", "exp", "deg", "rad",
                "tointeger", "type", "modf", "atan"}) do add(math[name], v) end
            end
            add(math.max, 1, 5, 3) add(math.min, 2, -1) add(math.max) add(math.fmod, 7, 3) add(math.fmod, 7, 0)
              add(math.fmod, -7.5, 2) add(math.log, 8, 2) add(math.log, 100, 10)
            add(math.ult, 1, -1) add(math.tointeger, "8") add(math.abs, "x") add(math.floor, {})
            for _, s in ipairs({"", "abc", "été", "日本語", "a\\xffb"}) do
              add(utf8.len, s) add(utf8.codepoint, s, 1, -1) add(utf8.offset, s, 2) add(utf8.offset, s, -1)
                add(utf8.len, s, 2) add(utf8.len, s, 1, 1)
              add(function() local r = {} for p, c in utf8.codes(s) do r[#r + 1] = p .. "=" .. c end return
                table.concat(r, ",") end)
            end
            add(utf8.char, 72, 228, 8364, 128512) add(utf8.codepoint, "abc", 4) add(utf8.charpattern)
            """)
    }

    @Test("What reaches outside, compiles code or runs finalizers is not there")
    func dropped() throws {
        let source = """
            local names = {"collectgarbage", "load", "loadstring", "loadfile", "dofile", "package", "io", "os",
              "debug", "warn",
              "module", "setfenv", "getfenv", "unpack"}
            for _, name in ipairs(names) do if _G[name] ~= nil then return name end end
            for _, name in ipairs({"dump", "pack", "unpack", "packsize"}) do if string[name] then return name end end
            if coroutine.close or math.randomseed then return "close or randomseed" end
            return "none"
            """
        #expect(try Bench().text(source) == "none")
    }

    @Test("Each function of stock Lua stands in the threat model, and those there are and no others are offered")
    func names() throws {
        let source = """
            local all = {}
            for k, v in pairs(_G) do
              if type(v) == "table" and v ~= _G then
                local whole = k == "package" or k == "io" or k == "os" or k == "debug"
                if whole then all[#all + 1] = k else for n in pairs(v) do all[#all + 1] = k .. "." .. n end end
              else all[#all + 1] = k end
            end
            table.sort(all)
            return table.concat(all, " ")
            """
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "../../docs/threat-model.md")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        var offered: Set<String> = []
        var dropped: Set<String> = []
        for row in rows {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            let names = cells[1].split(separator: "`").filter { $0.contains { $0.isLetter } }.map(String.init)
            if cells[2].contains("dropped") { dropped.formUnion(names) } else { offered.formUnion(names) }
        }
        let ours = Set(try Bench().text(source).split(separator: " ").map(String.init))
        let stock = try #require(StockLua()).text(source).split(separator: " ").map(String.init)
        #expect(ours.symmetricDifference(offered).isEmpty)
        #expect(Set(stock).symmetricDifference(offered.union(dropped)).isEmpty)
    }

    @Test(
        "Bounded functions say so before they work",
        arguments: [
            ("return ('x'):rep(1e9)", "resulting string too large"),
            ("return ('x'):rep(300000)", "resulting string too large"),
            ("return ('x'):rep(1e18, 'y')", "resulting string too large"),
            ("return table.unpack({}, 1, 5000)", "too many results to unpack (at most 4096)"),
            ("return table.unpack({}, math.mininteger, math.maxinteger)", "too many results to unpack (at most 4096)"),
            ("return table.concat({}, '', 1, math.maxinteger)", "too many elements (at most 65536)"),
            ("return table.move({}, 1, 1e6, 2)", "too many elements (at most 65536)"),
            ("return ('x'):rep(5000):byte(1, -1)", "string slice too long (at most 4096 bytes)"),
            ("return utf8.codepoint(('x'):rep(5000), 1, -1)", "string slice too long (at most 4096 bytes)"),
            (
                "local t = {} for i = 1, 40 do t[i] = ('x'):rep(10000) end return table.concat(t)",
                "resulting string too large"
            ),
            ("return (('x'):rep(100)):gsub('x', ('y'):rep(10000))", "resulting string too large"),
            (
                "local t = {} for i = 1, 40 do t[i] = ('x'):rep(9e3) end return ('%s'):rep(40):format(table.unpack(t))",
                "resulting string too large"
            ),
            (
                "return string.format('%p', {})",
                "string.format: '%p' is not available here, addresses differ between runs"
            ),
        ])
    func bounded(_ source: String, _ expected: String) throws {
        let failure = try #require(try Bench().failure(source))
        #expect(failure.kind == .runtime)
        #expect(failure.text == expected)
    }

    @Test("rep of nothing ends at once")
    func emptyRep() throws {
        #expect(try Bench().text("return (''):rep(1e18)") == "")
    }
}
