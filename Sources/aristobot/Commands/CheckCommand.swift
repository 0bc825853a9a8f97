import ArgumentParser
import StrategyHost
import Wording

/// `aristobot check`: what is wrong with strategy files, line by line.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: say(
            "Say what is wrong with strategy files.", fr: "Dit ce qui ne va pas dans des fichiers de stratégie."),
        discussion: prose(
            """
            Each file is read, loaded in the sandbox and tried on 500 candles;
            nothing has any effect. Exit code 1 when a file has an error, else 0:
            warnings do not change it.

              aristobot check strategies/*.lua
              aristobot check my_first.lua --json
            """,
            fr: """
                Chaque fichier est lu, chargé dans le bac à sable et essayé sur 500 bougies ;
                rien n'a d'effet. Code de sortie 1 si un fichier a une erreur, sinon 0 :
                les avertissements n'y changent rien.

                  aristobot check strategies/*.lua
                  aristobot check ma_premiere.lua --json
                """))

    @Argument(help: ArgumentHelp(say("Lua files.", fr: "Fichiers Lua."), valueName: "file"))
    var files: [String]

    @Flag(help: ArgumentHelp(say("Answer in JSON: a list of findings.", fr: "Répond en JSON : une liste de constats.")))
    var json = false

    private struct Finding: Encodable {
        let file: String
        let severity: String
        let line: Int
        let column: Int?
        let code: String
        let message: String
        let hint: String?
    }

    func run() throws {
        Interruption.listen()
        var rows: [Finding] = []
        var failed = false
        for file in files {
            if Interruption.isRequested { throw CommandFailure.interrupted }
            let found = try diagnostics(of: file)
            failed = failed || found.contains { $0.severity == .error }
            rows += found.map { row($0, file) }
            if !json { show(found, file) }
        }
        if json { try JSONAnswer.print(rows) }
        if failed { throw CommandFailure(.input, []) }
    }

    private func diagnostics(of file: String) throws -> [Diagnostic] {
        do {
            return StrategyChecker.check(name: ScriptFile.name(file), bytes: try ScriptFile.bytes(file))
        } catch let failure as CommandFailure {
            return failure.messages.map { Diagnostic(.error, line: 0, code: "unreadable", message: $0) }
        }
    }

    private func row(_ diagnostic: Diagnostic, _ file: String) -> Finding {
        Finding(
            file: file, severity: diagnostic.severity.rawValue, line: diagnostic.line, column: diagnostic.column,
            code: diagnostic.code, message: diagnostic.message.text(in: Console.language),
            hint: diagnostic.hint?.text(in: Console.language))
    }

    private func show(_ found: [Diagnostic], _ file: String) {
        for diagnostic in found {
            if diagnostic.code == "unreadable" {
                Console.error(diagnostic.message)
            } else {
                Console.print(DiagnosticText.line(diagnostic, path: file))
            }
        }
        let errors = found.count { $0.severity == .error }
        let warnings = found.count { $0.severity == .warning }
        if errors == 0 && warnings == 0 {
            Console.print("\(file): \(Console.styled(say("fine", fr: "bien"), .green))")
        } else {
            Console.print(
                say(
                    "\(file): \(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")",
                    fr: "\(file) : \(errors) erreur\(errors < 2 ? "" : "s"), "
                        + "\(warnings) avertissement\(warnings < 2 ? "" : "s")"))
        }
    }
}
