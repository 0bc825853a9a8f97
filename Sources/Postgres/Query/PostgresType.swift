/// Object identifiers of PostgreSQL's built-in types (`src/include/catalog/pg_type.dat`); they never change.
enum PostgresType {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let name: UInt32 = 19
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let oid: UInt32 = 26
    static let json: UInt32 = 114
    static let xml: UInt32 = 142
    static let float4: UInt32 = 700
    static let float8: UInt32 = 701
    static let unknown: UInt32 = 705
    static let character: UInt32 = 18
    static let bpchar: UInt32 = 1042
    static let varchar: UInt32 = 1043
    static let timestamptz: UInt32 = 1184
    static let numeric: UInt32 = 1700
    static let uuid: UInt32 = 2950
    static let jsonb: UInt32 = 3802
    static let boolArray: UInt32 = 1000
    static let byteaArray: UInt32 = 1001
    static let int8Array: UInt32 = 1016
    static let textArray: UInt32 = 1009
    static let float8Array: UInt32 = 1022
    /// Leaves the type to the server, which finds it from where the parameter stands.
    static let inferred: UInt32 = 0

    /// Types whose binary form is their text.
    static func isText(_ type: UInt32) -> Bool {
        switch type {
        case text, varchar, bpchar, name, json, xml, unknown, character: true
        default: false
        }
    }

    static func name(of type: UInt32) -> String {
        switch type {
        case bool: "boolean"
        case bytea: "bytea"
        case int8: "bigint"
        case int2: "smallint"
        case int4: "integer"
        case text: "text"
        case varchar: "varchar"
        case float4: "real"
        case float8: "double precision"
        case numeric: "numeric"
        case jsonb: "jsonb"
        case json: "json"
        case uuid: "uuid"
        case timestamptz: "timestamptz"
        case int8Array: "bigint[]"
        case textArray: "text[]"
        default: "type \(type)"
        }
    }
}
