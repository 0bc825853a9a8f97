import Foundation
import TestSupport
import Testing
import Wording

@testable import StrategyHost

@Suite("The examples and modules read well")
struct ExampleLintTests {
    private static let root = PackageRoot.url

    private static func luaFiles(in folder: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: root.appending(path: folder), includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "lua" }
    }

    @Test("No Lua file of the repository has a finding", arguments: ["strategies", "stdlib-lua"])
    func clean(_ folder: String) throws {
        let files = try Self.luaFiles(in: folder)
        #expect(!files.isEmpty)
        for file in files {
            // The host gives its own modules a few names that scripts do not see.
            let isModule = folder == "stdlib-lua"
            let findings = StrategyLint.findings(source: try String(contentsOf: file, encoding: .utf8))
                .filter { !isModule || $0.code != "undefined-global" }
            #expect(findings.isEmpty, "\(file.lastPathComponent)")
        }
    }

    @Test("The checker has nothing to say about the example strategies")
    func checked() throws {
        for file in try Self.luaFiles(in: "strategies") {
            let bytes = Array(try Data(contentsOf: file))
            #expect(
                StrategyChecker.check(name: file.lastPathComponent, bytes: bytes) == [], "\(file.lastPathComponent)")
        }
    }

    @Test("Every module file is embedded in the program, and exports something")
    func embedded() throws {
        let files = try Self.luaFiles(in: "stdlib-lua")
        let names = Set(files.map { $0.deletingPathExtension().lastPathComponent })
        #expect(names == Set(StandardLibrary.modules.map(\.name)))
        for name in names.subtracting(["class"]) {
            #expect(ModuleNames.fields(of: name)?.isEmpty == false, "\(name)")
        }
    }
}
