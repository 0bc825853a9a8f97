import Wording

/// Reads the columns of one row of a binary COPY, from left to right; nothing is allocated but texts and bytes.
///
/// A column that is missing, NULL or of another width is an `unexpectedResult`. Columns left unread are skipped.
public struct PostgresCopyRow {
    public let columns: Int
    private let buffer: UnsafeRawBufferPointer
    private var position: Int
    private var column = 0

    static let malformed = PostgresError.unexpectedResult(
        Message("The server's COPY stream is malformed", fr: "Le flux COPY du serveur est mal formé"))

    init(_ bytes: UnsafeRawBufferPointer, from position: Int, columns: Int) {
        self.buffer = bytes
        self.position = position
        self.columns = columns
    }

    public mutating func int64() throws(PostgresError) -> Int64 {
        Int64(bigEndian: try fixed("bigint"))
    }

    public mutating func int32() throws(PostgresError) -> Int32 {
        Int32(bigEndian: try fixed("integer"))
    }

    public mutating func int16() throws(PostgresError) -> Int16 {
        Int16(bigEndian: try fixed("smallint"))
    }

    public mutating func double() throws(PostgresError) -> Double {
        Double(bitPattern: UInt64(bigEndian: try fixed("double precision")))
    }

    public mutating func bool() throws(PostgresError) -> Bool {
        let byte: UInt8 = try fixed("boolean")
        return byte != 0
    }

    public mutating func text() throws(PostgresError) -> String {
        guard let value = try optionalText() else { throw mismatch("text") }
        return value
    }

    public mutating func bytes() throws(PostgresError) -> [UInt8] {
        guard let value = try field() else { throw mismatch("bytea") }
        return Array(value)
    }

    public mutating func numericText() throws(PostgresError) -> NumericText {
        guard let value = try optionalNumericText() else { throw mismatch("numeric") }
        return value
    }

    public mutating func optionalInt64() throws(PostgresError) -> Int64? {
        try nextIsNull() ? nil : int64()
    }

    public mutating func optionalDouble() throws(PostgresError) -> Double? {
        try nextIsNull() ? nil : double()
    }

    public mutating func optionalText() throws(PostgresError) -> String? {
        try field().map { String(decoding: $0, as: UTF8.self) }
    }

    public mutating func optionalNumericText() throws(PostgresError) -> NumericText? {
        guard let value = try field() else { return nil }
        guard let number = NumericWire.decode(value) else { throw mismatch("numeric") }
        return number
    }

    public mutating func skip() throws(PostgresError) {
        _ = try field()
    }

    /// Whether the next column is NULL; a NULL is passed over.
    private mutating func nextIsNull() throws(PostgresError) -> Bool {
        guard column < columns, let length = buffer.int32(at: position) else { throw mismatch("a column") }
        guard length < 0 else { return false }
        position += 4
        column += 1
        return true
    }

    @inline(__always)
    private mutating func fixed<Number: FixedWidthInteger>(_ name: StaticString) throws(PostgresError) -> Number {
        let size = MemoryLayout<Number>.size
        guard column < columns, buffer.count - position >= 4 + size,
            Int32(bigEndian: buffer.loadUnaligned(fromByteOffset: position, as: Int32.self)) == Int32(size)
        else { throw mismatch(name.description) }
        let value = buffer.loadUnaligned(fromByteOffset: position + 4, as: Number.self)
        position += 4 + size
        column += 1
        return value
    }

    private mutating func field() throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard column < columns, let length = buffer.int32(at: position) else { throw mismatch("a column") }
        column += 1
        position += 4
        guard length >= 0 else { return nil }
        guard buffer.count - position >= Int(length) else { throw Self.malformed }
        defer { position += Int(length) }
        return UnsafeRawBufferPointer(rebasing: buffer[position..<position + Int(length)])
    }

    private func mismatch(_ expected: String) -> PostgresError {
        .unexpectedResult(
            Message(
                "Column \(column + 1) of \(columns) of the COPY is missing, NULL or of another "
                    + "type: expected \(expected)",
                fr: "La colonne \(column + 1) sur \(columns) du COPY manque, est NULL ou d'un autre type : attendu "
                    + "\(expected)"))
    }

    /// The place after the row.
    mutating func end() throws(PostgresError) -> Int {
        while column < columns { try skip() }
        return position
    }

    static func headerLength(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) -> Int {
        guard bytes.count >= 19, bytes.prefix(7).elementsEqual("PGCOPY\n".utf8), let extra = bytes.int32(at: 15),
            extra >= 0, bytes.count >= 19 + Int(extra)
        else { throw malformed }
        return 19 + Int(extra)
    }
}
