import Wording

/// The end of a command that could not do its work, with what is said about it.
struct CommandFailure: Error {
    enum Kind: Int32 {
        /// A file, a strategy or a value in them is wrong.
        case input = 1
        /// The command was called wrongly.
        case usage = 2
        /// The machine lacks something: a permission, a directory, a library.
        case environment = 3
        /// Ctrl-C; what was known so far has been told.
        case interrupted = 130
    }

    let kind: Kind
    let messages: [Message]

    init(_ kind: Kind, _ messages: [Message]) {
        self.kind = kind
        self.messages = messages
    }

    init(_ kind: Kind, _ english: String, fr french: String) {
        self.init(kind, [Message(english, fr: french)])
    }

    /// The input is at fault, in the error's own words.
    init(input error: any ExplainedError) {
        self.init(.input, [error.message])
    }

    /// The environment is at fault, in the error's own words.
    init(environment error: any ExplainedError) {
        self.init(.environment, [error.message])
    }

    static let interrupted = CommandFailure(.interrupted, "interrupted", fr: "interrompu")
}
