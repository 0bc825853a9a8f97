import Wording

/// A column, by its name or by its place from 0: `row.int64("id")`, `row.int64(0)`, `row.int64(.named(name))`.
public enum PostgresColumn: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case named(String)
    case at(Int)

    public init(stringLiteral name: String) { self = .named(name) }
    public init(integerLiteral place: Int) { self = .at(place) }
}

/// One row. A column that is missing, NULL or of another type is an `unexpectedResult` that names the column.
public struct PostgresRow: Sendable {
    let result: ResultBox
    let index: Int

    public func value<Value: PostgresDecodable>(
        _ column: PostgresColumn, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        let place = try place(of: column)
        guard let bytes = result.value(index, place) else {
            throw .unexpectedResult(
                Message(
                    "Column \"\(result.columnName(place))\" is NULL where a value was expected",
                    fr: "La colonne « \(result.columnName(place)) » est NULL alors qu'une valeur était attendue"))
        }
        return try decode(bytes, place)
    }

    /// nil where the column is NULL.
    public func optional<Value: PostgresDecodable>(
        _ column: PostgresColumn, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value? {
        let place = try place(of: column)
        guard let bytes = result.value(index, place) else { return nil }
        return try decode(bytes, place) as Value
    }

    public func isNull(_ column: PostgresColumn) throws(PostgresError) -> Bool {
        result.value(index, try place(of: column)) == nil
    }

    private func place(of column: PostgresColumn) throws(PostgresError) -> Int {
        switch column {
        case .at(let place) where place >= 0 && place < result.columnCount: return place
        case .named(let name):
            if let place = result.column(named: name) { return place }
        default: break
        }
        let wanted =
            switch column {
            case .named(let name): name
            case .at(let place): String(place)
            }
        let known = (0..<result.columnCount).map { result.columnName($0) }.joined(separator: ", ")
        throw .unexpectedResult(
            Message(
                "The result has no column \"\(wanted)\"; it has \(known)",
                fr: "Le résultat n'a pas de colonne « \(wanted) » ; il a \(known)"))
    }

    private func decode<Value: PostgresDecodable>(
        _ bytes: UnsafeRawBufferPointer, _ place: Int
    ) throws(PostgresError) -> Value {
        let type = result.type(place)
        if let value = Value(postgres: bytes, type: type) { return value }
        let (column, typeName) = (result.columnName(place), PostgresType.name(of: type))
        throw .unexpectedResult(
            Message(
                "Column \"\(column)\" is \(typeName), or holds a value that does not fit: expected \(Value.self)",
                fr: "La colonne « \(column) » est de type \(typeName), ou sa valeur ne convient pas : attendu "
                    + "\(Value.self)"))
    }
}

extension PostgresRow {
    public func int64(_ column: PostgresColumn) throws(PostgresError) -> Int64 { try value(column) }
    public func int(_ column: PostgresColumn) throws(PostgresError) -> Int { try value(column) }
    public func double(_ column: PostgresColumn) throws(PostgresError) -> Double { try value(column) }
    public func bool(_ column: PostgresColumn) throws(PostgresError) -> Bool { try value(column) }
    public func text(_ column: PostgresColumn) throws(PostgresError) -> String { try value(column) }
    public func bytes(_ column: PostgresColumn) throws(PostgresError) -> [UInt8] { try value(column) }
    public func numericText(_ column: PostgresColumn) throws(PostgresError) -> NumericText { try value(column) }

    public func optionalInt64(_ column: PostgresColumn) throws(PostgresError) -> Int64? { try optional(column) }
    public func optionalInt(_ column: PostgresColumn) throws(PostgresError) -> Int? { try optional(column) }
    public func optionalDouble(_ column: PostgresColumn) throws(PostgresError) -> Double? { try optional(column) }
    public func optionalBool(_ column: PostgresColumn) throws(PostgresError) -> Bool? { try optional(column) }
    public func optionalText(_ column: PostgresColumn) throws(PostgresError) -> String? { try optional(column) }
    public func optionalBytes(_ column: PostgresColumn) throws(PostgresError) -> [UInt8]? { try optional(column) }
    public func optionalNumericText(_ column: PostgresColumn) throws(PostgresError) -> NumericText? {
        try optional(column)
    }
}
