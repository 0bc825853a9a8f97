import StrategyHost
import Wording

/// What is said after a name that nobody has: the one that was most likely meant, else those there are.
enum Suggestion {
    /// More names than this are not listed.
    private static let mostListed = 12

    /// `did you mean main?`, or `known: dry, main`, or what is said where there is none yet.
    static func ending(_ name: String, among known: [String], none: Message) -> Message {
        if known.isEmpty { return none }
        if let nearest = NearestName.among(known, to: name) {
            return Message("did you mean \(nearest)?", fr: "vouliez-vous dire \(nearest) ?")
        }
        let list = known.prefix(mostListed).joined(separator: ", ") + (known.count > mostListed ? ", …" : "")
        return Message("known: \(list)", fr: "connus : \(list)")
    }
}
