import Market

/// The named values of a call, in the order they are sent in.
struct WireParameters: Sendable, Hashable {
    struct Item: Sendable, Hashable {
        var name: String
        var value: String
        /// Bare in the JSON of the WebSocket API; REST knows no difference.
        var isNumber: Bool
    }

    private(set) var items: [Item] = []

    mutating func add(_ name: String, _ value: String) {
        items.append(Item(name: name, value: value, isNumber: false))
    }

    mutating func add(_ name: String, number value: Int64) {
        items.append(Item(name: name, value: String(value), isNumber: true))
    }

    mutating func add(_ name: String, _ value: FixedDecimal) {
        add(name, value.description)
    }

    /// `a=1&b=2`, percent-encoded: the query of a URL or the body of a form, and what REST calls sign.
    var query: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(items.count * 24)
        for item in items {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            PercentEncoding.append(item.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            PercentEncoding.append(item.value, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What calls of the WebSocket API sign: sorted by name, and not encoded.
    var sortedText: String {
        items.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// The same as an object of JSON.
    var jsonObject: String {
        "{"
            + items.map { item in
                let value = item.isNumber ? item.value : JSONText.quoted(item.value)
                return "\(JSONText.quoted(item.name)):\(value)"
            }.joined(separator: ",") + "}"
    }
}

/// RFC 3986: everything but unreserved characters becomes `%XX` of its UTF-8 bytes.
enum PercentEncoding {
    static func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(upperHex(byte >> 4))
                bytes.append(upperHex(byte & 15))
            }
        }
    }

    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func upperHex(_ digit: UInt8) -> UInt8 { digit < 10 ? digit + 48 : digit + 55 }
}

/// Texts inside JSON that this side writes.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
