/// Long files hide several types in one.
struct FileLengthRule: TidyRule {
    static let productLimit = 600
    static let testLimit = 800

    let demand = "files have at most 600 lines (tests 800)"
    let badSample = SourceFile(
        path: "Sources/Market/Bad.swift", text: String(repeating: "let a = 1\n", count: productLimit + 1))

    func violations(in file: SourceFile) -> [Violation] {
        guard file.isSwift || file.isC || file.isLua || file.fileExtension == "js" else { return [] }
        let limit = file.isTest ? Self.testLimit : Self.productLimit
        guard file.lines.count > limit + 1 else { return [] }
        return [Violation(path: file.path, line: limit, message: "\(file.lines.count) lines, at most \(limit)")]
    }
}

/// Lines that fit two files side by side.
struct LineLengthRule: TidyRule {
    static let limit = 120

    let demand = "lines have at most 120 columns"
    let badSample = SourceFile(path: "Sources/Market/Bad.swift", text: String(repeating: "a", count: limit + 1))

    func violations(in file: SourceFile) -> [Violation] {
        guard file.isSwift || file.isC || file.isLua else { return [] }
        // Hostile scripts may need a line of any length.
        guard !file.path.contains("/Hostile/") else { return [] }
        return scan(file, file.lines) { line in
            line.count > Self.limit ? "\(line.count) columns, at most \(Self.limit)" : nil
        }
    }
}

/// A function that does one thing fits on a screen.
struct FunctionLengthRule: TidyRule {
    static let limit = 60

    let demand = "functions of the product have at most 60 lines"
    let badSample = SourceFile(
        path: "Sources/Market/Bad.swift",
        text: "func long() {\n" + String(repeating: "    work()\n", count: limit) + "}\n")

    func violations(in file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isProduct else { return [] }
        let code = file.code
        var found: [Violation] = []
        for (index, line) in code.enumerated() where Self.opensFunction(line) {
            guard let length = Self.bodyLength(code, from: index), length > Self.limit else { continue }
            found.append(
                Violation(path: file.path, line: index + 1, message: "function of \(length) lines, at most 60"))
        }
        return found
    }

    static func opensFunction(_ line: String) -> Bool {
        let trimmed = line.drop { $0 == " " }
        let words = trimmed.split(whereSeparator: { $0 == " " || $0 == "(" || $0 == "<" })
        guard let position = words.firstIndex(where: { $0 == "func" || $0.hasPrefix("init") }) else { return false }
        // Modifiers only may stand before it: this leaves calls such as `x = f(init: …)` alone.
        return words[..<position].allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "@" || $0 == "_" } }
            && !trimmed.contains("= ") || words[position] == "func"
    }

    /// Lines from the declaration to the brace that closes its body; nil for a requirement without a body.
    static func bodyLength(_ code: [String], from start: Int) -> Int? {
        var depth = 0
        var opened = false
        for index in start..<code.count {
            for character in code[index] {
                if character == "{" {
                    depth += 1
                    opened = true
                } else if character == "}" {
                    depth -= 1
                }
            }
            if opened, depth <= 0 { return index - start + 1 }
            // A declaration whose braces do not open within a few lines is a protocol requirement.
            if !opened, index - start > 12 { return nil }
            if depth < 0 { return nil }
        }
        return nil
    }
}
