import Foundation
import TestSupport
import Testing

@Suite("aristobot new, doctor, help and languages")
struct HouseholdTests {
    let program: Program

    init() throws {
        program = try Program()
    }

    @Test(
        "help and version go to standard output and end with 0",
        arguments: [
            ["--help"], ["help", "backtest"], ["candles", "--help"], ["candles", "import", "--help"], ["--version"], [],
        ])
    func help(arguments: [String]) throws {
        let answer = try program.run(arguments)
        #expect(answer.status == 0 && answer.error == "" && answer.output.count > 10)
    }

    @Test(
        "help and errors follow LC_ALL, LC_MESSAGES and LANG, in this order",
        arguments: [
            (["LANG": "fr_FR.UTF-8"], true), (["LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_BE"], true),
            (["LC_ALL": "C", "LANG": "fr_FR"], false), (["LC_ALL": "", "LANG": "fr"], true), ([:], false),
        ])
    func language(environment: [String: String], isFrench: Bool) throws {
        let help = try program.run(["candles", "gaps", "--help"], environment)
        #expect(help.output.contains("UTILISATION :") == isFrench)
        let missing = try program.run(["candles", "gaps", "none.csv"], environment)
        #expect(missing.error.hasPrefix(isFrench ? "erreur : none.csv: ce fichier" : "error: none.csv: there is no"))
        let usage = try program.run(["candles", "gaps", "x.csv", "--nonsense"], environment)
        #expect(usage.error.contains(isFrench ? "Option inconnue" : "Unknown option") && usage.status == 2)
    }

    @Test("a command that does not exist is told with those that do, in both languages")
    func unknownCommand() throws {
        let french = ["LANG": "fr_FR.UTF-8"]
        let root = try program.run(["frobnicate", "--json"], french)
        #expect(root.status == 2 && root.output == "")
        let start = "erreur : 'aristobot' n'a pas de commande \"frobnicate\" : attendu l'une de new, "
        #expect(root.error.hasPrefix(start), "\(root.error)")
        #expect(root.error.contains("Utilisation : aristobot <subcommand>") && !root.error.contains(", worker"))
        let below = try program.run("candles", "lst")
        let answer = "error: 'aristobot candles' has no command \"lst\": did you mean list?\nUsage:"
        #expect(below.error.hasPrefix(answer), "\(below.error)")
        #expect(try program.run("candles", "list", "x").error.hasPrefix("error: Unexpected argument 'x'"))
        #expect(try program.run("--frobnicate").error.hasPrefix("error: Unknown option"))
    }

    @Test("nothing but a terminal gets colours")
    func colours() throws {
        let answer = try program.run(["candles", "gaps", "none.csv"], ["TERM": "xterm-256color"])
        #expect(!answer.error.contains("\u{1B}"))
        #expect(try !program.run(["doctor", "--offline"], ["TERM": "xterm-256color"]).output.contains("\u{1B}"))
    }

    @Test("doctor is content with a writable directory, and ends with 3 without one")
    func doctor() throws {
        let fine = try program.run("doctor", "--data-dir", "lib", "--offline", "--json")
        #expect(fine.status == 0, "\(fine)")
        let findings = try JSONSerialization.jsonObject(with: Data(fine.output.utf8)) as? [[String: String]]
        #expect((findings?.count ?? 0) >= 15)
        #expect(try program.directory.names == [] && program.home.names == [])
        try program.write("", as: "file")
        let poor = try program.run("doctor", "--data-dir", "file/lib", "--offline")
        #expect(poor.status == 3 && poor.output.contains("file/lib cannot be written"))
    }

    @Test("new writes a strategy that check finds nothing wrong with", arguments: [[], ["--full-control"]])
    func new(flags: [String]) throws {
        for (name, environment) in [("my_first", [:]), ("ma-premiere.lua", ["LANG": "fr_FR.UTF-8"])] {
            #expect(try program.run(["new", name] + flags, environment).status == 0)
        }
        #expect(try program.directory.names == ["ma-premiere.lua", "my_first.lua"])
        let check = try program.run("check", "my_first.lua", "ma-premiere.lua")
        #expect(check.status == 0)
        #expect(check.output == "my_first.lua: fine\nma-premiere.lua: fine\n")
        let test = try program.run("backtest", "my_first.lua", "--synthetic", "1", "--candle-count", "3000", "--json")
        #expect(test.status == 0)
        let report = try JSONSerialization.jsonObject(with: Data(test.output.utf8)) as? [String: Any]
        #expect((report?["trades"] as? Int ?? 0) > 0)
    }

    @Test("new never overwrites, and refuses names that are none")
    func newRefusals() throws {
        try program.write("mine", as: "first.lua")
        let there = try program.run("new", "first")
        #expect(there.status == 1 && there.error.contains("first.lua: is there already"))
        #expect(try program.directory.read("first.lua") == "mine")
        for name in ["a b", "", "..", "x/", "é", String(repeating: "a", count: 65), "a;b"] {
            #expect(try program.run("new", name).status == 2, "\(name)")
        }
        #expect(try program.run("new", "none/first").status == 3)
        #expect(try program.directory.names == ["first.lua"])
    }
}
