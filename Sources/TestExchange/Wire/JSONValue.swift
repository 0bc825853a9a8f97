/// JSON that came in. Numbers keep their text, since a signature covers the text and not the number.
indirect enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number as it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members in their order; a name may come twice, the reader decides what that means.
    case object([(name: String, value: JSONValue)])

    static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a.elementsEqual(b) { $0.name == $1.name && $0.value == $1.value }
        default: false
        }
    }

    /// The member of an object; nil where it is missing or this is no object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    var double: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    var flag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// What a signature covers and a parameter is: the text of a value, an array or object as compact JSON.
    var parameterText: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let text), .string(let text): text
        case .array, .object: compact
        }
    }

    /// The value as JSON without white space.
    var compact: String {
        var writer = JSONWriter()
        write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let flag): writer.value(flag)
        case .number(let text): writer.raw(Array(text.utf8))
        case .string(let text): writer.value(text)
        case .array(let items): writer.array { writer in items.forEach { $0.write(to: &writer) } }
        case .object(let members):
            writer.object { writer in
                for member in members {
                    writer.key(member.name)
                    member.value.write(to: &writer)
                }
            }
        }
    }
}
