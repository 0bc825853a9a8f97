import Glibc
import Market
import Wording

/// What a running service tells, a line at a time, on standard output.
struct ServiceLog: Sendable {
    /// With the time before each line, for a journal that keeps none of its own.
    let isPlain: Bool

    func say(_ message: Message) {
        let text = message.text(in: Console.language)
        Console.print(isPlain ? "\(Self.time()) \(text)" : text)
    }

    private static func time() -> String {
        SystemClock.now.description
    }
}
