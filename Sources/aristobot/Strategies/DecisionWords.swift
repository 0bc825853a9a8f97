import Foundation
import Storage
import Wording

/// What a journalled decision says about itself, as far as it does.
struct DecisionDetail: Decodable {
    struct Line: Decodable {
        let kind: String?
        let en: String
        let fr: String

        var message: Message { Message(en, fr: fr) }
    }

    let intents: [String]?
    let journal: [Line]?
    let failures: [Line]?
    let problem: Line?
    let nanoseconds: Int64?

    /// Nil for a detail of a shape that is not known.
    init?(_ text: String) {
        // What cannot be read is shown as nothing; the journal itself stays as it is.
        guard let detail = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = detail
    }

    /// Intents and reasons in one line.
    var words: Message {
        let lines = [problem].compactMap { $0 } + (failures ?? []) + (journal ?? [])
        let intents = intents ?? []
        return Message(
            (intents + lines.map(\.en)).joined(separator: "; "),
            fr: (intents + lines.map(\.fr)).joined(separator: " ; "))
    }
}

enum DecisionWords {
    static func outcome(_ outcome: DecisionRecord.Outcome) -> String {
        switch outcome {
        case .nothing: say("nothing", fr: "rien")
        case .intents: say("acts", fr: "agit")
        case .skipped: say("skipped", fr: "écarté")
        case .failed: say("failed", fr: "échec")
        }
    }
}
