import CLuaHost
import LuaRuntime
import Testing

/// Memory running out at any step ends a call, never the process; machines come and go without leaving anything.
@Suite(.serialized) struct EnduranceTests {
    private static let busy = """
        local t = {} for i = 1, 40 do t[i] = "k" .. i t["k" .. i] = {i, x = {i}} end
        for k, v in pairs(t) do local _ = tostring(v) .. tostring(k) end
        table.sort(t, function(a, b) return a > b end) table.concat(t, ",") table.move(t, 1, 10, 5)
        local s = ("abc "):rep(300) s:gsub("%a+", function(w) return w:upper() .. w end)
        for w in s:gmatch("(%a)(%a)") do local _ = w end
        string.format("%s %5.2f %q", s, 1.5, "a\\nb")
        local C = setmetatable({}, {__index = function(t, k) return k .. "!" end, __tostring = function() return "C"
          end})
        local r = C.foo .. tostring(C)
        local co = coroutine.wrap(function(a) for i = 1, 5 do a = a + coroutine.yield({a}) end error("end") end)
        co(1) pcall(function() for i = 1, 20 do co(i) end end)
        xpcall(function() error({1}) end, function(m) return {m} end)
        local lib = require "lib" pcall(lib.f, 1)
        return {a = 1, b = {2, 3}}
        """

    @Test("Every allocation of a call may fail, once or from then on")
    func calls() throws {
        for forever in [false, true] {
            for countdown in Int64(1)...1200 where countdown < 100 || countdown % 7 == 0 {
                let machine = try LuaMachine(limits: Bench.patient)
                try machine.addModule("lib", source: "local M = {} function M.f() error('in lib') end return M".utf8)
                ah_fail_allocation(machine.raw, countdown, forever)
                do {
                    _ = try machine.run(Self.busy.utf8, name: "user.lua")
                } catch {
                    #expect(error.kind == .memory, "allocation \(countdown): \(error)")
                }
                ah_fail_allocation(machine.raw, 0, false)
                #expect(try machine.run("return 1".utf8, name: "user.lua")[0].double == 1)
            }
        }
    }

    @Test("A machine that cannot be made fails cleanly at every allocation")
    func creation() {
        var failures = 0
        for countdown in Int64(1)...400 {
            ah_fail_creation(countdown)
            do {
                _ = try LuaMachine(limits: Bench.patient)
            } catch {
                #expect(error.kind == .memory)
                failures += 1
            }
        }
        ah_fail_creation(0)
        #expect(failures > 100)
        #expect(failures < 400, "400 allocations are more than a machine needs")
    }

    @Test("1,000 machines are made and closed; an empty one is small")
    func machines() throws {
        for _ in 0..<1000 {
            let machine = try LuaMachine(limits: Bench.patient)
            #expect(machine.memoryUsed < 40 << 10)
        }
    }

    @Test("References come and go without growing the machine")
    func references() throws {
        let bench = try Bench()
        for _ in 0..<200 { _ = try bench.machine.makeTable() }
        try bench.run("local t = {} for i = 1, 100000 do t = {} end")
        let before = bench.machine.memoryUsed
        for _ in 0..<5000 { _ = try bench.machine.makeTable() }
        try bench.run("local t = {} for i = 1, 100000 do t = {} end")
        #expect(bench.machine.memoryUsed < before + 100_000)
    }

    @Test("A limit below an empty machine is refused when it is made")
    func tooSmall() {
        var limits = LuaLimits()
        limits.memoryBytes = 4096
        #expect(throws: LuaFailure.self) { try LuaMachine(limits: limits) }
    }
}
