/// The lines of a script, to find where a name was written when Lua can no longer tell.
struct ScriptLines {
    private let bytes: [UInt8]

    init(_ script: StrategyScript) {
        bytes = script.bytes
    }

    /// The number of the last line that is not empty.
    var lastLine: Int {
        guard let last = bytes.lastIndex(where: { $0 > 0x20 }) else { return 1 }
        return 1 + bytes[..<last].count { $0 == UInt8(ascii: "\n") }
    }

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
        var number = 0
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            number += 1
            if number >= from, Self.says(letters, in: Self.code(of: bytes[start..<end]), follows) { return number }
            start = end + 1
        }
        return nil
    }

    private static func says(
        _ letters: [UInt8], in line: ArraySlice<UInt8>, _ follows: (ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        guard line.count >= letters.count else { return false }
        for start in line.startIndex...(line.endIndex - letters.count)
        where line[start] == letters[0] && line[start..<(start + letters.count)].elementsEqual(letters) {
            let after = start + letters.count
            if start > line.startIndex, isWord(line[start - 1]) { continue }
            if after < line.endIndex, isWord(line[after]) { continue }
            if follows(line[after...]) { return true }
        }
        return false
    }

    /// The line up to a comment.
    private static func code(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        for place in line.indices.dropLast()
        where line[place] == UInt8(ascii: "-") && line[place + 1] == UInt8(ascii: "-") {
            return line[..<place]
        }
        return line
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        PlainText.isLetter(byte) || PlainText.isDigit(byte)
    }
}
