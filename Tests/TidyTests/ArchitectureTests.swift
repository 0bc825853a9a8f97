import Foundation
import Testing

@Suite("The architecture document")
struct ArchitectureTests {
    private static func text() throws -> String {
        try String(contentsOf: TidyTests.root.appending(path: "docs/architecture.md"), encoding: .utf8)
    }

    /// The rows of the table of targets: names and what they may import.
    private static func rows() throws -> [(targets: [String], imports: Set<String>)] {
        try text().split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 4,
                ["C", "pure", "host", "port", "adapter", "running", "edge", "test"].contains(cells[0])
            else {
                return nil
            }
            let targets = cells[1].matches(of: /`(\w+)`/).map { String($0.1) }
            return (targets, Set(cells[3].components(separatedBy: ", ").filter { $0 != "–" }))
        }
    }

    @Test("lists the imports that the import rule allows")
    func imports() throws {
        for (targets, imports) in try Self.rows() {
            for target in targets {
                guard let allowed = ImportDirectionRule.allowed[target] else { continue }
                #expect(imports == allowed, "\(target)")
            }
        }
    }

    @Test("lists every target there is")
    func targets() throws {
        let listed = Set(try Self.rows().flatMap(\.targets))
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: TidyTests.root.appending(path: "Sources").path)
        #expect(Set(folders).subtracting(listed).isEmpty)
        #expect(Set(ImportDirectionRule.allowed.keys).subtracting(listed).isEmpty)
    }
}
