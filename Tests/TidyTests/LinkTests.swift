import Foundation
import Testing

@Suite("Links of the documents")
struct LinkTests {
    /// A link of a document: `[text](target)`.
    struct Link {
        var document: String
        var target: String
    }

    static func links(in text: String, of document: String) -> [Link] {
        text.matches(of: /\]\(([^)\s]+)\)/).map { Link(document: document, target: String($0.1)) }
    }

    /// The anchors of a document's headings, as GitHub makes them.
    static func anchors(of text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                String(
                    line.drop { $0 == "#" || $0 == " " }.lowercased().compactMap { character -> Character? in
                        if character == " " { return "-" }
                        return character.isLetter || character.isNumber || character == "-" || character == "_"
                            ? character : nil
                    })
            })
    }

    /// Why a link leads nowhere; nil where it does, or points outside of the repository.
    static func fault(_ link: Link) -> String? {
        if link.target.contains("://") { return nil }
        let parts = link.target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let folder = TidyTests.root.appending(path: link.document).deletingLastPathComponent()
        let file =
            parts[0].isEmpty ? TidyTests.root.appending(path: link.document) : folder.appending(path: String(parts[0]))
        guard FileManager.default.fileExists(atPath: file.path) else { return "\(link.document): no \(link.target)" }
        guard parts.count == 2 else { return nil }
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""  // a folder has no headings
        return anchors(of: text).contains(String(parts[1])) ? nil : "\(link.document): no heading \(link.target)"
    }

    @Test("lead somewhere")
    func links() throws {
        let documents =
            try TidyTests.repository.get().map(\.path).filter { $0.hasSuffix(".md") }
            + ["README.md", "README.fr.md", "CHANGELOG.md"]
        let found = try documents.flatMap { path in
            let text = try String(contentsOf: TidyTests.root.appending(path: path), encoding: .utf8)
            return Self.links(in: text, of: path)
        }
        #expect(found.count > 20)
        let faults = found.compactMap(Self.fault)
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test("a dead one is found")
    func deadLink() {
        let samples = ["[a](nowhere.md)", "[a](README.md#no-such-heading)"]
        for sample in samples {
            #expect(Self.links(in: sample, of: "README.md").compactMap(Self.fault).count == 1)
        }
    }
}
