import ArgumentParser
import Glibc
import Wording

/// Where the process begins: parses, runs, and turns every end into one of the exit codes of `CommandFailure.Kind`.
@main
enum Program {
    static func main() {
        do {
            var command = try Aristobot.parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            for message in failure.messages { Console.error(message) }
            exit(failure.kind.rawValue)
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            end(with: error)
        }
    }

    /// What the argument parser throws: help and version are no failures, all else is wrong usage.
    private static func end(with error: any Error) -> Never {
        let text = ParserWords.translated(Aristobot.fullMessage(for: error), into: Console.language)
        guard Aristobot.exitCode(for: error) != .success else {
            Console.print(text)
            exit(0)
        }
        Console.standardError(text)
        exit(CommandFailure.Kind.usage.rawValue)
    }
}
