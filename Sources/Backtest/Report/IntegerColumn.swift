/// A column of integers for the page: zigzag LEB128, so that small numbers take one byte.
struct IntegerColumn {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity * 2)
    }

    mutating func append(_ value: Int64) {
        var rest = UInt64(bitPattern: value &<< 1 ^ value &>> 63)
        while rest >= 128 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    var base64: String { Base64Text.encode(bytes) }
}
