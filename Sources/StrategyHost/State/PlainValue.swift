/// Data without behaviour, as `self.state` holds it and log fields carry it: numbers, texts, booleans and tables.
public enum PlainValue: Sendable, Hashable {
    case bool(Bool)
    case int(Int64)
    case float(Double)
    /// Lua's strings are bytes; most are UTF-8.
    case text([UInt8])
    case table([Entry])

    /// One pair of a table.
    public struct Entry: Sendable, Hashable {
        public var key: Key
        public var value: PlainValue

        public init(_ key: Key, _ value: PlainValue) {
            self.key = key
            self.value = value
        }
    }

    /// What a table of plain data may be indexed by. Numbers come before texts, texts in the order of their bytes.
    public enum Key: Sendable, Hashable, Comparable {
        case int(Int64)
        case text([UInt8])

        public static func < (left: Key, right: Key) -> Bool {
            switch (left, right) {
            case (.int(let left), .int(let right)): left < right
            case (.int, .text): true
            case (.text, .int): false
            case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
            }
        }
    }

    public static func text(_ string: String) -> PlainValue { .text(Array(string.utf8)) }

    /// A table whose pairs are in the order of their keys.
    public static func table(_ pairs: [String: PlainValue]) -> PlainValue {
        .table(pairs.map { Entry(.text(Array($0.key.utf8)), $0.value) }.sorted { $0.key < $1.key })
    }

    /// The value a table holds under a text.
    public subscript(key: String) -> PlainValue? {
        guard case .table(let entries) = self else { return nil }
        return entries.first { $0.key == .text(Array(key.utf8)) }?.value
    }
}
