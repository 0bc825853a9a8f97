/// Writes JSON in the order of the calls. Numbers are the shortest text that reads back as the same number; what JSON
/// has no number for (NaN, infinities) is null.
///
/// `<`, `>`, `&` and the two line separators of Unicode are always escaped, so that the text may stand inside a script
/// element of a page.
public struct JSONText {
    public private(set) var text = ""
    private var needsComma = false

    public init() {}

    private mutating func separate() {
        if needsComma { text.append(",") }
        needsComma = true
    }

    /// An object; `body` writes its members.
    public mutating func object(_ body: (inout JSONText) -> Void) {
        separate()
        nest("{", "}", body)
    }

    /// An array; `body` writes its elements.
    public mutating func array(_ body: (inout JSONText) -> Void) {
        separate()
        nest("[", "]", body)
    }

    private mutating func nest(_ open: String, _ close: String, _ body: (inout JSONText) -> Void) {
        text.append(open)
        needsComma = false
        body(&self)
        text.append(close)
        needsComma = true
    }

    /// The name of the member whose value is written next.
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        text.append(":")
        needsComma = false
    }

    public mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    public mutating func number(_ value: Double) {
        separate()
        if !value.isFinite {
            text.append("null")
        } else if value == value.rounded(.towardZero), abs(value) < 1e15 {
            text.append(String(Int64(value)))
        } else {
            text.append(value.description)
        }
    }

    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        text.append(String(value))
    }

    public mutating func bool(_ value: Bool) {
        separate()
        text.append(value ? "true" : "false")
    }

    public mutating func null() {
        separate()
        text.append("null")
    }

    // Members in one call.
    public mutating func string(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    public mutating func number(_ name: String, _ value: Double?) {
        key(name)
        if let value { number(value) } else { null() }
    }

    public mutating func integer(_ name: String, _ value: some BinaryInteger) {
        key(name)
        integer(value)
    }

    public mutating func bool(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    public mutating func object(_ name: String, _ body: (inout JSONText) -> Void) {
        key(name)
        object(body)
    }

    public mutating func array(_ name: String, _ body: (inout JSONText) -> Void) {
        key(name)
        array(body)
    }

    private mutating func quote(_ value: String) {
        text.append("\"")
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text.append("\\\"")
            case "\\": text.append("\\\\")
            case "\n": text.append("\\n")
            case "\r": text.append("\\r")
            case "\t": text.append("\\t")
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1f}", "\u{7f}":
                let digits = String(scalar.value, radix: 16)
                text.append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text.append("\"")
    }
}
