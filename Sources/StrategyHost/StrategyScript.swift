import Wording

/// The text of one strategy file, known to be Lua source in UTF-8 of a bearable size.
public struct StrategyScript: Sendable, Hashable {
    /// The largest source, in bytes.
    public static let sizeLimit = 256 * 1024

    /// What diagnostics call the file.
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) throws(StrategyError) {
        self.name = name
        if let refusal = Self.refusal(of: bytes) { throw StrategyError([refusal]) }
        // A byte order mark is what some editors put before the text; it is not Lua.
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    public init(name: String, source: String) throws(StrategyError) {
        try self.init(name: name, bytes: Array(source.utf8))
    }

    /// The text, for the lint and for naming lines.
    public var source: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the text holds the word anywhere, comments and longer words included.
    func mentions(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard let first = word.first, bytes.count >= word.count else { return false }
            return (0...bytes.count - word.count).contains { start in
                bytes[start] == first && bytes[start..<start + word.count].elementsEqual(word)
            }
        }
    }

    private static func refusal(of bytes: [UInt8]) -> Diagnostic? {
        if bytes.count > sizeLimit {
            return error(
                line: 0, "too-large",
                Message(
                    "the file has \(bytes.count) bytes: expected at most \(sizeLimit)",
                    fr: "le fichier fait \(bytes.count) octets : attendu au plus \(sizeLimit)"))
        }
        if bytes.first == 0x1B {
            return error(
                line: 1, "binary",
                Message(
                    "this is compiled Lua or another binary file: expected Lua source text",
                    fr: "c'est du Lua compilé ou un autre fichier binaire : attendu du texte source Lua"))
        }
        if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) {
            return error(
                line: 0, "empty",
                Message(
                    "the file is empty: expected a strategy, return Strategy { name = …, timeframe = … }",
                    fr: "le fichier est vide : attendu une stratégie, return Strategy { name = …, timeframe = … }"))
        }
        if let place = bytes.firstIndex(of: 0) {
            return error(
                line: line(of: place, in: bytes), "binary",
                Message(
                    "the file holds a zero byte: expected Lua source text",
                    fr: "le fichier contient un octet nul : attendu du texte source Lua"))
        }
        if let place = firstBrokenCharacter(of: bytes) {
            let shown = "0x" + String(bytes[place], radix: 16, uppercase: true)
            return error(
                line: line(of: place, in: bytes), "encoding",
                Message(
                    "the byte \(shown) is not UTF-8: save the file as UTF-8",
                    fr: "l'octet \(shown) n'est pas de l'UTF-8 : enregistrez le fichier en UTF-8"))
        }
        return nil
    }

    private static func error(line: Int, _ code: String, _ message: Message) -> Diagnostic {
        Diagnostic(.error, line: line, code: code, message: message)
    }

    private static func line(of place: Int, in bytes: [UInt8]) -> Int {
        1 + bytes[..<place].count { $0 == UInt8(ascii: "\n") }
    }

    /// The index of the first byte that starts no UTF-8 character.
    private static func firstBrokenCharacter(of bytes: [UInt8]) -> Int? {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var place = 0
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let scalar): place += scalar.count
            case .emptyInput: return nil
            case .error: return place
            }
        }
    }
}
