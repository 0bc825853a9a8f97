import Wording

/// A statement with its parameters.
///
///     let rows = try await pool.query("SELECT name FROM users WHERE id = \(id) AND kind = ANY(\(kinds))")
///
/// What is interpolated is bound: it travels apart from the text and cannot become SQL. Names of tables and columns
/// go in by `\(identifier:)`, which quotes them, another query with its parameters by `\(query)`, and SQL text that
/// the program itself has built by `\(unsafeSQL:)`.
public struct PostgresQuery: Sendable, ExpressibleByStringInterpolation {
    public private(set) var sql: String
    public private(set) var binds: PostgresBinds
    /// Where each `$n` starts in the UTF-8 of `sql`, to number them again when queries are joined.
    private var marks: [Int]
    /// Why a value could not be bound; thrown when the query is run, since an interpolation cannot throw.
    private(set) var failure: PostgresError?
    /// Texts built at run time may differ each time; they are not kept as prepared statements.
    private(set) var isFixedText: Bool

    public init(stringLiteral sql: String) {
        self.sql = sql
        binds = PostgresBinds()
        marks = []
        isFixedText = true
    }

    public init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.query
    }

    /// SQL text as it is: never build it from what a user typed.
    public init(unsafeSQL sql: String) {
        self.init(stringLiteral: sql)
        isFixedText = false
    }

    public static func + (left: PostgresQuery, right: PostgresQuery) -> PostgresQuery {
        var sum = left
        sum.append(right)
        return sum
    }

    public static func += (left: inout PostgresQuery, right: PostgresQuery) {
        left.append(right)
    }

    /// Joins queries, as in the rows of a VALUES list or the conditions of a WHERE.
    public static func joined(_ queries: some Sequence<PostgresQuery>, by separator: String) -> PostgresQuery {
        var sum = PostgresQuery(stringLiteral: "")
        for (index, query) in queries.enumerated() {
            if index > 0 { sum.append(text: separator) }
            sum.append(query)
        }
        return sum
    }

    fileprivate mutating func append(text: String) {
        sql += text
    }

    fileprivate mutating func append(unsafe text: String) {
        sql += text
        isFixedText = false
    }

    fileprivate mutating func append(_ other: PostgresQuery) {
        failure = failure ?? other.failure
        isFixedText = isFixedText && other.isFixedText
        guard !other.marks.isEmpty else {
            sql += other.sql
            return
        }
        let text = other.sql.utf8
        var position = text.startIndex
        for (index, mark) in other.marks.enumerated() {
            let start = text.index(text.startIndex, offsetBy: mark)
            sql += other.sql[position..<start]
            appendMark(binds.count + index + 1)
            position = text.index(start, offsetBy: 1 + String(index + 1).utf8.count)
        }
        sql += other.sql[position...]
        binds.append(other.binds)
    }

    fileprivate mutating func bind(_ value: some PostgresBindable) {
        appendMark(binds.count + 1)
        do throws(PostgresError) { try value.bind(into: &binds) } catch {
            failure = failure ?? error
            binds.appendNull(PostgresType.inferred)
        }
    }

    fileprivate mutating func bindNull(_ type: UInt32) {
        appendMark(binds.count + 1)
        binds.appendNull(type)
    }

    fileprivate mutating func reserve(characters: Int, binds count: Int) {
        sql.reserveCapacity(characters + count * 3)
        binds.reserve(count)
    }

    private mutating func appendMark(_ number: Int) {
        marks.append(sql.utf8.count)
        sql += "$"
        sql += String(number)
    }

    /// Throws what the server would misread: a value that could not be bound, too many of them, SQL with a NUL.
    func check() throws(PostgresError) {
        if let failure { throw failure }
        guard binds.count <= PostgresBinds.limit else {
            throw .refusedValue(
                Message(
                    "The statement has \(binds.count) parameters; PostgreSQL takes \(PostgresBinds.limit)",
                    fr: "La requête a \(binds.count) paramètres ; PostgreSQL en accepte \(PostgresBinds.limit)"))
        }
        try PostgresText.check(sql)
    }

    /// Whether a prepared statement is worth keeping: fixed text of a kind that is planned.
    var isWorthPreparing: Bool {
        guard isFixedText else { return false }
        guard binds.count == 0 else { return true }
        let word = sql.drop { $0.isWhitespace }.prefix { $0.isLetter }.uppercased()
        return ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(word)
    }
}

extension PostgresQuery {
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var query = PostgresQuery(stringLiteral: "")

        public init(literalCapacity: Int, interpolationCount: Int) {
            query.reserve(characters: literalCapacity, binds: interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) {
            query.append(text: literal)
        }

        public mutating func appendInterpolation(_ value: some PostgresBindable) {
            query.bind(value)
        }

        /// nil is NULL.
        public mutating func appendInterpolation<Value: PostgresBindable>(_ value: Value?) {
            if let value { query.bind(value) } else { query.bindNull(Value.nullType) }
        }

        public mutating func appendInterpolation(_ part: PostgresQuery) {
            query.append(part)
        }

        public mutating func appendInterpolation(unsafeSQL text: String) {
            query.append(unsafe: text)
        }

        /// The name of a table, column, role or database, in double quotes.
        public mutating func appendInterpolation(identifier name: String) {
            query.append(text: "\"" + name.replacing("\"", with: "\"\"") + "\"")
        }
    }
}
