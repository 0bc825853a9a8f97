import CPostgres
import Wording

/// The parameters of one statement in wire form, side by side in one buffer.
public struct PostgresBinds: Sendable, Hashable {
    /// PostgreSQL counts parameters in 16 bits.
    static let limit = 65_535

    private(set) var bytes: [UInt8] = []
    private(set) var types: [UInt32] = []
    /// Where each value ends in `bytes`.
    private var ends: [Int] = []
    /// -1 for NULL, else the length.
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    public init() {}

    public var count: Int { types.count }

    mutating func reserve(_ count: Int) {
        types.reserveCapacity(count)
        ends.reserveCapacity(count)
        lengths.reserveCapacity(count)
        formats.reserveCapacity(count)
        bytes.reserveCapacity(count * 12)
    }

    mutating func appendNull(_ type: UInt32) {
        close(type, binary: true, length: -1)
    }

    mutating func append<Number: FixedWidthInteger>(_ type: UInt32, bigEndian number: Number) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        close(type, binary: true, length: Int32(MemoryLayout<Number>.size))
    }

    mutating func append(_ type: UInt32, binary: Bool, _ content: some Collection<UInt8>) throws(PostgresError) {
        // The server refuses messages of more than 1 GiB; the sum of all parameters has to stay below that.
        guard bytes.count + content.count < 1 << 30 else {
            throw .refusedValue(
                Message(
                    "The parameters of the statement exceed 1 GiB",
                    fr: "Les paramètres de la requête dépassent 1 Gio"))
        }
        bytes.append(contentsOf: content)
        if !binary {
            // Parameters in text form end with a NUL for libpq.
            bytes.append(0)
        }
        close(type, binary: binary, length: Int32(content.count))
    }

    private mutating func close(_ type: UInt32, binary: Bool, length: Int32) {
        types.append(type)
        ends.append(bytes.count)
        lengths.append(length)
        formats.append(binary ? 1 : 0)
    }

    mutating func append(_ other: PostgresBinds) {
        let shift = bytes.count
        bytes += other.bytes
        types += other.types
        ends += other.ends.map { $0 + shift }
        lengths += other.lengths
        formats += other.formats
    }

    /// The four arrays that libpq wants, valid inside `body`: values (nil is NULL), lengths, formats, and the count.
    func withArrays(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Int32
    ) -> Int32 {
        let count = types.count
        guard count > 0 else { return body(0, nil, nil, nil) }
        return bytes.withUnsafeBufferPointer { buffer in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
                // An empty buffer has no address, and nil would mean NULL.
                let base = buffer.baseAddress.map { UnsafeRawPointer($0) } ?? Self.emptyValue
                for index in 0..<count {
                    let start = index == 0 ? 0 : ends[index - 1]
                    values.initializeElement(
                        at: index,
                        to: lengths[index] < 0 ? nil : (base + start).assumingMemoryBound(to: CChar.self))
                }
                return lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(Int32(count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }

    /// One byte that lives as long as the process.
    nonisolated(unsafe) private static let emptyValue: UnsafeRawPointer = {
        let byte = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
        byte.storeBytes(of: 0, as: UInt8.self)
        return UnsafeRawPointer(byte)
    }()
}
