import LuaRuntime
import Testing

@testable import StrategyHost

@Suite("The names the lint knows are the sandbox's")
struct LintSandboxTests {
    private static func names(of expression: String) throws -> Set<String> {
        let machine = try LuaMachine()
        let source = """
            local names = {}
            for name in pairs(\(expression)) do names[#names + 1] = name end
            return table.concat(names, " ")
            """
        let answers = try machine.run(source.utf8, name: "names")
        return Set((answers.first?.text ?? "").split(separator: " ").map(String.init))
    }

    @Test("Lua's own globals are the ones kept")
    func globals() throws {
        // `require` is the host's, `random` and the rest are the strategy host's.
        let found = try Self.names(of: "_G").subtracting(["require"])
        #expect(found == SandboxNames.lua)
    }

    @Test("Fields of the standard tables", arguments: ["coroutine", "math", "string", "table", "utf8"])
    func fields(of table: String) throws {
        #expect(try Self.names(of: table) == SandboxNames.fields[table])
    }

    @Test("What is withheld is not there", arguments: SandboxNames.withheld)
    func withheld(_ name: String) throws {
        #expect(try LuaMachine().run("return \(name) == nil".utf8, name: "names").first?.truth == true)
    }
}

extension LuaValue {
    fileprivate var truth: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }
}
