import Foundation
import Indicators
import TestSupport
import Testing
import Wording

@testable import StrategyHost

/// A fenced block of Lua in the reference, with what its first line says about it.
private struct DocumentedExample: Sendable, CustomTestStringConvertible {
    /// `full`, `methods`, `init`, `body`, or `error CODE`.
    var kind: String
    var lua: String
    /// Of the first line of the code, in the document.
    var line: Int

    var testDescription: String { "docs/lua-api.md:\(line) \(kind)" }

    /// What is checked: the example itself, or a strategy around it.
    var source: String {
        switch kind {
        case "methods": Self.strategy("\(lua)\nfunction S:init() self.fast = ta.ema(self.close, self.params.fast) end")
        case "init": Self.strategy("function S:init()\n\(lua)\nend")
        case "body":
            Self.strategy(
                """
                function S:init() self.fast = ta.ema(self.close, self.params.fast) end
                function S:should_long()
                \(lua)
                end
                """)
        default: lua
        }
    }

    private static func strategy(_ methods: String) -> String {
        """
        local ta = require "ta"
        local S = Strategy { name = "Example", timeframe = "15m", params = { fast = param.int { 10 } } }
        \(methods)
        return S
        """
    }

    static func all(in text: String) -> [DocumentedExample] {
        var found: [DocumentedExample] = []
        var block: (start: Int, lines: [Substring])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "```lua" {
                block = (index + 2, [])
            } else if line == "```", let (start, lines) = block {
                let mark = "-- example: "
                let kind = lines.first.flatMap { $0.hasPrefix(mark) ? String($0.dropFirst(mark.count)) : nil }
                found.append(
                    DocumentedExample(kind: kind ?? "unmarked", lua: lines.joined(separator: "\n"), line: start))
                block = nil
            } else {
                block?.lines.append(line)
            }
        }
        return found
    }
}

@Suite("The reference for authors")
struct DocumentationTests {
    private static let root = PackageRoot.url
    private static let text: String = {
        // A missing file leaves nothing to compare with, and every test below fails.
        (try? String(contentsOf: root.appending(path: "docs/lua-api.md"), encoding: .utf8)) ?? ""
    }()

    @Test("Every example does what it is there to show", arguments: DocumentedExample.all(in: text))
    private func example(_ example: DocumentedExample) {
        let found = StrategyChecker.check(name: "example.lua", bytes: Array(example.source.utf8))
        let errors = found.filter { $0.severity == .error }
        switch example.kind {
        case "full":
            #expect(found.isEmpty, "\(found.map { "\($0.line): \($0.message)" })")
        case "methods", "init", "body":
            #expect(errors.isEmpty, "\(errors.map { "\($0.line): \($0.message)" })")
        case let kind where kind.hasPrefix("error "):
            #expect(errors.map { "error \($0.code)" }.contains(kind), "\(errors.map(\.code))")
        default:
            Issue.record("an example that does not say what it shows")
        }
    }

    @Test("The first strategy a newcomer sees is one", arguments: ["README.md", "README.fr.md"])
    func readme(_ name: String) throws {
        let text = try String(contentsOf: Self.root.appending(path: name), encoding: .utf8)
        let examples = DocumentedExample.all(in: text)
        #expect(!examples.isEmpty)
        for example in examples {
            #expect(StrategyChecker.check(name: name, bytes: Array(example.lua.utf8)) == [])
        }
    }

    @Test("There are examples of every kind")
    func kinds() {
        let kinds = Set(DocumentedExample.all(in: Self.text).map { $0.kind.prefix { $0 != " " } })
        #expect(kinds == ["full", "methods", "init", "body", "error"])
    }

    /// With ARISTOBOT_UPDATE_DOCS set, the table is written anew instead of compared.
    @Test("Every indicator is in the table, with its arguments, defaults and outputs")
    func indicators() throws {
        let start = try #require(Self.text.range(of: "<!-- indicators -->\n"))
        let end = try #require(Self.text.range(of: "<!-- /indicators -->"))
        let written = String(Self.text[start.upperBound..<end.lowerBound])
        let expected = IndicatorCatalog.all.map(Self.row).joined()
        if ProcessInfo.processInfo.environment["ARISTOBOT_UPDATE_DOCS"] != nil {
            let updated = Self.text.replacingCharacters(in: start.upperBound..<end.lowerBound, with: expected)
            try updated.write(to: Self.root.appending(path: "docs/lua-api.md"), atomically: true, encoding: .utf8)
            return
        }
        #expect(written == expected)
    }

    private static func row(_ indicator: IndicatorDefinition) -> String {
        let inputs =
            switch indicator.inputs {
            case .value: ["series"]
            case .pair: ["a", "b"]
            case .candles: ["candles"]
            }
        var previous = ""
        let parameters = indicator.parameters.map { parameter in
            defer { previous = parameter.name }
            guard let value = parameter.defaultValue else { return "\(parameter.name) = \(previous)" }
            return "\(parameter.name) = \(Int(exactly: value).map(String.init) ?? String(value))"
        }
        let call = "ta.\(indicator.name)(\((inputs + parameters).joined(separator: ", ")))"
        let outputs = indicator.outputs.filter { !$0.isEmpty }.map { "`.\($0)`" }.joined(separator: " ")
        return "| `\(call)` | \(outputs) | \(indicator.summary.english) | \(indicator.source) |\n"
    }

    @Test("Every function of the modules is documented")
    func modules() throws {
        for module in StandardLibrary.modules.map(\.name).sorted() where module != "ta" && module != "class" {
            for name in try #require(ModuleNames.fields(of: module)).sorted() {
                let isNamed = ["`\(module).\(name)`", "`\(module).\(name)(", "`\(name)`"].contains(
                    where: Self.text.contains)
                #expect(isNamed, "\(module).\(name)")
            }
        }
    }

    @Test("Every name of the sandbox is documented, and every one that is withheld")
    func sandbox() {
        let words = Set(Self.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
        let missing = SandboxNames.globals.union(SandboxNames.withheld).subtracting(words)
        #expect(missing == ["_G", "_VERSION"])
    }

    @Test("Every code of a diagnostic is documented")
    func codes() throws {
        let folder = Self.root.appending(path: "Sources/StrategyHost")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var codes: Set<Substring> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: /code: "([a-z-]+)"/) { codes.insert(match.1) }
            for match in source.matches(of: /"([a-z]+(?:-[a-z]+)+)"/) { codes.insert(match.1) }
        }
        #expect(codes.count > 20)
        let missing = codes.filter { !Self.text.contains("`\($0)`") }
        #expect(missing.isEmpty)
    }

    @Test("Every callback is documented")
    func callbacks() {
        let missing = CallbackName.allCases.filter { !Self.text.contains("`\($0.rawValue)(") }
        #expect(missing.isEmpty)
    }
}
