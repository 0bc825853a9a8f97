import LuaRuntime
import Testing

/// Errors are placed at the user's line and told without running any of the script's code.
@Suite struct ErrorTests {
    @Test("Errors in functions, callbacks and coroutines name their line")
    func lines() throws {
        let bench = try Bench()
        let nested = try #require(bench.failure("local function f()\n  local x = nil\n  return x.y\nend\n\nf()"))
        #expect(nested.line == 3)
        #expect(nested.text == "attempt to index a nil value (local 'x')")
        #expect(bench.failure("local t = {3, 2, 1}\ntable.sort(t, function(a, b)\n  return a.x < b\nend)")?.line == 3)
        #expect(bench.failure("local s = ('x'):gsub('x', function()\n  error('in callback')\nend)")?.line == 2)
        #expect(bench.failure("local co = coroutine.wrap(function()\n\n  error('deep')\nend)\nco()")?.line == 5)
        #expect(bench.failure("local function f() error('caller', 2) end\n\nf()")?.line == 3)
        #expect(
            bench.failure(
                "local t = setmetatable({}, {__index = function(t, k)\n  error('no ' .. k)\nend})\nreturn t.a")?.line
                == 2)
        #expect(bench.failure("error('plain', 0)")?.line == 1)
    }

    @Test("An error inside a module of the host is placed at the user's line, one in a user's module there")
    func modules() throws {
        let bench = try Bench()
        try bench.machine.addModule(
            "lib", source: "local M = {}\nfunction M.f(x) error('bad ' .. x) end\nreturn M".utf8)
        try bench.machine.addModule(
            "mine", source: "local M = {}\nfunction M.f()\n  error('bad')\nend\nreturn M".utf8, isUser: true)
        let host = try #require(bench.failure("local lib = require 'lib'\n\nlib.f(1)"))
        #expect(host.line == 3)
        #expect(host.chunk == "user.lua")
        #expect(host.text == "bad 1")
        let mine = try #require(bench.failure("local mine = require 'mine'\nmine.f()"))
        #expect(mine.line == 3)
        #expect(mine.chunk == "mine")
    }

    @Test(
        "An error object that is no text is told by its type, without calling its metamethods",
        arguments: [
            ("error({code = 1})", "(error object is a table value)"), ("error(nil)", "(error object is a nil value)"),
            ("error(true)", "(error object is a boolean value)"),
            ("error(print)", "(error object is a function value)"),
            ("error(42)", "42"), ("error(1.5)", "1.5"),
            (
                "error(setmetatable({}, {__tostring = function() while true do end end}))",
                "(error object is a table value)"
            ),
        ])
    func objects(_ source: String, _ expected: String) throws {
        let failure = try #require(try Bench().failure(source))
        #expect(failure.kind == .runtime)
        #expect(failure.text == expected)
        #expect(failure.line == 1)
    }

    @Test("A huge message is cut")
    func huge() throws {
        let failure = try #require(try Bench().failure("error(('é'):rep(100000), 0)"))
        #expect(failure.text.utf8.count <= 1_030)
    }

    @Test("A failure leaves the machine ready, and a caught one leaves no trace")
    func aftermath() throws {
        let bench = try Bench()
        #expect(bench.failure("error('x')") != nil)
        try bench.machine.addModule("broken", source: "local = 1".utf8)
        let source =
            "local _, e = pcall(require, 'broken')\nlocal _, f = pcall(require, 'broken')\nassert(e == f)\nerror('x')"
        let later = try #require(bench.failure(source))
        #expect(later.kind == .runtime)
        #expect(later.line == 4)
        #expect(try bench.run("return 5").double == 5)
    }
}
