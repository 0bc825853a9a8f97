import Glibc
import Wording

/// Where secrets come in: from the environment, from a prompt that shows nothing, or from standard input. Never from
/// arguments, which every user of the machine can read.
enum SecretInput {
    private static let longest = 16 << 10

    /// The variable's value; else what is typed at `prompt`; else the next line of standard input. A text that begins
    /// as PEM goes on to its last line.
    static func read(_ variable: String, prompt: Message) throws -> Secret {
        if let value = Console.environment(variable), !value.isEmpty { return Secret(value) }
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal { Console.write(prompt.text(in: Console.language) + " ", to: STDERR_FILENO) }
        let text = isTerminal ? try withoutEcho(wholeText) : try wholeText()
        if isTerminal { Console.standardError("") }
        guard !text.isEmpty else {
            throw CommandFailure(
                .input,
                "no secret was given: type it at the prompt, set \(variable), or send it as a line of standard input",
                fr: "aucun secret n'a été donné : tapez-le à l'invite, définissez \(variable), ou envoyez-le comme "
                    + "ligne de l'entrée standard")
        }
        return Secret(text)
    }

    private static func wholeText() throws -> String {
        let first = try line()
        guard first.hasPrefix("-----BEGIN") else { return first }
        var lines = [first]
        // Bounded: each line has an end or the input has.
        while !lines[lines.count - 1].hasPrefix("-----END"), lines.count < 200 {
            let next = try line()
            if next.isEmpty { break }
            lines.append(next)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One line without its end; read a byte at a time, since the rest belongs to the next question.
    private static func line() throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < longest {
            try waitForInput()
            var byte: UInt8 = 0
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 || byte == 10 { break }
            if byte != 13 { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Until something can be read; looks for Ctrl-C ten times a second.
    private static func waitForInput() throws {
        while true {
            guard !Interruption.isRequested else { throw CommandFailure.interrupted }
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if poll(&input, 1, 100) != 0 { return }
        }
    }

    private static func withoutEcho<Value>(_ body: () throws -> Value) throws -> Value {
        Interruption.listen()
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return try body() }
        var quiet = settings
        quiet.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return try body()
    }

    /// A question answered by yes or no. Without a terminal to ask, `--yes` must have been given.
    static func confirm(_ question: Message) throws -> Bool {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                .usage, "there is no terminal to ask for a confirmation: add --yes",
                fr: "pas de terminal où demander une confirmation : ajoutez --yes")
        }
        Interruption.listen()
        let hint = say("[y/N]", fr: "[o/N]")
        Console.write("\(question.text(in: Console.language)) \(hint) ", to: STDERR_FILENO)
        let answer = try line().lowercased()
        return ["y", "yes", "o", "oui"].contains(answer)
    }
}
