import CLuaHost

/// A Lua value as the host sees it on the slow paths.
public enum LuaValue {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    /// Bytes that are not UTF-8 arrive as replacement characters.
    case string(String)
    /// A copy of a table's content.
    case table(LuaTable)
    /// A table or function that stays in the machine.
    case reference(LuaReference)
    case series(UnsafePointer<ah_series>)
    case bundle(UnsafePointer<ah_bundle>)
    case record(UnsafePointer<ah_record>)
    /// A number with a label of the host, which scripts can pass on but not make.
    case labelled(UInt32, Double)
    /// A function met while a table was copied.
    case function
    /// Something that only Lua knows: a coroutine, a row.
    case opaque

    /// The Lua name of the type, for messages.
    public var typeName: String {
        switch self {
        case .null: "nil"
        case .boolean: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .table: "table"
        case .reference(let reference): reference.isFunction ? "function" : "table"
        case .series: "series"
        case .bundle, .record, .labelled, .opaque: "userdata"
        case .function: "function"
        }
    }

    /// A number of either kind.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// An integer, or a float that is one.
    public var exactInteger: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    public var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    public var isTrue: Bool {
        switch self {
        case .null, .boolean(false): false
        default: true
        }
    }

    public subscript(key: String) -> LuaValue {
        if case .table(let table) = self { return table[key] }
        return .null
    }
}

/// A copy of a table: its entries in the order of the script's `pairs`.
public struct LuaTable {
    public typealias Entry = (key: LuaValue, value: LuaValue)
    public var entries: [Entry]

    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// The value under a string key; nil when there is none.
    public subscript(key: String) -> LuaValue {
        for entry in entries {
            if case .string(let name) = entry.key, name == key { return entry.value }
        }
        return .null
    }

    /// The elements 1, 2, 3 … up to the first gap.
    public var list: [LuaValue] {
        var elements: [LuaValue] = []
        for entry in entries {
            guard case .integer(let position) = entry.key, position == elements.count + 1 else { break }
            elements.append(entry.value)
        }
        return elements
    }
}

extension LuaValue {
    /// Reads a plain value; `nodes` are the entries of the tables opened with it.
    init(_ raw: ah_value, nodes: UnsafePointer<ah_node>?) {
        switch ah_kind(raw.kind) {
        case AH_BOOLEAN: self = .boolean(raw.integer != 0)
        case AH_INTEGER: self = .integer(raw.integer)
        case AH_NUMBER: self = .number(raw.number)
        case AH_STRING: self = .string(raw.string)
        case AH_TABLE: self = .table(LuaTable(raw, nodes: nodes))
        case AH_FUNCTION: self = .function
        case AH_SERIES: self = raw.series.map { .series($0) } ?? .opaque
        case AH_BUNDLE: self = raw.bundle.map { .bundle($0) } ?? .opaque
        case AH_RECORD: self = raw.record.map { .record($0) } ?? .opaque
        case AH_LABELLED: self = .labelled(raw.length, raw.number)
        case AH_NIL: self = .null
        default: self = .opaque
        }
    }
}

extension LuaTable {
    /// Depth is bounded by the limits under which the table was opened.
    init(_ raw: ah_value, nodes: UnsafePointer<ah_node>?) {
        var entries: [Entry] = []
        var at = raw.integer
        while at >= 0, let node = nodes?[Int(at)] {
            entries.append((LuaValue(node.key, nodes: nodes), LuaValue(node.value, nodes: nodes)))
            at = Int64(node.next)
        }
        self.init(entries)
    }
}

extension ah_value {
    /// The bytes of a string value; empty for every other kind.
    public var bytes: UnsafeRawBufferPointer {
        guard kind == AH_STRING.rawValue, let text else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: text, count: Int(length))
    }

    /// A copy of the string, repaired where it is not UTF-8.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Neither nil nor false.
    @inlinable public var isTrue: Bool {
        kind != AH_NIL.rawValue && !(kind == AH_BOOLEAN.rawValue && integer == 0)
    }

    /// A number of either kind.
    @inlinable public var double: Double? {
        if kind == AH_NUMBER.rawValue { return number }
        if kind == AH_INTEGER.rawValue { return Double(integer) }
        return nil
    }

    public static var null: ah_value { ah_value() }

    public static func boolean(_ value: Bool) -> ah_value {
        var raw = ah_value()
        raw.kind = AH_BOOLEAN.rawValue
        raw.integer = value ? 1 : 0
        return raw
    }

    public static func integer(_ value: Int64) -> ah_value {
        var raw = ah_value()
        raw.kind = AH_INTEGER.rawValue
        raw.integer = value
        return raw
    }

    public static func number(_ value: Double) -> ah_value {
        var raw = ah_value()
        raw.kind = AH_NUMBER.rawValue
        raw.number = value
        return raw
    }

    /// The machine copies the bytes when it is given the value; they must live until then.
    public static func string(_ bytes: UnsafeBufferPointer<CChar>) -> ah_value {
        var raw = ah_value()
        raw.kind = AH_STRING.rawValue
        raw.text = bytes.baseAddress
        raw.length = UInt32(clamping: bytes.count)
        return raw
    }

    public static func reference(_ reference: LuaReference) -> ah_value {
        var raw = ah_value()
        raw.kind = AH_REFERENCE.rawValue
        raw.integer = Int64(reference.raw)
        return raw
    }

    /// A number that carries a label of the host.
    public static func labelled(_ label: UInt32, _ value: Double) -> ah_value {
        var raw = ah_value()
        raw.kind = AH_LABELLED.rawValue
        raw.length = label
        raw.number = value
        return raw
    }

    /// As a result of a host function: the argument of this 0-based number is given back.
    public static func argument(_ number: Int) -> ah_value {
        var raw = ah_value()
        raw.kind = AH_ARGUMENT.rawValue
        raw.integer = Int64(number)
        return raw
    }
}
