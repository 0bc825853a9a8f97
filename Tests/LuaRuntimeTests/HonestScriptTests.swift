import Foundation
import HostileSupport
import LuaRuntime
import Testing

/// The outputs beside the scripts were written by stock `lua5.4 NN_name.lua > NN_name.txt`; run that again after a
/// change of a script.
@Suite("Ordinary Lua means in the sandbox what it means in stock Lua 5.4")
struct HonestScriptTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Honest")
    static let names = [
        "01_format", "02_patterns", "03_sort_and_tables", "04_pairs", "05_coroutines", "06_errors", "07_metatables",
        "08_numbers", "09_utf8", "10_closures_and_scope", "11_strategy_like",
    ]

    @Test("no script is left out")
    func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.filter { $0.hasSuffix(".lua") }.sorted() == Self.names.map { "\($0).lua" })
    }

    @Test("the same output, line by line", arguments: names)
    func output(name: String) throws {
        let source = try Data(contentsOf: Self.folder.appending(path: "\(name).lua"))
        let expected = try Data(contentsOf: Self.folder.appending(path: "\(name).txt"))
        let sandbox = try ScriptSandbox(limits: LuaLimits())
        let outcome = sandbox.run([UInt8](source), name: "\(name).lua")
        #expect(outcome.kind == .harmless, "\(outcome)")
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        let stock = String(decoding: expected, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == stock.count)
        for (number, (ours, theirs)) in zip(lines, stock).enumerated() {
            #expect(ours == theirs, "line \(number + 1) of the output")
        }
    }
}
