import Trading
import Wording

/// What one candle, or one event, made a strategy ask for and say.
public struct Decision: Sendable {
    /// In the order they were asked for.
    public var intents: [Intent] = []
    /// Why something that was asked for is not among the intents, and which callbacks failed.
    public var journal: [JournalEntry] = []
    /// One for each callback that ended in an error; `journal` says the same in words.
    public var failures: [CallbackFailure] = []
    public var logs: [LogLine] = []
    /// At most one value a name and candle; the last one counts.
    public var plots: [PlotPoint] = []
    /// Texts for the user.
    public var notices: [String] = []

    public init() {}

    public var isEmpty: Bool {
        intents.isEmpty && journal.isEmpty && failures.isEmpty && logs.isEmpty && plots.isEmpty && notices.isEmpty
    }
}

/// A callback that ended in an error: the call had no effect.
public struct CallbackFailure: Sendable, Hashable {
    public let callback: CallbackName
    /// At the line of the script.
    public let diagnostic: Diagnostic

    public init(callback: CallbackName, diagnostic: Diagnostic) {
        self.callback = callback
        self.diagnostic = diagnostic
    }
}

/// One line of `log.info` and its like.
public struct LogLine: Sendable, Hashable {
    public enum Level: String, Sendable, Hashable, CaseIterable {
        case debug, info, warn, error
    }

    public var level: Level
    /// Without control characters.
    public var text: String
    /// Field names and values, in the order of the names.
    public var fields: [Field]

    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(level: Level, text: String, fields: [Field]) {
        self.level = level
        self.text = text
        self.fields = fields
    }
}

/// One value of `plot`.
public struct PlotPoint: Sendable, Hashable {
    public var name: String
    public var value: Double

    public init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}
