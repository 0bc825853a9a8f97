import Wording

/// What to write instead, where a line that Lua refuses looks like another language.
enum SyntaxHint {
    /// The hint for a syntax error in a line of the source, 1-based; nil where the line looks like Lua.
    static func hint(source: String, line: Int) -> Message? {
        let lines = source.split(separator: "\n", maxSplits: max(0, line), omittingEmptySubsequences: false)
        guard line >= 1, line <= lines.count else { return nil }
        let code = withoutTexts(lines[line - 1])
        return foreignSigns(in: code) ?? foreignWords(in: code)
    }

    /// The line without its comment, blanks at both ends, and the contents of texts in quotes.
    private static func withoutTexts(_ line: Substring) -> String {
        var code = ""
        var quote: Character?
        var previous: Character = " "
        for character in line {
            if let open = quote {
                if character == open, previous != "\\" { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
                code.append("\"")
            } else if character == "-", previous == "-" {
                code.removeLast()
                break
            } else {
                code.append(character)
            }
            previous = character
        }
        return String(code.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\r" || $0 == ";" }.reversed())
    }

    private static func foreignSigns(in code: String) -> Message? {
        let signs = [
            ("!=", "~="), ("&&", "and"), ("||", "or"), ("+=", "x = x + 1"), ("-=", "x = x - 1"), ("*=", "x = x * 2"),
            ("++", "x = x + 1"), ("===", "=="), ("=>", "function(x) return … end"), ("!", "not x"),
        ]
        for (sign, lua) in signs where code.contains(sign) { return write(lua, for: sign) }
        if code.hasPrefix("#") || code.hasPrefix("//") || code.hasPrefix("/*") { return write("-- …", for: "# //") }
        if code.contains("?") { return write("condition and a or b", for: "condition ? a : b") }
        return nil
    }

    private static func foreignWords(in code: String) -> Message? {
        let words = code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        switch words.first {
        case "elif": return write("elseif", for: "elif")
        case "def", "func", "fn": return write("function name() … end", for: words[0])
        case "let", "var", "const": return write("local", for: words[0])
        case "import", "from": return write("local ta = require \"ta\"", for: words[0])
        case "class": return write("local S = Strategy { … }", for: "class")
        case "switch", "match": return write("if … elseif … end", for: words[0])
        case "try": return write("pcall(f)", for: "try")
        case "local" where words.dropFirst().first == "function" && code.contains(":"):
            return write("function S:name()", for: "local function S:name()")
        case "if", "elseif", "while": return condition(code, words)
        case "for" where code.hasSuffix(":") || code.hasSuffix("{") || words.contains("range"):
            return write("for i = 1, n do … end", for: "for …")
        default: return code.hasSuffix(":") && words.first == "else" ? write("else", for: "else:") : nil
        }
    }

    private static func condition(_ code: String, _ words: [String]) -> Message? {
        let word = words.first == "while" ? "do" : "then"
        if code.hasSuffix(":") || code.hasSuffix("{") {
            return write("\(words[0]) … \(word) … end", for: "\(words[0]) …\(code.last ?? ":")")
        }
        var signs = code
        for comparison in ["==", "~=", "<=", ">="] { signs = signs.replacing(comparison, with: " ") }
        if signs.contains("=") { return write("==", for: "=") }
        return words.contains(word) ? nil : write("\(words[0]) … \(word) … end", for: "\(words[0]) …")
    }

    private static func write(_ lua: String, for foreign: String) -> Message {
        Message("in Lua, \(foreign) is written \(lua)", fr: "en Lua, \(foreign) s'écrit \(lua)")
    }
}
