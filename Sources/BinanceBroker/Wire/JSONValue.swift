import Market

/// One value inside a document.
struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    private var node: JSONNode { document.nodes[index] }

    var isNull: Bool { node.kind == .null }
    var isArray: Bool { node.kind == .array }
    var isObject: Bool { node.kind == .object }

    /// The member of an object; nil when there is none, or when this is no object.
    subscript(name: StaticString) -> JSONValue? {
        let node = node
        guard node.kind == .object else { return nil }
        let length = name.utf8CodeUnitCount
        var at = index + 1
        while at < Int(node.next) {
            let key = document.nodes[at]
            if Int(key.end - key.start) == length, matches(key, name) {
                return JSONValue(document: document, index: at + 1)
            }
            at = Int(document.nodes[at + 1].next)
        }
        return nil
    }

    private func matches(_ key: JSONNode, _ name: StaticString) -> Bool {
        for offset in 0..<name.utf8CodeUnitCount
        where document.bytes[Int(key.start) + offset] != name.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The elements of an array; none when this is no array.
    var elements: JSONElements {
        JSONElements(document: document, at: index + 1, end: node.kind == .array ? Int(node.next) : index + 1)
    }

    /// The text of a string.
    var text: String? {
        let node = node
        switch node.kind {
        case .text: return raw(node)
        case .escapedText: return unescaped(node)
        default: return nil
        }
    }

    var bool: Bool? {
        switch node.kind {
        case .yes: true
        case .no: false
        default: nil
        }
    }

    /// A whole number, exactly.
    var int64: Int64? {
        let node = node
        guard node.kind == .number else { return nil }
        return Int64(raw(node))
    }

    /// A decimal, as the venue writes one: in a string, or bare. Exact; nil where it has more digits than are kept.
    var decimal: FixedDecimal? {
        let node = node
        guard node.kind == .text || node.kind == .number else { return nil }
        return FixedDecimal(raw(node))
    }

    /// The same for candles, which are counted in `Double`: the nearest one.
    var double: Double? {
        let node = node
        guard node.kind == .text || node.kind == .number else { return nil }
        return fastDouble(node) ?? Double(raw(node))
    }

    /// Up to 15 digits without sign and exponent: both sides of the one division are exact.
    private func fastDouble(_ node: JSONNode) -> Double? {
        var mantissa: Int64 = 0
        var digits = 0
        var scale: Double = 1
        var sawPoint = false
        for at in Int(node.start)..<Int(node.end) {
            let byte = document.bytes[at]
            if byte == UInt8(ascii: "."), !sawPoint, digits > 0 {
                sawPoint = true
                continue
            }
            guard byte >= 48, byte <= 57, digits < 15 else { return nil }
            mantissa = mantissa * 10 + Int64(byte - 48)
            digits += 1
            if sawPoint { scale *= 10 }
        }
        return digits > 0 ? Double(mantissa) / scale : nil
    }

    private func raw(_ node: JSONNode) -> String {
        String(decoding: document.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self)
    }

    private func unescaped(_ node: JSONNode) -> String {
        var units: [UInt16] = []
        var result = ""
        var plain: [UInt8] = []
        var at = Int(node.start)
        func flushPlain() {
            result += String(decoding: plain, as: UTF8.self)
            plain.removeAll(keepingCapacity: true)
        }
        func flushUnits() {
            result += String(decoding: units, as: UTF16.self)
            units.removeAll(keepingCapacity: true)
        }
        while at < Int(node.end) {
            let byte = document.bytes[at]
            guard byte == UInt8(ascii: "\\") else {
                flushUnits()
                plain.append(byte)
                at += 1
                continue
            }
            flushPlain()
            let escape = document.bytes[at + 1]
            at += 2
            guard escape == UInt8(ascii: "u") else {
                units.append(UInt16(Self.escaped(escape)))
                continue
            }
            // The reader has seen that four hexadecimal digits follow.
            units.append(document.bytes[at..<at + 4].reduce(0) { $0 << 4 | UInt16(Self.hexDigit($1) ?? 0) })
            at += 4
        }
        flushPlain()
        flushUnits()
        return result
    }

    private static func escaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        default: byte
        }
    }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}

/// The elements of an array, one after the other.
struct JSONElements: Sequence, IteratorProtocol {
    let document: JSONDocument
    fileprivate(set) var at: Int
    let end: Int

    mutating func next() -> JSONValue? {
        guard at < end else { return nil }
        defer { at = Int(document.nodes[at].next) }
        return JSONValue(document: document, index: at)
    }
}
