import CLuaHost
import LuaRuntime
import Wording

/// A host function's refusal: the script sees an ordinary error at its line.
struct Refusal: Error {
    let message: Message

    init(_ english: String, fr french: String) {
        message = Message(english, fr: french)
    }

    init(_ message: Message) {
        self.message = message
    }
}

/// One call of a script into the host: its arguments, and where the answer goes. Valid until the function returns.
struct HostCall {
    let frame: LuaFrame

    var count: Int { frame.count }
    /// The line of the script that called; 0 where unknown.
    var line: Int { frame.line }

    /// An argument; nil's kind beyond the last one.
    func argument(_ place: Int) -> ah_value { frame.raw(place) }

    func kind(_ place: Int) -> ah_kind { argument(place).type }

    /// The argument as a number: a number, or a record that works as one, such as `self.balance`.
    func number(_ place: Int) -> Double? { argument(place).amount }

    func text(_ place: Int) -> String? { argument(place).text }

    func series(_ place: Int) -> UnsafePointer<ah_series>? { frame.series(place) }

    func bundle(_ place: Int) -> UnsafePointer<ah_bundle>? {
        let value = argument(place)
        return value.type == AH_BUNDLE ? value.bundle : nil
    }

    /// A copy of the argument as plain data; nil where it holds a function or an object of the host.
    func plain(_ place: Int) -> PlainValue? { plain(argument(place)) }

    func plain(_ value: ah_value) -> PlainValue? {
        PlainValue(value, nodes: frame.pointee.nodes)
    }

    /// The pairs of a table argument, in the order of the script's `pairs`.
    func pairs(_ place: Int) -> [(key: ah_value, value: ah_value)] { pairs(argument(place)) }

    func pairs(_ value: ah_value) -> [(key: ah_value, value: ah_value)] {
        value.pairs(in: frame.pointee.nodes)
    }

    func answer(_ value: ah_value) { frame.answer(value) }
}

extension ah_value {
    var type: ah_kind { ah_kind(rawValue: kind) }

    var isNil: Bool { kind == AH_NIL.rawValue }

    /// A number, the main value of a record that has one, or the number behind `units(q)`.
    var amount: Double? {
        if type == AH_RECORD { return record.pointee.value?.pointee }
        if type == AH_LABELLED { return number }
        return double
    }

    /// The text, with what is not UTF-8 replaced; nil for every other kind.
    var text: String? { type == AH_STRING ? string : nil }

    func pairs(in nodes: UnsafePointer<ah_node>?) -> [(key: ah_value, value: ah_value)] {
        guard type == AH_TABLE, let nodes else { return [] }
        var found: [(key: ah_value, value: ah_value)] = []
        var place = Int(integer)
        while place >= 0 {
            let node = nodes[place]
            found.append((node.key, node.value))
            place = Int(node.next)
        }
        return found
    }

    /// What the value is, for messages, with its value where that is short.
    var kindName: Message {
        switch type {
        case AH_NIL: Message("nil", fr: "nil")
        case AH_BOOLEAN: PlainValue.bool(integer != 0).kindName
        case AH_INTEGER: PlainValue.int(integer).kindName
        case AH_NUMBER: PlainValue.float(number).kindName
        case AH_STRING: PlainValue.text(Array(bytes)).kindName
        case AH_TABLE: Message("a table", fr: "une table")
        case AH_FUNCTION: Message("a function", fr: "une fonction")
        case AH_SERIES: Message("a series", fr: "une série")
        case AH_BUNDLE: Message("a set of series", fr: "un ensemble de séries")
        case AH_LABELLED: Message("units(\(shortNumber(number)))", fr: "units(\(shortNumber(number)))")
        case AH_RECORD: Message("an object of the host", fr: "un objet de l'hôte")
        default: Message("another kind of value", fr: "une valeur d'une autre sorte")
        }
    }
}

extension PlainValue {
    /// A copy of what Lua holds; nil where a function or an object of the host is in it. A record that works as a
    /// number becomes that number. Depth and size are bounded by whoever opened the table.
    init?(_ value: ah_value, nodes: UnsafePointer<ah_node>?) {
        switch value.type {
        case AH_BOOLEAN: self = .bool(value.integer != 0)
        case AH_INTEGER: self = .int(value.integer)
        case AH_NUMBER: self = .float(value.number)
        case AH_STRING: self = .text(Array(value.bytes))
        case AH_RECORD:
            guard let number = value.amount else { return nil }
            self = .float(number)
        case AH_TABLE:
            var entries: [Entry] = []
            for pair in value.pairs(in: nodes) {
                guard let key = Key(pair.key), let inner = PlainValue(pair.value, nodes: nodes) else { return nil }
                entries.append(Entry(key, inner))
            }
            self = .table(entries.sorted { $0.key < $1.key })
        default: return nil
        }
    }
}

extension PlainValue.Key {
    /// Fractions and booleans are no keys of plain data.
    init?(_ value: ah_value) {
        switch value.type {
        case AH_INTEGER: self = .int(value.integer)
        case AH_STRING: self = .text(Array(value.bytes))
        default: return nil
        }
    }
}
