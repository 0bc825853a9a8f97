import Market
import StrategyHost
import Trading
import Wording
import Worker

/// What is kept of a decision for people, as JSON; what is empty is left out.
struct DecisionDetail: Encodable {
    struct Words: Encodable {
        var en: String
        var fr: String

        init(_ message: Message) {
            en = message.english
            fr = message.french
        }
    }

    struct Entry: Encodable {
        var kind: String
        var en: String
        var fr: String
    }

    var intents: [String]?
    var journal: [Entry]?
    var failures: [Words]?
    var plots: [String: Double]?
    var nanoseconds: Int64?
    var problem: Words?

    init(problem: Message) {
        self.problem = Words(problem)
    }

    init(_ answer: DecisionAnswer) {
        let decision = answer.decision
        if !decision.intents.isEmpty { intents = decision.intents.map(Self.text) }
        if !decision.journal.isEmpty {
            journal = decision.journal.map {
                Entry(kind: $0.kind.rawValue, en: $0.message.english, fr: $0.message.french)
            }
        }
        if !decision.failures.isEmpty { failures = decision.failures.map { Words($0.diagnostic.message) } }
        if !decision.plots.isEmpty {
            plots = Dictionary(decision.plots.map { ($0.name, $0.value) }) { $1 }
        }
        nanoseconds = answer.nanoseconds
        problem = answer.problem.map(Words.init)
    }

    /// Most decisions have nothing to tell but how long they took.
    var text: String {
        if let nanoseconds, intents == nil, journal == nil, failures == nil, plots == nil, problem == nil {
            return "{\"nanoseconds\":\(nanoseconds)}"
        }
        return AccountWords.text(self)
    }

    /// Technical, the same in every language.
    private static func text(_ intent: Intent) -> String {
        switch intent {
        case .enter(let entry):
            "enter \(entry.direction.rawValue) \(text(entry.size))"
                + (entry.stop.map { ", stop \(text($0))" } ?? "") + (entry.target.map { ", target \(text($0))" } ?? "")
        case .exit(let reason): "exit \(reason)"
        case .submit(let order):
            "\(order.side.rawValue) \(text(order.size))" + (order.limit.map { " at \($0)" } ?? "")
                + (order.stop.map { ", stop \($0)" } ?? "") + (order.take.map { ", target \($0)" } ?? "")
        case .cancel(let id): "cancel \(id)"
        case .moveStop(let price): "move stop to \(price.map { "\($0)" } ?? "none")"
        case .moveTarget(let price): "move target to \(price.map { "\($0)" } ?? "none")"
        }
    }

    private static func text(_ size: OrderSize) -> String {
        switch size {
        case .value(let value): "for \(value)"
        case .quantity(let quantity): "\(quantity) units"
        }
    }

    private static func text(_ level: ProtectionLevel) -> String {
        switch level {
        case .distance(let fraction): "\(fraction * 100) %"
        case .price(let price): "\(price)"
        }
    }
}
