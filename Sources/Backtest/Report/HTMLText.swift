/// Text of a page. What comes from outside goes in through `text` and `attribute` only, which escape it.
struct HTMLText {
    private(set) var html = ""

    /// Mark-up of our own.
    mutating func raw(_ markup: StaticString) {
        markup.withUTF8Buffer { html.append(String(decoding: $0, as: UTF8.self)) }
    }

    /// The bytes of an embedded file.
    mutating func asset(_ content: String) { html.append(content) }

    mutating func text(_ content: String) { html.append(Self.escaped(content)) }

    /// ` name="value"`
    mutating func attribute(_ name: StaticString, _ value: String) {
        raw(" ")
        raw(name)
        raw("=\"")
        text(value)
        raw("\"")
    }

    /// An element without attributes, or with a class of our own.
    mutating func element(_ name: StaticString, class kind: StaticString = "", _ content: String) {
        raw("<")
        raw(name)
        if kind.utf8CodeUnitCount > 0 {
            raw(" class=\"")
            raw(kind)
            raw("\"")
        }
        raw(">")
        text(content)
        raw("</")
        raw(name)
        raw(">")
    }

    /// Characters that HTML gives a meaning are named; control characters, which HTML forbids, are shown as U+FFFD.
    static func escaped(_ content: String) -> String {
        var out = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": out.append("&amp;")
            case "<": out.append("&lt;")
            case ">": out.append("&gt;")
            case "\"": out.append("&quot;")
            case "'": out.append("&#39;")
            case "\n", "\t": out.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}": out.append("\u{fffd}")
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
