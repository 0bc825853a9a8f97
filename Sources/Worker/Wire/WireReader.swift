/// Reads what a `WireWriter` wrote, and trusts none of it: every length is bounded before anything is made of it, and
/// each value has one form only.
public struct WireReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var place: Int

    public init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    public var atEnd: Bool { place == bytes.endIndex }
    var remaining: Int { bytes.endIndex - place }

    /// Refuses bytes after the last value.
    public func finish() throws(WireError) {
        guard atEnd else { throw .wrong("end of the message", at: place) }
    }

    public mutating func byte() throws(WireError) -> UInt8 {
        guard place < bytes.endIndex else { throw .short(at: place) }
        defer { place += 1 }
        return bytes[place]
    }

    public mutating func unsigned() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            // Ten bytes hold 64 bits, the tenth one bit of them; a last byte of zero would be a second form.
            guard shift < 63 || (shift == 63 && next <= 1), next != 0 || shift == 0 else {
                throw .wrong("whole number", at: place)
            }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    /// A length: at most `most`, and at most what is left of the message where each part takes a byte.
    public mutating func count(_ what: String, most: Int) throws(WireError) -> Int {
        let value = try unsigned()
        guard value <= UInt64(most) else { throw .beyond(what, value, most: most) }
        guard value <= UInt64(remaining) else { throw .short(at: place) }
        return Int(value)
    }

    public mutating func signed() throws(WireError) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    public mutating func int(_ what: String, _ range: ClosedRange<Int>) throws(WireError) -> Int {
        let value = try signed()
        guard let found = Int(exactly: value), range.contains(found) else {
            throw WireError(
                "\(what) is \(value): expected \(range.lowerBound) to \(range.upperBound)",
                fr: "\(what) vaut \(value) : attendu de \(range.lowerBound) à \(range.upperBound)")
        }
        return found
    }

    public mutating func wide() throws(WireError) -> Int128 {
        var value: UInt128 = 0
        var shift: UInt128 = 0
        while true {
            let next = try byte()
            guard shift < 126 || (shift == 126 && next <= 3), next != 0 || shift == 0 else {
                throw .wrong("whole number", at: place)
            }
            value |= UInt128(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
        }
        return Int128(bitPattern: value >> 1) ^ -Int128(bitPattern: value & 1)
    }

    public mutating func fixed() throws(WireError) -> UInt64 {
        guard remaining >= 8 else { throw .short(at: place) }
        defer { place += 8 }
        return bytes.withUnsafeBytes { memory in
            UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: place - bytes.startIndex, as: UInt64.self))
        }
    }

    public mutating func double() throws(WireError) -> Double {
        let value = Double(bitPattern: try fixed())
        guard !value.isNaN || value.bitPattern == Double.nan.bitPattern else { throw .wrong("number", at: place) }
        return value
    }

    public mutating func finite(_ what: String) throws(WireError) -> Double {
        let value = try double()
        guard value.isFinite else { throw .wrong("finite \(what)", at: place) }
        return value
    }

    public mutating func bool() throws(WireError) -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        default: throw .wrong("truth value", at: place)
        }
    }

    public mutating func data(_ what: String, most: Int) throws(WireError) -> [UInt8] {
        let count = try count(what, most: most)
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    /// A text in UTF-8 of at most so many bytes.
    public mutating func text(_ what: String, most: Int) throws(WireError) -> String {
        let count = try count(what, most: most)
        guard let text = String(validating: bytes[place..<place + count], as: UTF8.self) else {
            throw .wrong("UTF-8 in \(what)", at: place)
        }
        place += count
        return text
    }

    public mutating func optional<Value>(
        _ read: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? {
        try bool() ? try read(&self) : nil
    }

    public mutating func list<Value>(
        _ what: String, most: Int, _ read: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        let count = try count(what, most: most)
        var values: [Value] = []
        // What is reserved follows what has really come, not what is said to come.
        values.reserveCapacity(min(count, 1024))
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    mutating func value<Value: WireValue>(_ type: Value.Type = Value.self) throws(WireError) -> Value {
        try Value(from: &self)
    }

    mutating func values<Value: WireValue>(
        _ what: String, most: Int, _ type: Value.Type = Value.self
    ) throws(WireError) -> [Value] {
        try list(what, most: most) { reader throws(WireError) in try Value(from: &reader) }
    }

    /// One of the cases of an enumeration by its place in the given order.
    mutating func choice<Value>(_ what: String, _ values: [Value]) throws(WireError) -> Value {
        let place = Int(try byte())
        guard place < values.count else { throw .wrong(what, at: self.place) }
        return values[place]
    }
}
