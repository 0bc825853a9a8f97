/// The lines of a script, to find where a name was written when Lua can no longer tell.
struct ScriptLines {
    private let lines: [[UInt8]]

    init(_ script: StrategyScript) {
        lines = script.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// The number of the last line that is not empty.
    var lastLine: Int { 1 + (lines.lastIndex { line in line.contains { $0 > 0x20 } } ?? 0) }

    /// The first line from `from` on (1-based) that says `key =` outside a comment, or nil.
    func line(ofKey key: String, from: Int) -> Int? {
        find(key, from: from) { rest in
            let rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
            return rest.first == UInt8(ascii: "=") && rest.dropFirst().first != UInt8(ascii: "=")
        }
    }

    /// The first line that defines a function of that name: `function S:name(`, `S.name = function`.
    func line(ofFunction name: String) -> Int? {
        find(name, from: 1) { rest in
            let rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
            return rest.first == UInt8(ascii: "(") || rest.first == UInt8(ascii: "=")
        }
    }

    private func find(_ word: String, from: Int, follows: (ArraySlice<UInt8>) -> Bool) -> Int? {
        let letters = Array(word.utf8)
        guard !letters.isEmpty, from >= 1 else { return nil }
        for index in max(0, from - 1)..<max(lines.count, from - 1) {
            let line = Self.code(of: lines[index])
            guard line.count >= letters.count else { continue }
            for start in line.startIndex...(line.endIndex - letters.count)
            where line[start..<(start + letters.count)].elementsEqual(letters) {
                let after = start + letters.count
                if start > line.startIndex, Self.isWord(line[start - 1]) { continue }
                if after < line.endIndex, Self.isWord(line[after]) { continue }
                if follows(line[after...]) { return index + 1 }
            }
        }
        return nil
    }

    /// The line up to a comment.
    private static func code(of line: [UInt8]) -> ArraySlice<UInt8> {
        for place in line.indices.dropLast()
        where line[place] == UInt8(ascii: "-") && line[place + 1] == UInt8(ascii: "-") {
            return line[..<place]
        }
        return line[...]
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        PlainText.isLetter(byte) || PlainText.isDigit(byte)
    }
}
