/// A type that values of columns are read as.
public protocol PostgresDecodable: Sendable {
    /// Nil where the type of the column (its object identifier) or the value does not fit.
    init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32)
}

extension Int64: PostgresDecodable {
    /// From bigint, integer, smallint and oid.
    public init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        switch (type, bytes.count) {
        case (PostgresType.int8, 8): self = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        case (PostgresType.int4, 4): self = Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case (PostgresType.int2, 2): self = Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        case (PostgresType.oid, 4): self = Int64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        default: return nil
        }
    }
}

extension Int: PostgresDecodable {
    public init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        guard let value = Int64(postgres: bytes, type: type) else { return nil }
        self.init(value)
    }
}

extension Double: PostgresDecodable {
    /// From double precision and real; integers and numeric are not read as floating point by accident.
    public init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        switch (type, bytes.count) {
        case (PostgresType.float8, 8):
            self.init(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
        case (PostgresType.float4, 4):
            self.init(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
        default: return nil
        }
    }
}

extension Bool: PostgresDecodable {
    public init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        guard type == PostgresType.bool, bytes.count == 1 else { return nil }
        self = bytes[0] != 0
    }
}

extension String: PostgresDecodable {
    /// From text and its kin, json, jsonb and uuid. Other types: cast to text in the statement.
    public init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        switch type {
        case PostgresType.jsonb where bytes.first == 1:
            self.init(decoding: bytes.dropFirst(), as: UTF8.self)
        case PostgresType.uuid where bytes.count == 16:
            let digits = Array("0123456789abcdef".utf8)
            var text: [UInt8] = []
            for (index, byte) in bytes.enumerated() {
                if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
                text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
            self.init(decoding: text, as: UTF8.self)
        case _ where PostgresType.isText(type):
            self.init(decoding: bytes, as: UTF8.self)
        default: return nil
        }
    }
}

extension NumericText: PostgresDecodable {
    /// From numeric; NaN and infinities do not fit.
    public init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        guard type == PostgresType.numeric, let value = NumericWire.decode(bytes) else { return nil }
        self = value
    }
}

/// What arrays are read of; NULL as an element does not fit.
public protocol PostgresDecodableElement: Sendable {
    static func decodeArray(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> [Self]?
}

extension Array: PostgresDecodable where Element: PostgresDecodableElement {
    public init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        guard let array = Element.decodeArray(bytes, type: type) else { return nil }
        self = array
    }
}

extension UInt8: PostgresDecodableElement {
    public static func decodeArray(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> [UInt8]? {
        type == PostgresType.bytea ? Array(bytes) : nil
    }
}

extension Int64: PostgresDecodableElement {
    public static func decodeArray(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> [Int64]? {
        guard type == PostgresType.int8Array else { return nil }
        return PostgresArrayWire.decode(bytes, type: PostgresType.int8) {
            Int64(postgres: $0, type: PostgresType.int8)
        }
    }
}

extension Double: PostgresDecodableElement {
    public static func decodeArray(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> [Double]? {
        guard type == PostgresType.float8Array else { return nil }
        return PostgresArrayWire.decode(bytes, type: PostgresType.float8) {
            Double(postgres: $0, type: PostgresType.float8)
        }
    }
}

extension String: PostgresDecodableElement {
    public static func decodeArray(_ bytes: UnsafeRawBufferPointer, type: UInt32) -> [String]? {
        guard type == PostgresType.textArray else { return nil }
        return PostgresArrayWire.decode(bytes, type: PostgresType.text) { String(decoding: $0, as: UTF8.self) }
    }
}
