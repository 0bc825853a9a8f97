import Foundation
import Testing

/// The tour of the README, taken as a newcomer takes it.
@Suite("What the README shows is what happens")
struct ReadmeTests {
    /// One command of a console block, and what is shown below it.
    struct Step {
        var command: [String]
        var shown: [String]
    }

    static func steps(in text: String) -> [Step] {
        var steps: [Step] = []
        var isConsole = false
        var isContinued = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isConsole = line == "```console"
            } else if isConsole, isContinued || line.hasPrefix("$ ") {
                let words = line.split(separator: " ").map(String.init).filter { $0 != "$" && $0 != "\\" }
                if isContinued {
                    steps[steps.count - 1].command += words
                } else {
                    steps.append(Step(command: words, shown: []))
                }
                isContinued = line.hasSuffix("\\")
            } else if isConsole {
                steps[steps.count - 1].shown.append(String(line))
            }
        }
        return steps
    }

    @Test("in English and in French", arguments: [("README.md", "C"), ("README.fr.md", "fr_FR.UTF-8")])
    func tour(name: String, language: String) throws {
        let program = try Program()
        try FileManager.default.createSymbolicLink(
            atPath: program.file("strategies"), withDestinationPath: Program.root + "/strategies")
        let steps = Self.steps(in: try Self.section(of: name, with: "$ aristobot new"))
        #expect(steps.count >= 8)
        var checks = 0
        for step in steps {
            if step.command[0] == "head" {
                let file = try String(contentsOfFile: program.file(step.command.last ?? ""), encoding: .utf8)
                #expect(file.split(separator: "\n").prefix(2).map(String.init) == step.shown)
                continue
            }
            if step.command[1] == "check" {
                checks += 1
                if checks == 2 { try misspell(program.file(step.command[2])) }
            }
            let answer = try program.run(Array(step.command.dropFirst()), ["LANG": language])
            #expect(answer.status == (checks == 2 && step.command[1] == "check" ? 1 : 0), "\(answer.error)")
            if !step.shown.isEmpty { #expect(Self.lines(answer.output) == step.shown.filter(Self.isFixed)) }
        }
    }

    @Test(
        "with the store, the test exchange and a broker",
        arguments: [("README.md", "C"), ("README.fr.md", "fr_FR.UTF-8")])
    func secondTour(name: String, language: String) async throws {
        let program = try Program(database: await ScratchDatabase.url())
        try FileManager.default.createSymbolicLink(
            atPath: program.file("strategies"), withDestinationPath: Program.root + "/strategies")
        // The file that the first tour has left.
        let first = Self.steps(in: try Self.section(of: name, with: "$ aristobot new"))
        let synth = try #require(first.first { $0.command.prefix(3) == ["aristobot", "candles", "synth"] })
        #expect(try program.run(Array(synth.command.dropFirst())).status == 0)
        let steps = Self.steps(in: try Self.section(of: name, with: "$ aristobot exchange"))
        #expect(steps.count >= 10)
        var environment = ["LANG": language, "ARISTOBOT_SECRET_KEY": String(repeating: "k", count: 64)]
        var exchange: ExchangeProcess?
        for step in steps {
            var command = Array(step.command.dropFirst())
            if command[0] == "exchange" {
                // Any free port in place of the one that the page names.
                let place = try #require(command.firstIndex(of: "--port"))
                command.removeSubrange(place...place + 1)
                let started = try ExchangeProcess(program, Array(command.dropFirst()))
                environment.merge(started.keys) { $1 }
                exchange = started
                continue
            }
            let url = exchange?.url ?? ""
            command = command.map { $0.replacingOccurrences(of: Self.shownURL, with: url) }
            let answer = try program.run(command, environment)
            #expect(answer.status == 0, "\(command): \(answer.error)")
            let output =
                exchange == nil ? answer.output : answer.output.replacingOccurrences(of: url, with: Self.shownURL)
            if !step.shown.isEmpty { #expect(Self.lines(output) == step.shown.filter(Self.isFixed)) }
        }
        try exchange?.stop()
    }

    private static let shownURL = "http://127.0.0.1:8790"

    /// The part under a heading that holds a text.
    private static func section(of name: String, with text: String) throws -> String {
        let page = try String(contentsOfFile: Program.root + "/" + name, encoding: .utf8)
        let found = page.components(separatedBy: "\n## ").first { $0.contains("\n" + text) }
        return try #require(found, "no part of \(name) has \(text)")
    }

    /// The two mistakes of the tour: one in a callback's name, one in a field.
    private func misspell(_ path: String) throws {
        var text = try String(contentsOfFile: path, encoding: .utf8)
        text = text.replacingOccurrences(of: "should_exit", with: "shoud_exit")
        if let field = text.range(of: "ta.crossover(self.fast") {
            text.replaceSubrange(field, with: "ta.crossover(self.fats")
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// French puts spaces that do not break into its numbers; the README has ordinary ones.
    private static func lines(_ output: String) -> [String] {
        output.replacing("\u{202F}", with: " ").replacing("\u{A0}", with: " ").split(
            separator: "\n", omittingEmptySubsequences: false
        ).dropLast().map(String.init).filter(isFixed)
    }

    /// Seconds differ from run to run, and where the database is from machine to machine.
    private static func isFixed(_ line: String) -> Bool { !line.hasPrefix("12 ") && !line.contains("postgres://") }
}
