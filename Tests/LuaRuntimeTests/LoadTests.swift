import LuaRuntime
import Testing
import Wording

/// What is accepted as a chunk, and what is said about what is not.
@Suite struct LoadTests {
    private func failure(_ bytes: [UInt8], limits: LuaLimits = Bench.patient) throws -> LuaFailure {
        let machine = try LuaMachine(limits: limits)
        do {
            _ = try machine.load(bytes, name: "user.lua")
        } catch {
            return error
        }
        Issue.record("was accepted")
        return LuaFailure(.refused, message: Message("", fr: ""), text: "")
    }

    @Test("A syntax error names its line in both languages")
    func syntax() throws {
        let failure = try failure(Array("local a = 1\nlocal b = = 2\n".utf8))
        #expect(failure.kind == .syntax)
        #expect(failure.line == 2)
        #expect(failure.chunk == "user.lua")
        #expect(failure.text == "unexpected symbol near '='")
        #expect(failure.message.french == "Erreur de syntaxe : unexpected symbol near '='")
        #expect(failure.diagnostic.code == "lua-syntax")
    }

    @Test("A byte order mark and a first line with # are skipped, and the lines stay right")
    func prefixes() throws {
        let machine = try LuaMachine(limits: Bench.patient)
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("#!/usr/bin/lua\nreturn 7".utf8)
        #expect(try machine.run(bytes, name: "user.lua")[0].double == 7)
        let wrong = try failure(Array("#!/usr/bin/lua\n\nlocal = 1".utf8))
        #expect(wrong.line == 3)
    }

    @Test("Compiled code is refused, also behind a mark or a first line")
    func compiled() throws {
        for prefix in [[], [0xEF, 0xBB, 0xBF], Array("#!x\n".utf8)] as [[UInt8]] {
            let failure = try failure(prefix + [0x1B] + Array("Lua".utf8) + [0x54, 0x00, 0x19, 0x93])
            #expect(failure.kind == .syntax)
        }
        #expect(try failure([0x1B, 0x4C, 0x75, 0x61]).text == "compiled Lua is not accepted, only text")
    }

    @Test(
        "Bytes that are not UTF-8 are refused with their line",
        arguments: [
            [0xE9], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF], [0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],
        ] as [[UInt8]])
    func encoding(_ bytes: [UInt8]) throws {
        let failure = try failure(Array("local a\n-- ".utf8) + bytes + Array("\nreturn 1".utf8))
        #expect(failure.kind == .syntax)
        #expect(failure.line == 2)
        #expect(failure.text.hasSuffix("is not UTF-8"))
        #expect(failure.message.french.contains("n'est pas de l'UTF-8"))
    }

    @Test("An empty source, zero bytes and a source that is too long are refused")
    func sizes() throws {
        #expect(try failure([]).text == "the source is empty")
        #expect(try failure([0x20, 0x00]).text == "byte 0x00 is not text")
        let long = try failure(Array(repeating: 0x20, count: 262_145))
        #expect(long.text == "the source has 262145 bytes, at most 262144 are accepted")
        #expect(long.message.french == "Erreur de syntaxe : le source a 262145 octets, au plus 262144 sont acceptés")
        _ = try LuaMachine(limits: Bench.patient).load(Array(repeating: 0x20, count: 262_144), name: "user.lua")
    }

    @Test(
        "Shapes that make the compiler or its messages slow are refused at once",
        arguments: [
            ("return a" + String(repeating: ".b", count: 101), "too many field accesses in a row"),
            (
                "return " + String(repeating: "(", count: 50) + "a" + String(repeating: ".b)", count: 50)
                    + String(repeating: ".c", count: 60), "too many field accesses in a row"
            ),
            ("return a" + String(repeating: "[b]", count: 101), "too many field accesses in a row"),
            (String(repeating: "if a then elseif b then end ", count: 1001), "too many branches (elseif)"),
            ("return a" + String(repeating: " or a", count: 5001), "too many 'and' and 'or'"),
            (String(repeating: "goto x ", count: 201), "too many goto"),
            (String(repeating: "while a do break end ", count: 2001), "too many breaks"),
            (String(repeating: "(", count: 181), "brackets nested too deeply"),
        ])
    func shapes(_ source: String, _ expected: String) throws {
        #expect(try failure(Array(source.utf8)).text == expected)
    }

    @Test(
        "No way of writing strings and comments hides a shape",
        arguments: [
            "local s = \"\\z\n\" return a%", "--\r return a%", "local s = '\\\n' return a%",
            "local s = '\\\r\n' return a%",
            "--[==[ ]] ]=] ]==] return a%", "local s = [[ ' ]] return a%", "local s = '\\'' return a%",
            "local s = '\\\\' return a%",
            "return a--[[x]]%", "local n = 0x1p4 return a%", "local n = 1. return a%",
            "local s = '\\z  \r\n \t' return a%",
            "local s = \"'\" return a%", "return a['x']%", "return (a)%", "return f(1)[2]%",
        ])
    func hiding(_ template: String) throws {
        let failure = try failure(Array(template.replacing("%", with: String(repeating: ".b", count: 101)).utf8))
        #expect(failure.text == "too many field accesses in a row")
        let short = template.replacing("%", with: String(repeating: ".b", count: 40))
        _ = try LuaMachine(limits: Bench.patient).load(short, name: "user.lua")
    }

    @Test("Long but ordinary code is accepted")
    func ordinary() throws {
        let bench = try Bench()
        let lines = (0..<2000).map { "self.items.list[\($0)].value = (self.a.b.c + other.d[1].e) * f(self.x.y, z).w" }
        _ = try bench.machine.load(lines.joined(separator: "\n"), name: "user.lua")
        let calls = (0..<3000).map { "a.b.c:m(\($0)):n().o.p()" }
        _ = try bench.machine.load(calls.joined(separator: "\n"), name: "user.lua")
        let strings =
            "return [==[ " + String(repeating: "a.b.c ( [ { ' \" ", count: 500) + "]==] -- "
            + String(repeating: "(", count: 300)
        _ = try bench.machine.load(strings, name: "user.lua")
        #expect(try bench.run("return #[[a\nb]] + #'\\'x' + 0x1p4 + (3 .. 2)").double != nil)
    }

    @Test("The name of a chunk cannot forge a place")
    func names() throws {
        let machine = try LuaMachine(limits: Bench.patient)
        let function = try machine.load("\n\nerror('x')", name: "[odd]:1: \nname")
        #expect(throws: LuaFailure.self) { try machine.call(function) }
        do {
            _ = try machine.call(function)
        } catch {
            #expect(error.line == 3)
            #expect(error.chunk == "_odd]_1_ _name")
        }
    }
}
