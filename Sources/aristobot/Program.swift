import ArgumentParser
import Glibc
import Wording

/// Where the process begins: parses, runs, and turns every end into one of the exit codes of `CommandFailure.Kind`.
@main
enum Program {
    @MainActor
    static func main() async {
        // A venue or a reader that goes away must not end the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            let command = try Aristobot.parseAsRoot()
            if let command = command as? any AsyncParsableCommand {
                try await run(command)
            } else {
                var command = command
                try command.run()
            }
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            guard let failure = CommandFailure.explaining(error) else { end(with: error) }
            for message in failure.messages { Console.error(message) }
            exit(failure.kind.rawValue)
        }
    }

    /// Ctrl-C cancels what the command waits for.
    private static func run(_ command: sending any AsyncParsableCommand) async throws {
        var command = command
        let work = Task { try await command.run() }
        Interruption.onRequest { work.cancel() }
        try await work.value
    }

    /// What the argument parser throws: help and version are no failures, all else is wrong usage.
    private static func end(with error: any Error) -> Never {
        let text = ParserWords.translated(Aristobot.fullMessage(for: error), into: Console.language)
        guard Aristobot.exitCode(for: error) != .success else {
            Console.print(text)
            exit(0)
        }
        if let message = UnknownCommand.message(CommandLine.arguments.dropFirst()) {
            Console.error(message)
            // In place of the parser's words, an unexpected argument; how the command is used stays.
            Console.standardError(text.split(separator: "\n").dropFirst().joined(separator: "\n"))
        } else {
            Console.standardError(text)
        }
        exit(CommandFailure.Kind.usage.rawValue)
    }
}
