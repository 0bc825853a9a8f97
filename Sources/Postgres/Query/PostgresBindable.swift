import Foundation
import Wording

/// A value that can stand in a query as `\(value)`; it travels beside the text of the statement, never in it.
public protocol PostgresBindable: Sendable {
    /// The type a NULL of this kind has.
    static var nullType: UInt32 { get }
    func bind(into binds: inout PostgresBinds) throws(PostgresError)
}

extension Int64: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.int8 }
    public func bind(into binds: inout PostgresBinds) { binds.append(PostgresType.int8, bigEndian: self) }
}

extension Int: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.int8 }
    public func bind(into binds: inout PostgresBinds) { binds.append(PostgresType.int8, bigEndian: Int64(self)) }
}

extension Int32: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.int4 }
    public func bind(into binds: inout PostgresBinds) { binds.append(PostgresType.int4, bigEndian: self) }
}

extension Int16: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.int2 }
    public func bind(into binds: inout PostgresBinds) { binds.append(PostgresType.int2, bigEndian: self) }
}

/// Any value of the type, infinities and NaN included: `double precision` has them too.
extension Double: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.float8 }
    public func bind(into binds: inout PostgresBinds) { binds.append(PostgresType.float8, bigEndian: bitPattern) }
}

extension Bool: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.bool }
    public func bind(into binds: inout PostgresBinds) {
        binds.append(PostgresType.bool, bigEndian: UInt8(self ? 1 : 0))
    }
}

/// A text takes the type of the place where it stands (text, jsonb, uuid, an enumeration …), as a quoted literal does.
/// Where nothing tells the type, write `\(text)::text`.
extension String: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.inferred }
    public func bind(into binds: inout PostgresBinds) throws(PostgresError) {
        try PostgresText.check(self)
        try binds.append(PostgresType.inferred, binary: false, utf8)
    }
}

extension Data: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.bytea }
    public func bind(into binds: inout PostgresBinds) throws(PostgresError) {
        try binds.append(PostgresType.bytea, binary: true, self)
    }
}

extension NumericText: PostgresBindable {
    public static var nullType: UInt32 { PostgresType.numeric }
    public func bind(into binds: inout PostgresBinds) throws(PostgresError) {
        var wire: [UInt8] = []
        NumericWire.encode(self, into: &wire)
        try binds.append(PostgresType.numeric, binary: true, wire)
    }
}

enum PostgresText {
    /// Throws for a text that holds a NUL character, which PostgreSQL cannot store.
    static func check(_ text: String) throws(PostgresError) {
        guard text.utf8.contains(0) else { return }
        throw .refusedValue(
            Message(
                "A text holds the character U+0000, which PostgreSQL cannot store: remove it, or use bytea",
                fr: "Un texte contient le caractère U+0000, que PostgreSQL ne peut pas stocker : retirez-le, ou "
                    + "utilisez bytea"))
    }
}
