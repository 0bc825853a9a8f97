import ArgumentParser
import Market
import StrategyHost
import Wording

/// A command that does not exist, which the argument parser takes for one argument too many.
enum UnknownCommand {
    /// What is said of it, with the commands that were expected; nil where every word names a command that exists, or
    /// is something else than a command.
    static func message(_ arguments: some Sequence<String>) -> Message? {
        var (command, path): (any ParsableCommand.Type, String) = (Aristobot.self, "aristobot")
        for argument in arguments {
            let below = command.configuration.subcommands
            if let next = below.first(where: { $0.configuration.commandName == argument }) {
                (command, path) = (next, path + " " + argument)
                continue
            }
            guard !below.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return nil }
            return said(argument, path, below)
        }
        return nil
    }

    private static func said(_ name: String, _ path: String, _ below: [any ParsableCommand.Type]) -> Message {
        let known = below.map { $0.configuration }.filter { $0.shouldDisplay }.compactMap { $0.commandName }
        let (shown, list) = (quotedForMessage(name), known.joined(separator: ", "))
        let ending =
            NearestName.among(known, to: name).map {
                Message("did you mean \($0)?", fr: "vouliez-vous dire \($0) ?")
            } ?? Message("expected one of \(list)", fr: "attendu l'une de \(list)")
        return Message(
            "'\(path)' has no command \(shown): \(ending.english)",
            fr: "'\(path)' n'a pas de commande \(shown) : \(ending.french)")
    }
}
