import TestSupport
import Testing

@Suite("The help of every command")
struct HelpTests {
    /// What a terminal of usual width shows.
    private static let columns = 80

    let program: Program

    init() throws {
        program = try Program()
    }

    @Test(
        "fits the terminal, fills its paragraphs and says no default twice",
        arguments: ["en_GB.UTF-8", "fr_FR.UTF-8"])
    func isTidy(language: String) throws {
        #expect(try look(at: [], in: language) > 40)
    }

    @Test("is found wanting when a paragraph breaks off early")
    func canFail() {
        #expect(
            Self.faults("One of the parts, to be\nrun apart.\n\nUSAGE: x\n") == ["broken off: One of the parts, to be"])
        #expect(Self.faults("\nUSAGE: x\n  --n  So many (default: 1). (default: 1)\n") != [])
    }

    /// Looks at a command and those below it; answers how many they are.
    private func look(at command: [String], in language: String) throws -> Int {
        let text = try program.run(command + ["--help"], ["LANG": language]).output
        #expect(text.contains(language.hasPrefix("fr") ? "UTILISATION : " : "USAGE: "), "\(command)")
        #expect(Self.faults(text) == [], "\(command)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.firstIndex(where: { $0 == "SUBCOMMANDS:" || $0 == "COMMANDES :" }) else { return 1 }
        // Up to the empty line; what is indented further goes on with the line before.
        let names = lines[(start + 1)...].prefix { $0 != "" }.filter { !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        return try names.reduce(1) { count, name in try count + look(at: command + [name], in: language) }
    }

    private static func faults(_ help: String) -> [String] {
        var faults: [String] = []
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
        let usage = lines.firstIndex { $0.hasPrefix("USAGE") || $0.hasPrefix("UTILISATION") } ?? 0
        for (line, next) in zip(lines[..<usage], lines[..<usage].dropFirst()) where !next.isEmpty && !line.isEmpty {
            guard line.first != " ", next.first != " ", let word = next.split(separator: " ").first else { continue }
            // Where the parser's own "OVERVIEW: " is left out, its room stays empty.
            if line.count + 1 + word.count < columns - 11 { faults.append("broken off: \(line)") }
        }
        for line in lines where line.count > columns && !line.hasPrefix("USAGE") && !line.hasPrefix("UTILISATION") {
            faults.append("too wide: \(line)")
        }
        let flat = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if flat.contains(#/\((default|par défaut)[^()]*\)\.? \([^()]*(default|par défaut)[^()]*\)/#) {
            faults.append("a default is said twice")
        }
        return faults
    }
}
