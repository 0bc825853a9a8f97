import ArgumentParser
import Foundation
import Market
import Wording

/// `aristobot new`: a strategy file to start from.
struct NewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: say("Write a strategy file to start from.", fr: "Écrit un fichier de stratégie pour commencer."),
        discussion: prose(
            """
              aristobot new my_first                  answers questions: buy now?
              aristobot new my_ladder --full-control  places its orders itself
            """,
            fr: """
                  aristobot new ma_premiere                 répond : acheter maintenant ?
                  aristobot new mon_echelle --full-control  place ses ordres elle-même
                """))

    @Argument(
        help: ArgumentHelp(
            say(
                "Name of the strategy: letters, digits, _ and -; NAME.lua is written. A path may stand before it.",
                fr: "Nom de la stratégie : lettres, chiffres, _ et - ; NOM.lua est écrit. "
                    + "Un chemin peut précéder."),
            valueName: "name"))
    var name: String

    @Flag(
        help: ArgumentHelp(
            say(
                "A strategy that places its orders itself instead of answering questions.",
                fr: "Une stratégie qui place ses ordres elle-même au lieu de répondre à des questions.")))
    var fullControl = false

    func validate() throws {
        let isName =
            (1...64).contains(title.utf8.count)
            && title.utf8.allSatisfy { byte in
                (byte | 0x20 >= 97 && byte | 0x20 <= 122) || (byte >= 48 && byte <= 57) || byte == 95 || byte == 45
            } && !title.hasPrefix("-")
        guard isName else {
            let shown = quotedForMessage(title)
            throw ArgumentReading.refusal(
                Message(
                    "\(shown) is not a name: expected 1 to 64 letters, digits, _ or -, such as my_first",
                    fr: "\(shown) n'est pas un nom : attendu 1 à 64 lettres, chiffres, _ ou -, comme ma_premiere"))
        }
    }

    private var path: String {
        name.hasSuffix(".lua") ? name : name + ".lua"
    }

    private var title: String {
        String(path.dropLast(4).split(separator: "/", omittingEmptySubsequences: false).last ?? "")
    }

    func run() throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                .input, "\(path): is there already, and is left as it is",
                fr: "\(path) : existe déjà, et reste tel quel")
        }
        do {
            try AtomicFile.write(StrategyTemplate.text(name: title, fullControl: fullControl), to: path)
        } catch {
            throw CommandFailure(environment: error)
        }
        Console.print(
            say(
                "\(path) is written. Next: aristobot check \(path), aristobot backtest \(path) --synthetic 1",
                fr: "\(path) est écrit. Ensuite : aristobot check \(path), aristobot backtest \(path) --synthetic 1"))
    }
}
