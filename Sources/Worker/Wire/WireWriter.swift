/// Writes values in the one form that `WireReader` accepts: equal values have equal bytes.
///
/// Whole numbers are LEB128, signed ones zigzag; doubles are their 8 bytes, least first, with one form for NaN; texts
/// and lists are preceded by their length.
public struct WireWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Empties it, keeping its memory.
    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
    }

    public mutating func byte(_ value: UInt8) {
        bytes.append(value)
    }

    public mutating func unsigned(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    public mutating func count(_ value: Int) {
        unsigned(UInt64(UInt(bitPattern: value)))
    }

    public mutating func signed(_ value: Int64) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    public mutating func int(_ value: Int) {
        signed(Int64(value))
    }

    public mutating func wide(_ value: Int128) {
        var rest = UInt128(bitPattern: (value << 1) ^ (value >> 127))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    public mutating func fixed(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func double(_ value: Double) {
        fixed(value.isNaN ? Double.nan.bitPattern : value.bitPattern)
    }

    public mutating func bool(_ value: Bool) {
        bytes.append(value ? 1 : 0)
    }

    /// Bytes as they are, without their length.
    mutating func raw(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
    }

    /// Takes back what was written after so many bytes.
    mutating func cut(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    /// Overwrites the first four bytes, least first.
    mutating func setHead(_ value: UInt32) {
        for place in 0..<4 { bytes[place] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(place))) }
    }

    public mutating func data(_ value: [UInt8]) {
        count(value.count)
        bytes.append(contentsOf: value)
    }

    public mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            count(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    /// A text from outside, cut at a character to what a reader takes.
    mutating func text(_ value: String, most: Int) {
        guard value.utf8.count > most else { return text(value) }
        var end = value.utf8.index(value.startIndex, offsetBy: most)
        while end.samePosition(in: value.unicodeScalars) == nil { end = value.utf8.index(before: end) }
        text(String(value[..<end]))
    }

    public mutating func optional<Value>(_ value: Value?, _ write: (inout WireWriter, Value) -> Void) {
        bool(value != nil)
        if let value { write(&self, value) }
    }

    public mutating func list<Value>(_ values: [Value], _ write: (inout WireWriter, Value) -> Void) {
        count(values.count)
        for value in values { write(&self, value) }
    }

    mutating func value(_ value: some WireValue) {
        value.write(to: &self)
    }

    mutating func values(_ values: [some WireValue]) {
        count(values.count)
        for value in values { value.write(to: &self) }
    }
}
