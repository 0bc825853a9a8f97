import CPostgres
import Wording

/// Writes rows in PostgreSQL's binary COPY format, column after column in the order that the COPY names.
///
///     encoder.startRow(columns: 2)
///     encoder.append(openTime)
///     encoder.append(close)
///
/// Widths must be those of the columns: `Int64` for bigint, `Int32` for integer, `Int16` for smallint.
public struct PostgresCopyEncoder {
    private let storage: Storage
    private var failure: PostgresError?

    /// Memory that grows; a class, so that it is freed with its last user.
    private final class Storage {
        var base: UnsafeMutableRawPointer
        var capacity: Int
        var count = 0

        init(capacity: Int) {
            self.capacity = capacity
            base = .allocate(byteCount: capacity, alignment: 8)
        }

        deinit { base.deallocate() }

        @inline(__always)
        func reserve(_ extra: Int) -> UnsafeMutableRawPointer {
            if count + extra > capacity { grow(extra) }
            let place = base + count
            count += extra
            return place
        }

        private func grow(_ extra: Int) {
            let larger = max(capacity * 2, count + extra)
            let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
            moved.copyMemory(from: base, byteCount: count)
            base.deallocate()
            base = moved
            capacity = larger
        }
    }

    init(capacity: Int) {
        storage = Storage(capacity: capacity)
    }

    var count: Int { storage.count }

    public mutating func startRow(columns: Int) {
        precondition(columns >= 0 && columns <= 1_600, "PostgreSQL's tables have at most 1,600 columns")
        storage.reserve(2).storeBytes(of: UInt16(columns).bigEndian, as: UInt16.self)
    }

    public mutating func appendNull() {
        storage.reserve(4).storeBytes(of: UInt32.max, as: UInt32.self)
    }

    public mutating func append(_ value: Int64) { appendInteger(value) }
    public mutating func append(_ value: Int32) { appendInteger(value) }
    public mutating func append(_ value: Int16) { appendInteger(value) }
    public mutating func append(_ value: Double) { appendInteger(value.bitPattern) }

    public mutating func append(_ value: Bool) {
        appendInteger(UInt8(value ? 1 : 0))
    }

    public mutating func append(_ value: String) {
        do throws(PostgresError) { try PostgresText.check(value) } catch { failure = failure ?? error }
        var text = value
        text.withUTF8 { appendBytes(UnsafeRawBufferPointer($0)) }
    }

    public mutating func append(_ value: [UInt8]) {
        value.withUnsafeBytes { appendBytes($0) }
    }

    public mutating func append(_ value: NumericText) {
        var wire: [UInt8] = []
        NumericWire.encode(value, into: &wire)
        append(wire)
    }

    public mutating func append(_ value: Int64?) { if let value { append(value) } else { appendNull() } }
    public mutating func append(_ value: Double?) { if let value { append(value) } else { appendNull() } }
    public mutating func append(_ value: String?) { if let value { append(value) } else { appendNull() } }
    public mutating func append(_ value: NumericText?) { if let value { append(value) } else { appendNull() } }

    @inline(__always)
    private func appendInteger<Number: FixedWidthInteger>(_ value: Number) {
        let size = MemoryLayout<Number>.size
        let place = storage.reserve(4 + size)
        place.storeBytes(of: UInt32(size).bigEndian, as: UInt32.self)
        place.storeBytes(of: value.bigEndian, toByteOffset: 4, as: Number.self)
    }

    private func appendBytes(_ bytes: UnsafeRawBufferPointer) {
        let place = storage.reserve(4 + bytes.count)
        place.storeBytes(of: UInt32(bytes.count).bigEndian, as: UInt32.self)
        if let start = bytes.baseAddress { (place + 4).copyMemory(from: start, byteCount: bytes.count) }
    }

    /// Signature, flags, no extension (PostgreSQL manual, COPY, "Binary Format").
    mutating func appendHeader() {
        let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)
        header.withUnsafeBytes { storage.reserve($0.count).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    }

    mutating func appendTrailer() {
        storage.reserve(2).storeBytes(of: UInt16.max, as: UInt16.self)
    }

    mutating func removeAll() {
        storage.count = 0
    }

    /// Throws for a value that was refused since the start.
    func check() throws(PostgresError) {
        if let failure { throw failure }
    }

    /// In parts, since libpq counts in 32 bits.
    func send(to connection: OpaquePointer) -> Bool {
        var position = 0
        while position < storage.count {
            let length = min(storage.count - position, 1 << 28)
            let part = (storage.base + position).assumingMemoryBound(to: CChar.self)
            guard PQputCopyData(connection, part, Int32(length)) == 1 else { return false }
            position += length
        }
        return true
    }
}
