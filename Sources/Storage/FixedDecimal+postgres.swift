import Market
import Postgres
import Wording

/// Exact on both sides: `numeric` in the database, never a floating-point number on the way.
extension FixedDecimal: PostgresBindable {
    public static var nullType: UInt32 { NumericText.nullType }

    public func bind(into binds: inout PostgresBinds) throws(PostgresError) {
        try NumericText(description).bind(into: &binds)
    }
}

extension PostgresRow {
    func amount(_ column: PostgresColumn) throws -> FixedDecimal {
        try Self.amount(try numericText(column))
    }

    func optionalAmount(_ column: PostgresColumn) throws -> FixedDecimal? {
        try optionalNumericText(column).map(Self.amount)
    }

    func time(_ column: PostgresColumn) throws(PostgresError) -> Timestamp {
        Timestamp(milliseconds: try int64(column))
    }

    func optionalTime(_ column: PostgresColumn) throws(PostgresError) -> Timestamp? {
        try optionalInt64(column).map(Timestamp.init(milliseconds:))
    }

    /// Two columns, `<name>_en` and `<name>_fr`.
    func optionalMessage(_ name: String) throws(PostgresError) -> Message? {
        guard let english = try optionalText(.named(name + "_en")),
            let french = try optionalText(.named(name + "_fr"))
        else { return nil }
        return Message(english, fr: french)
    }

    /// The columns' own checks keep every amount within what `FixedDecimal` holds.
    private static func amount(_ text: NumericText) throws -> FixedDecimal {
        guard let amount = FixedDecimal(text.text) else {
            throw StorageError.damaged(
                Message("a stored amount is out of range", fr: "un montant gardé est hors limites"))
        }
        return amount
    }
}
