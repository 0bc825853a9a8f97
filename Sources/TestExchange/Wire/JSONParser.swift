/// Reads JSON (RFC 8259) of bounded size and depth.
struct JSONParser {
    /// Arrays and objects within one another.
    static let deepest = 16

    struct Failure: Error, Equatable {
        /// Where it stopped making sense, in bytes from the start.
        let offset: Int
    }

    private let bytes: [UInt8]
    private var at = 0

    static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.at == bytes.count else { throw Failure(offset: parser.at) }
        return value
    }

    static func parse(_ text: String) throws(Failure) -> JSONValue {
        try parse(Array(text.utf8))
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        skipSpace()
        guard at < bytes.count, depth <= Self.deepest else { throw Failure(offset: at) }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONValue {
        at += 1
        var members: [(name: String, value: JSONValue)] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw Failure(offset: at) }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw Failure(offset: at) }
            members.append((name, try value(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw Failure(offset: at) }
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> JSONValue {
        at += 1
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw Failure(offset: at) }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Failure) -> JSONValue {
        let matches = word.withUTF8Buffer { bytes[at...].starts(with: $0) }
        guard matches else { throw Failure(offset: at) }
        at += word.utf8CodeUnitCount
        return value
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = at
        _ = take(UInt8(ascii: "-"))
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[at - whole] != UInt8(ascii: "0") else { throw Failure(offset: start) }
        if take(UInt8(ascii: ".")) {
            guard digits() > 0 else { throw Failure(offset: at) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw Failure(offset: at) }
        }
        return .number(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57 { at += 1 }
        return at - start
    }

    private mutating func string() throws(Failure) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 {
            at += 1
        }
        guard at < bytes.count else { throw Failure(offset: at) }
        if bytes[at] == UInt8(ascii: "\"") {
            defer { at += 1 }
            return try text(bytes[start..<at])
        }
        return try escapedString(Array(bytes[start..<at]))
    }

    /// The rest of a string from its first escape on.
    private mutating func escapedString(_ beginning: [UInt8]) throws(Failure) -> String {
        var result = beginning
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(result[...])
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0..<0x20: throw Failure(offset: at - 1)
            default: result.append(byte)
            }
        }
        throw Failure(offset: at)
    }

    private mutating func escape(into result: inout [UInt8]) throws(Failure) {
        guard at < bytes.count else { throw Failure(offset: at) }
        let letter = bytes[at]
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(letter)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try hexadecimal())
            if (0xD800..<0xDC00).contains(code) {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw Failure(offset: at) }
                let low = UInt32(try hexadecimal())
                guard (0xDC00..<0xE000).contains(low) else { throw Failure(offset: at) }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw Failure(offset: at) }
            result.append(contentsOf: Array(String(scalar).utf8))
        default: throw Failure(offset: at - 1)
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt16 {
        guard at + 4 <= bytes.count,
            let code = UInt16(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16), bytes[at] != 43
        else { throw Failure(offset: at) }
        at += 4
        return code
    }

    private func text(_ slice: ArraySlice<UInt8>) throws(Failure) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw Failure(offset: slice.startIndex) }
        return text
    }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }
}
