import LuaRuntime
import Testing

/// require finds what the host registered, and nothing a script does reaches into it.
@Suite struct ModuleTests {
    @Test("A module is loaded once, under its own globals, and is read-only for scripts")
    func modules() throws {
        let bench = try Bench()
        try bench.machine.addModule(
            "lib",
            source:
                """
                count = (count or 0) + 1
                local M = {list = {1, 2, 3}}
                function M.up(s) return string.upper(s) end
                function M.count() return count end
                return M
                """
                .utf8)
        let source = """
            local lib = require "lib"
            assert(lib == require "lib" and lib.count() == 1 and count == nil)
            string.upper = function() return "mine" end
            assert(lib.up("x") == "X" and ("x"):upper() == "X" and string.upper("x") == "mine")
            local denied = {
              pcall(function() lib.up = nil end), pcall(function() lib.new = 1 end), pcall(rawset, lib, "up", 1),
              pcall(setmetatable, lib, {}), pcall(table.insert, lib, 1), pcall(table.sort, lib), pcall(table.remove,
                lib),
              pcall(table.move, {1}, 1, 1, 1, lib), pcall(setmetatable, {}, lib),
            }
            for i = 1, #denied do assert(denied[i] == false or type(denied[i]) == "string") end
            local names = {}
            for k, v in pairs(lib) do names[#names + 1] = k end
            local _, behind = pairs(lib)
            assert(behind == lib and getmetatable(lib) == false and next(lib) == "count" and lib.up)
            return table.concat(names, ",")
            """
        #expect(try bench.text(source) == "count,list,up")
    }

    @Test("A cycle and an unknown name are errors")
    func cycles() throws {
        let bench = try Bench()
        try bench.machine.addModule("a", source: "return require 'b'".utf8)
        try bench.machine.addModule("b", source: "return require 'a'".utf8)
        #expect(bench.failure("require 'a'")?.text.contains("requires itself") == true)
        #expect(bench.failure("require 'os'")?.text == "module 'os' not found")
        #expect(bench.failure("require('a\\0b')")?.text.contains("not found") == true)
        #expect(bench.failure("require('../etc/passwd')")?.text.contains("not found") == true)
    }

    @Test("A value of the host can be a module, and a second module of a name is refused")
    func values() throws {
        let bench = try Bench()
        let table = try bench.machine.makeTable()
        try bench.machine.set(table, "answer", .integer(42))
        try bench.machine.setModule("host", table)
        #expect(try bench.run("return require('host').answer").double == 42)
        #expect(bench.failure("require('host').answer = 1")?.text == "this table is read-only")
        try bench.machine.addModule("x", source: "return 1".utf8)
        #expect(throws: LuaFailure.self) { try bench.machine.addModule("x", source: "return 2".utf8) }
    }
}
