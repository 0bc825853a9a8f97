/// A line for a terminal: pieces of text, each in a style, cut to the width that there is.
struct StyledLine: Sendable {
    private(set) var pieces: [(text: String, style: Console.Style?)] = []

    init() {}

    init(_ text: String, _ style: Console.Style? = nil) {
        add(text, style)
    }

    /// Control characters, which a name could bring along, are left out.
    mutating func add(_ text: String, _ style: Console.Style? = nil) {
        pieces.append((Self.printable(text), style))
    }

    /// Columns that the whole line takes.
    var width: Int { pieces.reduce(0) { $0 + Self.width($1.text) } }

    /// At most `columns` wide; what does not fit is replaced by an ellipsis.
    func text(columns: Int, hasColours: Bool) -> String {
        guard width > columns else {
            return pieces.map { Self.painted($0.text, $0.style, hasColours) }.joined()
        }
        var room = max(columns - 1, 0)
        var result = ""
        for piece in pieces {
            var part = ""
            var isCut = false
            for character in piece.text {
                let width = Self.width(character)
                guard width <= room else {
                    isCut = true
                    break
                }
                room -= width
                part.append(character)
            }
            result += Self.painted(part, piece.style, hasColours)
            if isCut { break }
        }
        return columns > 0 ? result + "…" : ""
    }

    private static func painted(_ text: String, _ style: Console.Style?, _ hasColours: Bool) -> String {
        guard let style, !text.isEmpty else { return text }
        return Console.painted(text, style, hasColours)
    }

    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate: result.append(" ")
            // Marks that turn the direction of a line, and other invisible ones.
            case .format: continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func width(_ text: String) -> Int {
        text.reduce(0) { $0 + width($1) }
    }

    /// Wide characters of East Asia and pictures take two columns, marks that go with a letter none.
    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0..<0x1100: break
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return 1
        }
    }
}
