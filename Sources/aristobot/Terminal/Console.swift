import Glibc
import Synchronization
import Wording

/// The terminal, or what stands in for it: language, colours, and the two streams.
enum Console {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// By `LC_ALL`, `LC_MESSAGES`, `LANG`: the first that is set and not empty, as POSIX has it.
    static let language: Language = {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            if let value = environment(name), !value.isEmpty { return Language(locale: value) }
        }
        return .english
    }()

    static let outputIsTerminal = isatty(STDOUT_FILENO) == 1
    static let errorIsTerminal = isatty(STDERR_FILENO) == 1

    /// Colours only for people: on a terminal that has them, unless `NO_COLOR` is set (no-color.org).
    static let outputHasColours = outputIsTerminal && wantsColours
    static let errorHasColours = errorIsTerminal && wantsColours

    private static let wantsColours = (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"

    /// The width of the terminal in columns; 100 where there is none.
    static var width: Int { size.columns }

    /// The terminal's size; 100 by 30 where there is none.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return (100, 30) }
        return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 30)
    }

    static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    static func print(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    static func print(_ message: Message) {
        print(message.text(in: language))
    }

    static func standardError(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    static func error(_ message: Message) {
        let word = say("error:", fr: "erreur :")
        standardError("\(painted(word, .red, errorHasColours)) \(message.text(in: language))")
    }

    /// The text in a style, where standard output has colours.
    static func styled(_ text: String, _ style: Style) -> String {
        painted(text, style, outputHasColours)
    }

    static func painted(_ text: String, _ style: Style, _ colours: Bool) -> String {
        colours ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Whether the process goes on when nobody can be told anything any more.
    private static let goesOnUnheard = Atomic<Bool>(false)

    /// From here on what cannot be written is lost: a service must not stop, and leave a server of its own behind,
    /// because its terminal was closed or the disk that keeps its journal is full.
    static func goOnUnheard() {
        goesOnUnheard.store(true, ordering: .relaxed)
    }

    /// Writes all of it; a reader that went away, or a full disk, ends the process with the environment at fault,
    /// unless it is to go on. Errors that nobody hears end nothing.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return }
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, base + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                if count < 0 {
                    if descriptor == STDERR_FILENO || goesOnUnheard.load(ordering: .relaxed) { return }
                    exit(CommandFailure.Kind.environment.rawValue)
                }
                written += count
            }
        }
    }
}
