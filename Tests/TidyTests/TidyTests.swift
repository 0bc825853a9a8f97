import Foundation
import TestSupport
import Testing

@Suite("The repository keeps its own rules")
struct TidyTests {
    static let root = PackageRoot.url

    @Test("each rule finds its bad sample", arguments: HouseRules.all.indices)
    func ruleIsAlive(index: Int) {
        let rule = HouseRules.all[index]
        #expect(!rule.violations(in: rule.badSample).isEmpty, "dead rule: \(rule.demand)")
    }

    @Test("the repository breaks none of them", arguments: HouseRules.all.indices)
    func repositoryIsTidy(index: Int) throws {
        let rule = HouseRules.all[index]
        let files = try Self.repository.get()
        #expect(files.count > 10)
        let found = files.flatMap { rule.violations(in: $0) }
        #expect(found.isEmpty, "\(rule.demand):\n\(found.map(\.description).joined(separator: "\n"))")
    }

    @Test("a well-made file passes every rule")
    func goodSample() {
        let good = SourceFile(
            path: "Sources/Market/Price.swift",
            text: "import Wording\n\n/// A price.\npublic struct Price {\n    func rounded() -> Self { self }\n}\n")
        for rule in HouseRules.all {
            #expect(rule.violations(in: good).isEmpty, "\(rule.demand)")
        }
    }

    /// Read once: stripping comments of every file takes longer than all rules together.
    static let repository = Result { try files() }

    /// The text files of the source folders; hidden folders and built files are left out.
    static func files() throws -> [SourceFile] {
        let folders = ["Sources", "Tests", "strategies", "stdlib-lua", "scripts", "Benchmarks", "docs"]
        let extensions: Set<String> = ["swift", "c", "h", "lua", "js", "css", "md", "py", "sh", ""]
        return try folders.flatMap { folder -> [SourceFile] in
            let base = root.appending(path: folder)
            guard
                let walk = FileManager.default.enumerator(
                    at: base, includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
            else { return [] }
            return try walk.compactMap { $0 as? URL }.sorted { $0.path < $1.path }.compactMap { url in
                guard extensions.contains(url.pathExtension),
                    try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true,
                    let text = String(data: try Data(contentsOf: url), encoding: .utf8)
                else { return nil }
                return SourceFile(path: String(url.path.dropFirst(root.path.count + 1)), text: text)
            }
        }
    }
}
