import Storage
import Wording

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
