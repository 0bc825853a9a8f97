import LuaRuntime
import Testing
import Wording

/// A function of Lua that never ends.
private let spin = "function() while true do end end"

/// Budgets end every call, whatever the script does to go on.
@Suite struct StopTests {
    private var limits: LuaLimits {
        var limits = Bench.patient
        limits.instructions = 300_000
        limits.callNanoseconds = 60_000_000_000
        return limits
    }

    @Test(
        "A loop that catches the stop is stopped all the same",
        arguments: [
            "while true do end",
            "while true do pcall(function() while true do end end) end",
            "while true do xpcall(function() while true do end end, function() while true do end end) end",
            "local function f() while true do pcall(f) end end f()",
            "local function f() pcall(f) pcall(f) end f() while true do end",
            "while true do coroutine.wrap(function() while true do end end)() end",
            "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
            "while true do coroutine.wrap(function() coroutine.yield() end)() end",
            "local function f() return coroutine.wrap(f)() end while true do pcall(f) end",
            "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
            "while true do select('#', ('x'):rep(100):byte(1, -1)) end",
            "local t = setmetatable({}, {__index = \(spin)}) while true do pcall(function() return t.x end) end",
            "local t = setmetatable({}, {__lt = \(spin)}) pcall(table.sort, {t, t, t}) while true do end",
            "table.sort({3, 2, 1}, function(a, b) while true do end end)",
            "while true do pcall(table.sort, {3, 2, 1}, function(a, b) while true do end end) end",
            "while true do pcall(string.gsub, 'xx', 'x', function() while true do end end) end",
            "local t = setmetatable({}, {__tostring = \(spin)}) pcall(tostring, t) while true do end",
            "local t = setmetatable({}, {__tostring = \(spin)}) while true do pcall(print, t) end",
            "local t = setmetatable({}, {__pairs = \(spin)}) while true do pcall(pairs, t) end",
            "while true do pcall(error, setmetatable({}, {__tostring = \(spin)})) end",
            "local s = ('a'):rep(60) while true do pcall(string.find, s, ('a-'):rep(15) .. 'b') end",
            "local s = ('a'):rep(100000) while true do s:find('%b()') end",
            "local s = ('a'):rep(100000) while true do s:upper() end",
            "local s = ('a'):rep(200000) while true do utf8.len(s) end",
            "local t = {} for i = 1, 30000 do t[i] = i end while true do table.concat(t) end",
            "local t = {} for i = 1, 30000 do t[i] = i end while true do table.insert(t, 1, 0) table.remove(t, 1) end",
            "local t = {} for i = 1, 9000 do t['k' .. i] = i end while true do next(t, 'zzz') end",
            "local t = {} for i = 1, 9000 do t['k' .. i] = i end while true do for k in pairs(t) do end end",
            "goto a ::a:: goto a",
        ])
    func stops(_ source: String) throws {
        let bench = try Bench(limits: limits)
        let failure = try #require(bench.failure(source))
        #expect(failure.kind == .instructions, "\(failure)")
        #expect(bench.machine.instructionsUsed > 299_000)
        #expect(bench.machine.memoryPeak < 33 << 20)
        #expect(try bench.run("return 1 + 1").double == 2, "the next call starts afresh")
    }

    @Test("The deadline stops a call that has instructions left, and names the line")
    func deadline() throws {
        var limits = Bench.patient
        limits.callNanoseconds = 20_000_000
        limits.instructions = .max
        let bench = try Bench(limits: limits)
        let failure = try #require(
            bench.failure("local x = 1\nwhile true do\n  pcall(function() while true do end end)\nend"))
        #expect(failure.kind == .time)
        #expect(failure.line == 3)
        #expect(failure.message.french.contains("20 ms"))
    }

    @Test("The instruction budget is exact and the same on every run")
    func exactBudget() throws {
        func used(_ count: Int) throws -> Int64 {
            let bench = try Bench()
            try bench.run("local s = 0 for i = 1, \(count) do s = s + i end")
            return bench.machine.instructionsUsed
        }
        let first = try used(10_000)
        #expect(try used(10_000) == first)
        #expect(first > 15_000 && first < 25_000)
        var small = Bench.patient
        small.instructions = first / 2
        let bench = try Bench(limits: small)
        #expect(bench.failure("local s = 0 for i = 1, 10000 do s = s + i end")?.kind == .instructions)
    }

    @Test(
        "Memory stops cannot be caught",
        arguments: [
            "local t = {} for i = 1, 1e9 do t[i] = {i} end",
            "local t = {} while true do pcall(function() for i = 1, 1e9 do t[#t + 1] = {} end end) end",
            "local s = 'x' while true do s = s .. s end",
            "local s = 'x' while true do pcall(function() s = s .. s end) end",
            "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
            "local function f() return 1 + f() end f()",
            "local function f() return 1 + f() end while true do pcall(f) end",
            "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end",
            "local t = {} for i = 1, 1e9 do t[i] = function() return t end end",
            "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end",
        ])
    func memory(_ source: String) throws {
        var limits = Bench.patient
        limits.callNanoseconds = 60_000_000_000
        limits.instructions = 1_000_000_000
        limits.memoryBytes = 4 << 20
        let bench = try Bench(limits: limits)
        let failure = try #require(bench.failure(source))
        #expect(failure.kind == .memory, "\(failure)")
        #expect(failure.line == 1)
        #expect(bench.machine.memoryPeak <= 4 << 20)
        #expect(try bench.run("return 1 + 1").double == 2)
    }

    @Test("A stop inside a coroutine names the line inside it")
    func lineInCoroutine() throws {
        let bench = try Bench(limits: limits)
        let source = "local co = coroutine.wrap(function()\n  while true do\n  end\nend)\nco()"
        #expect(bench.failure(source)?.line == 2)
    }

    @Test("Endless recursion is called so")
    func recursion() throws {
        let failure = try #require(try Bench().failure("local function f()\n  return 1 + f()\nend\nreturn f()"))
        #expect(failure.text == "stack overflow")
        #expect(failure.line == 2)
    }

    @Test("Honest recursion and honest tables fit")
    func honest() throws {
        let bench = try Bench()
        #expect(
            try bench.run("local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(4000)")
                .double == 4000)
        #expect(try bench.run("local t = {} for i = 1, 32000 do t[i] = i * 1.5 end return #t").double == 32000)
        #expect(
            try bench.run("local t = {} for i = 1, 16000 do t['key' .. i] = i end return t.key16000").double == 16000)
        #expect(
            try bench.run(
                "local t = {{}, {}, {}, {}} for i = 1, 120000 do t[i % 4 + 1][i // 4] = 'k' .. i end return #t[1] * 4"
            ).double == 120_000)
    }

    @Test("Printing beyond the budget is counted and dropped")
    func output() throws {
        var limits = Bench.patient
        limits.outputLines = 3
        limits.outputBytes = 100
        let bench = try Bench(limits: limits)
        try bench.run("for i = 1, 10 do print(i) end")
        #expect(bench.printed == ["1", "2", "3"])
        #expect(bench.machine.droppedOutput == 7)
        try bench.run("print(('x'):rep(101)) print('short')")
        #expect(bench.printed.last == "short")
        #expect(bench.machine.droppedOutput == 8)
    }
}
