/// A rule that forbids words, each with what to use instead.
struct BannedTextRule: TidyRule {
    let demand: String
    let banned: [(text: String, instead: String)]
    let badSample: SourceFile
    /// True to look into comments and strings as well.
    let everywhere: Bool
    let applies: @Sendable (SourceFile) -> Bool

    func violations(in file: SourceFile) -> [Violation] {
        guard applies(file) else { return [] }
        return scan(file, everywhere ? file.lines : file.code) { line in
            banned.first { line.contains($0.text) }.map { "'\($0.text)': \($0.instead)" }
        }
    }
}

/// Names such as `OrderHelper` do not say what a type does.
struct VagueNameRule: TidyRule {
    let demand = "no type is called Manager, Helper, Utils or Common"
    let badSample = SourceFile(path: "Sources/Market/Bad.swift", text: "struct OrderHelper {}\n")

    func violations(in file: SourceFile) -> [Violation] {
        guard file.isSwift else { return [] }
        let declares: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
        return scan(file, file.code) { line in
            let words = line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") })
            guard let position = words.firstIndex(where: declares.contains), position + 1 < words.count else {
                return nil
            }
            let name = words[position + 1]
            let vague = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common"].first { name.hasSuffix($0) }
            return vague.map { "type '\(name)' ends in '\($0)': name what it does" }
        }
    }
}

/// An error that is dropped needs its reason where it is dropped.
struct SilentErrorRule: TidyRule {
    let demand = "every `try?` has its reason in a comment on the line or just above"
    let badSample = SourceFile(path: "Sources/Market/Bad.swift", text: "let size = try? read()\n")

    func violations(in file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isProduct else { return [] }
        let code = file.code
        return code.indices.compactMap { index in
            guard code[index].contains("try?"), code[index].contains(/\btry\?/) else { return nil }
            let above = index > 0 ? file.lines[index - 1].drop { $0 == " " } : ""
            guard !file.lines[index].contains("//"), !above.hasPrefix("//") else { return nil }
            return Violation(path: file.path, line: index + 1, message: "'try?' without its reason beside it")
        }
    }
}

/// A reader who looks for a type opens the file of that name.
struct FileNameRule: TidyRule {
    let demand = "a file declares or extends the type it is named after"
    let badSample = SourceFile(path: "Sources/Market/Prices.swift", text: "struct Price {}\n")

    func violations(in file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isProduct, file.name != "main" else { return [] }
        let name = file.name.split(separator: "+").first.map(String.init) ?? file.name
        let kinds = ["struct", "class", "enum", "actor", "protocol", "extension", "typealias", "func"]
        let declared = file.code.contains { line in
            let words = line.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }).map(String.init)
            return zip(words, words.dropFirst()).contains { kinds.contains($0) && $1.lowercased() == name.lowercased() }
        }
        guard !declared else { return [] }
        return [Violation(path: file.path, line: 1, message: "no type '\(name)' is declared or extended here")]
    }
}

/// White space that shows up as noise in a diff.
struct WhiteSpaceRule: TidyRule {
    let demand = "no tabs, no trailing white space, a newline at the end"
    let badSample = SourceFile(path: "Sources/Market/Bad.swift", text: "let a = 1 \n")

    func violations(in file: SourceFile) -> [Violation] {
        guard !file.path.contains("/Hostile/"), file.isSwift || file.isC || file.isLua else { return [] }
        var found = scan(file, file.lines) { line in
            if line.contains("\t") { return "a tab" }
            return line.last == " " ? "trailing white space" : nil
        }
        if file.lines.last != "" {
            found.append(Violation(path: file.path, line: file.lines.count, message: "no newline at the end"))
        }
        return found
    }
}
