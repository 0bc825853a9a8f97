import Engine
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// A replay as JSON.
struct ReplayAnswer: Encodable {
    struct Difference: Encodable {
        let decision: Int64
        let candle: String
        let what: String
        let text: String
    }

    let decision: Int64
    let strategy: Int64
    let candle: String
    let outcome: String
    let same: Bool
    /// Decisions that were taken again; nil where this one was taken alone.
    let decisionsReplayed: Int?
    /// Why it was taken alone.
    let reason: String?
    let intents: [String]
    let journal: [String]
    let state: String?
    let stateHash: String
    let differences: [Difference]

    init(_ replayed: Replayed, _ active: ActiveStrategy) {
        let record = replayed.decision.record
        decision = replayed.decision.id.number
        strategy = active.id.number
        candle = record.candleOpen.description
        outcome = record.outcome.rawValue
        same = replayed.isSame
        switch replayed.way {
        case .session(let count):
            decisionsReplayed = count
            reason = nil
        case .memory(let why):
            decisionsReplayed = nil
            reason = why.text(in: Console.language)
        }
        let answer = replayed.answer
        intents = answer.decision.intents.map { $0.words(active.symbol).text(in: Console.language) }
        journal = answer.decision.journal.map { $0.message.text(in: Console.language) }
        state = answer.state.map { String(decoding: $0, as: UTF8.self) }
        stateHash = String(answer.stateHash, radix: 16)
        differences = replayed.differences.map {
            Difference(
                decision: $0.decision.number, candle: $0.candleOpen.description, what: $0.kind.rawValue,
                text: $0.message.text(in: Console.language))
        }
    }
}
