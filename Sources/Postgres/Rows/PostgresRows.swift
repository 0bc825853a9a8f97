import CPostgres

/// The result of a statement: its rows, decoded when they are read.
public struct PostgresRows: RandomAccessCollection, Sendable {
    let result: ResultBox

    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }
    public subscript(position: Int) -> PostgresRow {
        precondition(position >= 0 && position < result.rowCount, "row \(position) of \(result.rowCount)")
        return PostgresRow(result: result, index: position)
    }

    /// Rows inserted, updated, deleted or selected.
    public var affected: Int { result.affected }
    public var columns: [String] { (0..<result.columnCount).map { result.columnName($0) } }
}

/// A libpq result, cleared with its last user. It is not changed after libpq has made it, so threads may share it.
final class ResultBox: @unchecked Sendable {
    let pointer: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columnCount = Int(PQnfields(pointer))
    }

    deinit { PQclear(pointer) }

    var status: ExecStatusType { PQresultStatus(pointer) }
    var affected: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }
    /// Such as `COMMIT` or `INSERT 0 1`.
    var tag: String { String(cString: PQcmdStatus(pointer)) }

    func columnName(_ column: Int) -> String {
        PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func type(_ column: Int) -> UInt32 { PQftype(pointer, Int32(column)) }

    /// Columns are few: comparing the names in turn is faster than a table made for each result.
    func column(named name: String) -> Int? {
        (0..<columnCount).first { column in
            guard let stored = PQfname(pointer, Int32(column)) else { return false }
            var position = stored
            for byte in name.utf8 {
                guard UInt8(bitPattern: position.pointee) == byte else { return false }
                position += 1
            }
            return position.pointee == 0
        }
    }

    /// Nil is NULL.
    func value(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        guard PQgetisnull(pointer, Int32(row), Int32(column)) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, Int32(row), Int32(column)),
            count: Int(PQgetlength(pointer, Int32(row), Int32(column))))
    }
}
