/// Plain data as text and back: a Lua table constructor with sorted keys, so that equal data has equal bytes.
///
/// `{1,2.5,"text",levels={100,101.5},["two words"]=true}`; a float always shows a point, an exponent or is `nan`,
/// `inf`, `-inf`, so that integers stay integers.
enum PlainText {
    /// Tables within tables, beyond which data is refused.
    static let deepest = 32

    static func encode(_ value: PlainValue) -> [UInt8] {
        var out: [UInt8] = []
        write(value, to: &out)
        return out
    }

    private static func write(_ value: PlainValue, to out: inout [UInt8]) {
        switch value {
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .int(let value): out += "\(value)".utf8
        case .float(let value): out += (value.isNaN ? "nan" : "\(value)").utf8
        case .text(let bytes): writeQuoted(bytes, to: &out)
        case .table(let entries):
            out.append(UInt8(ascii: "{"))
            var next: Int64 = 1
            for (position, entry) in entries.enumerated() {
                if position > 0 { out.append(UInt8(ascii: ",")) }
                if entry.key == .int(next) {
                    next += 1
                } else {
                    writeKey(entry.key, to: &out)
                    out.append(UInt8(ascii: "="))
                }
                write(entry.value, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func writeKey(_ key: PlainValue.Key, to out: inout [UInt8]) {
        if case .text(let name) = key, isName(name) {
            out += name
            return
        }
        out.append(UInt8(ascii: "["))
        switch key {
        case .int(let value): out += "\(value)".utf8
        case .text(let bytes): writeQuoted(bytes, to: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    /// Bytes outside printable ASCII become `\ddd`, as in Lua.
    private static func writeQuoted(_ bytes: [UInt8], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0x20...0x7E: out.append(byte)
            default:
                let digits = String(byte)
                out += ("\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits).utf8
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func isName(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, isLetter(first), bytes.count <= 40 else { return false }
        // These would read back as values.
        let words = ["true", "false", "nan", "inf"]
        return bytes.allSatisfy { isLetter($0) || isDigit($0) } && !words.contains { Array($0.utf8) == bytes }
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Reads what `encode` wrote; nil for anything else.
    static func decode(_ bytes: [UInt8]) -> PlainValue? {
        var reader = PlainTextReader(bytes)
        guard let value = reader.value(depth: 0), reader.atEnd else { return nil }
        return value
    }
}

/// Reads the text form of plain data. It never runs anything, and every step consumes a byte or fails.
private struct PlainTextReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var atEnd: Bool { place == bytes.count }

    mutating func value(depth: Int) -> PlainValue? {
        guard depth <= PlainText.deepest, let byte = peek else { return nil }
        switch byte {
        case UInt8(ascii: "{"): return table(depth: depth)
        case UInt8(ascii: "\""): return quoted().map { .text($0) }
        default: return word()
        }
    }

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func word() -> PlainValue? {
        let start = place
        while let byte = peek, PlainText.isLetter(byte) || PlainText.isDigit(byte) || [0x2B, 0x2D, 0x2E].contains(byte)
        {
            place += 1
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: break
        }
        if let value = Int64(text) { return .int(value) }
        return Double(text).map { .float($0) }
    }

    private mutating func quoted() -> [UInt8]? {
        guard take("\"") else { return nil }
        var out: [UInt8] = []
        while let byte = peek {
            place += 1
            if byte == UInt8(ascii: "\"") { return out }
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard let escaped = peek else { return nil }
            if PlainText.isDigit(escaped) {
                guard place + 3 <= bytes.count,
                    let code = UInt8(String(decoding: bytes[place..<place + 3], as: UTF8.self))
                else { return nil }
                out.append(code)
                place += 3
            } else {
                out.append(escaped)
                place += 1
            }
        }
        return nil
    }

    private mutating func table(depth: Int) -> PlainValue? {
        guard take("{") else { return nil }
        var entries: [PlainValue.Entry] = []
        var next: Int64 = 1
        if take("}") { return .table([]) }
        while true {
            let start = place
            if let key = key(), take("=") {
                guard let value = value(depth: depth + 1) else { return nil }
                entries.append(PlainValue.Entry(key, value))
            } else {
                place = start
                guard let value = value(depth: depth + 1) else { return nil }
                entries.append(PlainValue.Entry(.int(next), value))
                next += 1
            }
            if take("}") { return .table(entries) }
            guard take(",") else { return nil }
        }
    }

    /// A name, `[1]` or `["text"]`.
    private mutating func key() -> PlainValue.Key? {
        if take("[") {
            let key: PlainValue.Key?
            if peek == UInt8(ascii: "\"") {
                key = quoted().map { .text($0) }
            } else if case .int(let value)? = word() {
                key = .int(value)
            } else {
                key = nil
            }
            return take("]") ? key : nil
        }
        guard let first = peek, PlainText.isLetter(first) else { return nil }
        let start = place
        while let byte = peek, PlainText.isLetter(byte) || PlainText.isDigit(byte) { place += 1 }
        return .text(Array(bytes[start..<place]))
    }
}
