import Foundation
import Market
import StrategyHost
import Trading
import Wording
import Worker

/// What is kept of a decision for people, as JSON; what is empty is left out.
public struct DecisionDetail: Codable, Sendable {
    /// A line in both languages.
    public struct Line: Codable, Sendable {
        /// Of a journal's entry.
        public var kind: String?
        public var en: String
        public var fr: String

        init(_ message: Message, kind: String? = nil) {
            self.kind = kind
            en = message.english
            fr = message.french
        }

        public var message: Message { Message(en, fr: fr) }
    }

    public var intents: [Line]?
    public var journal: [Line]?
    public var failures: [Line]?
    public var plots: [String: Double]?
    /// What the script's turn took.
    public var nanoseconds: Int64?
    public var problem: Line?

    init(problem: Message) {
        self.problem = Line(problem)
    }

    init(_ answer: DecisionAnswer, _ symbol: Symbol) {
        let decision = answer.decision
        if !decision.intents.isEmpty { intents = decision.intents.map { Line($0.words(symbol)) } }
        if !decision.journal.isEmpty {
            journal = decision.journal.map { Line($0.message, kind: $0.kind.rawValue) }
        }
        if !decision.failures.isEmpty { failures = decision.failures.map { Line($0.diagnostic.message) } }
        if !decision.plots.isEmpty {
            plots = Dictionary(decision.plots.map { ($0.name, $0.value) }) { $1 }
        }
        nanoseconds = answer.nanoseconds
        problem = answer.problem.map { Line($0) }
    }

    /// Reads what `text` gave; nil for a text of another shape, of which there is nothing to be told.
    public init?(_ text: String) {
        // Nothing more can be said about a text of another shape.
        guard let detail = try? AccountWords.decoder.decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = detail
    }

    /// Most decisions have nothing to tell but how long they took.
    var text: String {
        if let nanoseconds, intents == nil, journal == nil, failures == nil, plots == nil, problem == nil {
            return "{\"nanoseconds\":\(nanoseconds)}"
        }
        return AccountWords.text(self)
    }

    /// Intents and reasons in one line.
    public var words: Message {
        let lines = (intents ?? []) + [problem].compactMap(\.self) + (failures ?? []) + (journal ?? [])
        return Message(
            lines.map(\.en).joined(separator: "; "), fr: lines.map(\.fr).joined(separator: " ; "))
    }
}
