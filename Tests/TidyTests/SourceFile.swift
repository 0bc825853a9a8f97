import Foundation

/// A text file of the repository, with its path from the root.
struct SourceFile {
    let path: String
    let lines: [String]
    /// The lines with comments and the inside of plain string literals blanked, for rules about code.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = Self.code(of: lines)
    }

    var fileExtension: String { (path as NSString).pathExtension }
    var name: String { ((path as NSString).lastPathComponent as NSString).deletingPathExtension }
    var isSwift: Bool { fileExtension == "swift" }
    var isC: Bool { fileExtension == "c" || fileExtension == "h" }
    var isLua: Bool { fileExtension == "lua" }
    var isProduct: Bool { path.hasPrefix("Sources/") }
    var isTest: Bool { path.hasPrefix("Tests/") }

    /// The target that owns the file: the folder below `Sources` or `Tests`.
    var target: String? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
        return String(parts[1])
    }

    private static func code(of lines: [String]) -> [String] {
        var inBlock = false
        var inMultilineString = false
        return lines.map { line in
            var stripper = LineStripper(inBlock: inBlock, inMultilineString: inMultilineString)
            let stripped = stripper.strip(line)
            inBlock = stripper.inBlock
            inMultilineString = stripper.inMultilineString
            return stripped
        }
    }
}

/// Blanks comments and string literals of Swift and C, one line at a time.
struct LineStripper {
    var inBlock: Bool
    var inMultilineString: Bool

    mutating func strip(_ line: String) -> String {
        var output = ""
        var rest = Substring(line)
        var inString = false
        while let character = rest.first {
            if inBlock {
                if rest.hasPrefix("*/") {
                    inBlock = false
                    rest.removeFirst(2)
                } else {
                    rest.removeFirst()
                }
            } else if inMultilineString {
                if rest.hasPrefix("\"\"\"") {
                    inMultilineString = false
                    rest.removeFirst(3)
                } else {
                    rest.removeFirst()
                }
            } else if inString {
                rest.removeFirst(character == "\\" && rest.count > 1 ? 2 : 1)
                if character == "\"" {
                    inString = false
                    output.append("\"")
                }
            } else if rest.hasPrefix("//") {
                break
            } else if rest.hasPrefix("/*") {
                inBlock = true
                rest.removeFirst(2)
            } else if rest.hasPrefix("\"\"\"") {
                inMultilineString = true
                rest.removeFirst(3)
            } else {
                inString = character == "\""
                output.append(character)
                rest.removeFirst()
            }
        }
        return output
    }
}
