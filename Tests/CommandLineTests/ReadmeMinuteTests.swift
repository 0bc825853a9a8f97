import Foundation
import Testing

@testable import aristobot

/// The minute of the README: a demonstration that is asked about, and a first strategy of one's own.
@Suite("What the README shows of a running program is what happens")
struct ReadmeMinuteTests {
    private struct Page {
        let name: String
        let language: String
        /// What the line of a purchase has in it.
        let bought: String
        /// What is answered to whoever closes what a target has just closed.
        let nothing: String
    }

    private static let pages = [
        Page(name: "README.md", language: "C", bought: "bought", nothing: "there was nothing to close"),
        Page(
            name: "README.fr.md", language: "fr_FR.UTF-8", bought: "acheté", nothing: "il n'y avait rien à fermer"),
    ]

    private static func section(_ page: Page) throws -> String {
        let text = try String(contentsOfFile: Program.root + "/" + page.name, encoding: .utf8)
        let parts = text.components(separatedBy: "\n## ")
        return try #require(parts.first { $0.contains("\n$ aristobot replay") }, "\(page.name)")
    }

    /// A line without what differs from run to run: numbers and times.
    private static func shape(_ line: some StringProtocol) -> String {
        String(line).replacing(/[0-9][0-9.:TZ-]*/) { _ in "#" }.split(separator: " ").joined(separator: " ")
    }

    @Test("a decision of the demonstration is listed and taken again", arguments: [0, 1])
    func demonstration(place: Int) throws {
        let page = Self.pages[place]
        let language = ["LANG": page.language]
        let steps = ReadmeTests.steps(in: try Self.section(page))
        #expect(
            steps.map { $0.command.filter { !$0.contains(where: \.isNumber) }.prefix(3).joined(separator: " ") }
                == [
                    "aristobot strategies decisions", "aristobot replay --user", "aristobot strategies close",
                    "aristobot strategies suspend",
                ])
        let program = try Program()
        let up = try program.start(["up", "--plain", "--speed", "60"], language, isHeard: true)
        // The first of its strategies, whose number is 1.
        var line: String?
        repeat {
            line = up.line(with: DemoPlan.entries[0].name, within: 300)
        } while line?.contains(page.bought) == false
        #expect(line != nil)
        var decision = ""
        for step in steps {
            var command = Array(step.command.dropFirst())
            // Its number of a decision, and a strategy that surely trades, in place of those of the page's run.
            if let number = command.firstIndex(where: { $0.allSatisfy(\.isNumber) }) {
                command[number] = command[0] == "replay" ? decision : "1"
            }
            let answer = try program.run(command, language)
            #expect(answer.status == 0, "\(command): \(answer.error)")
            let (shown, found) = (step.shown.map(Self.shape), answer.lines.map(Self.shape))
            switch command[0] == "replay" ? "replay" : command[1] {
            case "decisions":
                #expect(found.first == shown.first && found.last == shown.last, "\(answer.output)")
                decision = answer.lines.last?.split(separator: " ").first.map(String.init) ?? ""
            case "replay":
                // Which decision of its script it was differs.
                #expect(found.count == shown.count && found.last == shown.last, "\(answer.output)")
                #expect(Array(found.prefix(3)) == Array(shown.prefix(3)))
            case "close":
                #expect(found == shown || answer.output.contains(page.nothing), "\(answer.output)")
            default: #expect(found == shown)
            }
        }
        up.interrupt()
        #expect(try up.wait().status == 0)
    }

    @Test("a strategy of one's own is entered, activated and run", arguments: [0, 1])
    func own(place: Int) throws {
        let page = Self.pages[place]
        let block = try #require(
            try Self.section(page).components(separatedBy: "```").first { $0.hasPrefix("sh\naristobot init") })
        let commands = block.split(separator: "\n").dropFirst().map {
            $0.split(separator: " ").dropFirst().map(String.init)
        }
        #expect(commands.count == 5 && commands.last == ["up"])
        let program = try Program()
        try FileManager.default.createSymbolicLink(
            atPath: program.file("strategies"), withDestinationPath: Program.root + "/strategies")
        // In place of Binance.
        let exchange = try ExchangeProcess(program, ["--seed", "5", "--speed", "60"])
        let environment = ["LANG": page.language, "ARISTOBOT_BINANCE_URL": exchange.url]
        for command in commands.dropLast() {
            let answer = try program.run(command, environment)
            #expect(answer.status == 0, "\(command): \(answer)")
        }
        let up = try program.start(["up", "--plain"], environment, isHeard: true)
        let seen = up.lines(with: ["stream connected", "worker started", "PostgreSQL"], within: 120)
        #expect(!seen.contains(nil), "\(seen)")
        let active = try program.run(["strategies", "active", "--json"], environment)
        #expect(active.status == 0 && active.output.contains("\"active\""), "\(active)")
        up.interrupt()
        #expect(try up.wait().status == 0)
        try exchange.stop()
    }
}
