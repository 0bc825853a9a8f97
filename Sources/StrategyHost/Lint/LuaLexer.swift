/// The text is not Lua; the syntax stage of the checker says so in Lua's own words, so no details are kept here.
struct NotLua: Error {}

/// Splits a Lua 5.4 source into tokens, one at a time, in time linear in the source.
struct LuaLexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(_ source: String) {
        bytes = Array(source.utf8)
    }

    mutating func next() throws(NotLua) -> LuaToken {
        try skipBlanks()
        let startLine = line
        let startColumn = position - lineStart + 1
        let kind = try scan()
        return LuaToken(kind: kind, line: startLine, column: startColumn)
    }

    private mutating func scan() throws(NotLua) -> LuaToken.Kind {
        guard let byte = peek() else { return .end }
        if byte.isNameStart { return name() }
        if byte.isDigit || (byte == .period && peek(1)?.isDigit == true) { return try number() }
        if byte == .quote || byte == .apostrophe { return .string(try shortString(closedBy: byte)) }
        if byte == .leftBracket, let level = longBracketLevel() { return .string(try longString(level: level)) }
        return try symbol()
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Steps over one byte; a line end of two bytes (`\r\n`, `\n\r`) counts once.
    private mutating func advance() {
        let byte = bytes[position]
        position += 1
        guard byte == .lineFeed || byte == .carriageReturn else { return }
        if let other = peek(), other != byte, other == .lineFeed || other == .carriageReturn { position += 1 }
        line += 1
        lineStart = position
    }

    private mutating func skipBlanks() throws(NotLua) {
        while let byte = peek() {
            if byte.isBlank {
                advance()
            } else if byte == .minus, peek(1) == .minus {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(NotLua) {
        position += 2
        if peek() == .leftBracket, let level = longBracketLevel() {
            _ = try longString(level: level)
            return
        }
        while let byte = peek(), byte != .lineFeed, byte != .carriageReturn { position += 1 }
    }

    private mutating func name() -> LuaToken.Kind {
        let start = position
        while let byte = peek(), byte.isNamePart { position += 1 }
        let word = text(start..<position)
        return LuaToken.keywords.contains(word) ? .keyword(word) : .name(word)
    }

    private mutating func number() throws(NotLua) -> LuaToken.Kind {
        let start = position
        let isHexadecimal = peek() == .zero && (peek(1).map { $0 | 0x20 } == UInt8(ascii: "x"))
        let exponent = UInt8(ascii: isHexadecimal ? "p" : "e")
        while let byte = peek(), byte.isNamePart || byte == .period {
            position += 1
            if byte | 0x20 == exponent, let sign = peek(), sign == .minus || sign == UInt8(ascii: "+") { position += 1 }
        }
        let written = text(start..<position)
        if let value = Double(written) { return .number(value) }
        // Swift wants an exponent after a hexadecimal fraction and digits around the point; Lua does not.
        let padded = written.hasPrefix(".") ? "0" + written : written
        if let value = Double(padded) ?? Double(padded + "0") ?? Double(padded + "p0") { return .number(value) }
        throw NotLua()
    }

    private mutating func shortString(closedBy quote: UInt8) throws(NotLua) -> String {
        position += 1
        var contents: [UInt8] = []
        while let byte = peek() {
            switch byte {
            case quote:
                position += 1
                return String(decoding: contents, as: UTF8.self)
            case .lineFeed, .carriageReturn:
                throw NotLua()
            case .backslash:
                position += 1
                try appendEscape(to: &contents)
            default:
                contents.append(byte)
                position += 1
            }
        }
        throw NotLua()
    }

    /// Reads what follows a backslash; unusual escapes are kept as written.
    private mutating func appendEscape(to contents: inout [UInt8]) throws(NotLua) {
        guard let byte = peek() else { throw NotLua() }
        switch byte {
        case .backslash, .quote, .apostrophe:
            contents.append(byte)
            position += 1
        case .lineFeed, .carriageReturn:
            contents.append(.lineFeed)
            advance()
        case UInt8(ascii: "n"):
            contents.append(.lineFeed)
            position += 1
        case UInt8(ascii: "z"):
            position += 1
            while let blank = peek(), blank.isBlank { advance() }
        default:
            contents.append(.backslash)
            contents.append(byte)
            position += 1
        }
    }

    /// The number of `=` in the long bracket that starts here; nil where none does.
    private func longBracketLevel() -> Int? {
        var level = 0
        while peek(1 + level) == .equals { level += 1 }
        return peek(1 + level) == .leftBracket ? level : nil
    }

    private mutating func longString(level: Int) throws(NotLua) -> String {
        position += level + 2
        if let byte = peek(), byte == .lineFeed || byte == .carriageReturn { advance() }
        let start = position
        while let byte = peek() {
            guard byte == .rightBracket else {
                advance()
                continue
            }
            var count = 0
            while peek(1 + count) == .equals { count += 1 }
            if count == level, peek(1 + count) == .rightBracket {
                let contents = text(start..<position)
                position += level + 2
                return contents
            }
            position += 1 + count
        }
        throw NotLua()
    }

    private mutating func symbol() throws(NotLua) -> LuaToken.Kind {
        for length in [3, 2, 1] where position + length <= bytes.count {
            let candidate = text(position..<position + length)
            guard Self.symbols.contains(candidate) else { continue }
            position += length
            return .symbol(candidate)
        }
        throw NotLua()
    }

    private static let symbols: Set<String> = [
        "...", "..", "==", "~=", "<=", ">=", "<<", ">>", "//", "::", "+", "-", "*", "/", "%", "^", "#", "&", "~", "|",
        "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".",
    ]
}

extension UInt8 {
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let apostrophe = UInt8(ascii: "'")
    fileprivate static let backslash = UInt8(ascii: "\\")
    fileprivate static let leftBracket = UInt8(ascii: "[")
    fileprivate static let rightBracket = UInt8(ascii: "]")
    fileprivate static let equals = UInt8(ascii: "=")
    fileprivate static let minus = UInt8(ascii: "-")
    fileprivate static let period = UInt8(ascii: ".")
    fileprivate static let zero = UInt8(ascii: "0")

    fileprivate var isDigit: Bool { self >= .zero && self <= UInt8(ascii: "9") }
    fileprivate var isNameStart: Bool {
        let lower = self | 0x20
        return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || self == UInt8(ascii: "_")
    }
    fileprivate var isNamePart: Bool { isNameStart || isDigit }
    fileprivate var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
}
