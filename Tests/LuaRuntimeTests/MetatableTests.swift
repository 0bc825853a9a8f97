import LuaRuntime
import Testing

/// setmetatable vets what it is given; values see a private copy.
@Suite struct MetatableTests {
    @Test(
        "Events that would run script code behind the host's back are refused",
        arguments: ["__gc", "__close", "__mode", "__concat"])
    func refused(_ event: String) throws {
        let bench = try Bench()
        let failure = try #require(bench.failure("setmetatable({}, {\(event) = function() end})"))
        #expect(failure.text == "setmetatable: '\(event)' is not available here")
        #expect(failure.line == 1)
    }

    @Test("An event added to the table later does not reach the value")
    func addedLater() throws {
        let bench = try Bench()
        let source = """
            local called = false
            local mt = {}
            local v = setmetatable({}, mt)
            mt.__close = function() called = true end
            mt.__gc = mt.__close
            mt.__concat = mt.__close
            rawset(mt, "__mode", "k")
            local closed = pcall(function() local x <close> = v end)
            local joined = pcall(function() return v .. "x" end)
            return tostring(closed) .. tostring(joined) .. tostring(called)
            """
        #expect(try bench.text(source) == "falsefalsefalse")
    }

    @Test("__call must be a function")
    func call() throws {
        let bench = try Bench()
        #expect(bench.failure("setmetatable({}, {__call = setmetatable({}, {})})")?.kind == .runtime)
        #expect(try bench.run("return setmetatable({}, {__call = function(_, x) return x + 1 end})(41)").double == 42)
    }

    @Test("A change to the metatable is seen at the next setmetatable with it")
    func refreshed() throws {
        let source = """
            local mt = {__index = {a = 1}}
            local one = setmetatable({}, mt)
            mt.__index = {a = 2}
            local two = setmetatable({}, mt)
            return one.a + two.a * 10
            """
        #expect(try Bench().run(source).double == 22)
    }

    @Test("Classes, inheritance and operators work as everywhere")
    func classes() throws {
        let source = """
            local V = {}
            V.__index = V
            function V.new(x) return setmetatable({x = x}, V) end
            V.__add = function(a, b) return V.new(a.x + b.x) end
            V.__eq = function(a, b) return a.x == b.x end
            V.__lt = function(a, b) return a.x < b.x end
            V.__le = function(a, b) return a.x <= b.x end
            V.__len = function(a) return a.x end
            V.__unm = function(a) return V.new(-a.x) end
            V.__tostring = function(a) return "V" .. a.x end
            V.__name = "V"
            local W = setmetatable({}, {__index = V})
            W.__index = W
            local w = setmetatable({x = 7}, W)
            local a, b = V.new(1), V.new(2)
            assert(getmetatable(a) == V and rawequal(getmetatable(a), V))
            assert(a < b and a <= b and a ~= b and a + a == b and #b == 2 and (-b).x == -2)
            assert(tostring(a + b) == "V3" and w.new == V.new)
            return "ok"
            """
        #expect(try Bench().text(source) == "ok")
    }

    @Test("Strings, host values and views answer no metatable of theirs")
    func hidden() throws {
        let bench = try Bench()
        #expect(try bench.text("return tostring(getmetatable(''))") == "false")
        #expect(try bench.text("return tostring(pcall(setmetatable, '', {}))") == "false")
        #expect(try bench.text("return getmetatable(setmetatable({}, {__metatable = 'mine'}))") == "mine")
        #expect(
            bench.failure("setmetatable(setmetatable({}, {__metatable = 1}), {})")?.text
                == "cannot change a protected metatable")
    }

    @Test("The private copy is seen by no function that walks the metatable")
    func invisible() throws {
        let source = """
            local mt = {__index = {}, other = 1}
            setmetatable({}, mt)
            local n = 0
            for k in pairs(mt) do n = n + 1 end
            local k = next(mt) k = next(mt, k) k = next(mt, k)
            return n .. tostring(k)
            """
        #expect(try Bench().text(source) == "2nil")
    }
}
