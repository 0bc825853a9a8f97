/// One written rule of the house that a program can check.
protocol TidyRule: Sendable {
    /// What the rule asks for, as a sentence.
    var demand: String { get }
    /// A file that breaks the rule; the proof that the check is alive.
    var badSample: SourceFile { get }
    func violations(in file: SourceFile) -> [Violation]
}

struct Violation: CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

extension TidyRule {
    /// A violation for each line of `lines` in which `finding` sees something.
    func scan(_ file: SourceFile, _ lines: [String], _ finding: (String) -> String?) -> [Violation] {
        lines.enumerated().compactMap { index, line in
            finding(line).map { Violation(path: file.path, line: index + 1, message: $0) }
        }
    }
}
