import Wording

/// What arrays may be made of, as in `= ANY(\(ids))`. An array of bytes is one value, `bytea`.
public protocol PostgresArrayElement: Sendable {
    static var arrayType: UInt32 { get }
    static func bind(_ array: [Self], into binds: inout PostgresBinds) throws(PostgresError)
}

extension Array: PostgresBindable where Element: PostgresArrayElement {
    public static var nullType: UInt32 { Element.arrayType }
    public func bind(into binds: inout PostgresBinds) throws(PostgresError) {
        try Element.bind(self, into: &binds)
    }
}

extension UInt8: PostgresArrayElement {
    public static var arrayType: UInt32 { PostgresType.bytea }
    public static func bind(_ array: [UInt8], into binds: inout PostgresBinds) throws(PostgresError) {
        try binds.append(PostgresType.bytea, binary: true, array)
    }
}

extension Int64: PostgresArrayElement {
    public static var arrayType: UInt32 { PostgresType.int8Array }
    public static func bind(_ array: [Int64], into binds: inout PostgresBinds) throws(PostgresError) {
        let wire = PostgresArrayWire.encode(array, type: PostgresType.int8) { element, bytes in
            bytes.append(bigEndian: Int32(8))
            bytes.append(bigEndian: element)
        }
        try binds.append(arrayType, binary: true, wire)
    }
}

extension Int: PostgresArrayElement {
    public static var arrayType: UInt32 { PostgresType.int8Array }
    public static func bind(_ array: [Int], into binds: inout PostgresBinds) throws(PostgresError) {
        try Int64.bind(array.map(Int64.init), into: &binds)
    }
}

extension Double: PostgresArrayElement {
    public static var arrayType: UInt32 { PostgresType.float8Array }
    public static func bind(_ array: [Double], into binds: inout PostgresBinds) throws(PostgresError) {
        let wire = PostgresArrayWire.encode(array, type: PostgresType.float8) { element, bytes in
            bytes.append(bigEndian: Int32(8))
            bytes.append(bigEndian: element.bitPattern)
        }
        try binds.append(arrayType, binary: true, wire)
    }
}

extension Bool: PostgresArrayElement {
    public static var arrayType: UInt32 { PostgresType.boolArray }
    public static func bind(_ array: [Bool], into binds: inout PostgresBinds) throws(PostgresError) {
        let wire = PostgresArrayWire.encode(array, type: PostgresType.bool) { element, bytes in
            bytes.append(bigEndian: Int32(1))
            bytes.append(element ? 1 : 0)
        }
        try binds.append(arrayType, binary: true, wire)
    }
}

extension String: PostgresArrayElement {
    public static var arrayType: UInt32 { PostgresType.textArray }
    public static func bind(_ array: [String], into binds: inout PostgresBinds) throws(PostgresError) {
        for text in array { try PostgresText.check(text) }
        let wire = PostgresArrayWire.encode(array, type: PostgresType.text) { element, bytes in
            bytes.append(bigEndian: Int32(element.utf8.count))
            bytes.append(contentsOf: element.utf8)
        }
        try binds.append(arrayType, binary: true, wire)
    }
}

/// Several values of bytes, as in `unnest(\(payloads))`.
extension Array: PostgresArrayElement where Element == UInt8 {
    public static var arrayType: UInt32 { PostgresType.byteaArray }
    public static func bind(_ array: [[UInt8]], into binds: inout PostgresBinds) throws(PostgresError) {
        let wire = PostgresArrayWire.encode(array, type: PostgresType.bytea) { element, bytes in
            bytes.append(bigEndian: Int32(element.count))
            bytes.append(contentsOf: element)
        }
        try binds.append(arrayType, binary: true, wire)
    }
}

/// The binary form of one-dimensional arrays: dimensions, has-null flag, element type, length, lower bound, elements
/// (`array_send` in PostgreSQL's `arrayfuncs.c`).
enum PostgresArrayWire {
    static func encode<Element>(
        _ array: [Element], type: UInt32, element: (Element, inout [UInt8]) -> Void
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + array.count * 12)
        bytes.append(bigEndian: Int32(array.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(0))
        bytes.append(bigEndian: type)
        guard !array.isEmpty else { return bytes }
        bytes.append(bigEndian: Int32(array.count))
        bytes.append(bigEndian: Int32(1))
        for item in array { element(item, &bytes) }
        return bytes
    }

    /// Nil where the bytes are no one-dimensional array of `type` without NULL.
    static func decode<Element>(
        _ bytes: UnsafeRawBufferPointer, type: UInt32, element: (UnsafeRawBufferPointer) -> Element?
    ) -> [Element]? {
        guard bytes.count >= 12, let dimensions = bytes.int32(at: 0),
            bytes.int32(at: 8).map(UInt32.init(bitPattern:)) == type
        else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = bytes.int32(at: 12), count >= 0 else { return nil }
        var elements: [Element] = []
        var position = 20
        for _ in 0..<count {
            guard let length = bytes.int32(at: position), length >= 0, bytes.count - position - 4 >= Int(length),
                let value = element(UnsafeRawBufferPointer(rebasing: bytes[(position + 4)...].prefix(Int(length))))
            else { return nil }
            elements.append(value)
            position += 4 + Int(length)
        }
        return elements
    }
}

extension UnsafeRawBufferPointer {
    /// Nil past the end.
    func int32(at offset: Int) -> Int32? {
        guard offset >= 0, count - offset >= 4 else { return nil }
        return Int32(bigEndian: loadUnaligned(fromByteOffset: offset, as: Int32.self))
    }

    func int16(at offset: Int) -> Int16? {
        guard offset >= 0, count - offset >= 2 else { return nil }
        return Int16(bigEndian: loadUnaligned(fromByteOffset: offset, as: Int16.self))
    }
}

extension [UInt8] {
    mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
