import Market
import Storage
import Wording
import Worker

/// A decision that was taken again, beside what the journal says of it.
public struct Replayed: Sendable {
    /// How it was taken again.
    public enum Way: Sendable, Equatable {
        /// From the loading of the script on, all decisions of its session up to this one.
        case session(decisions: Int)
        /// From the memory that was stored before it, alone; and why. What a script kept outside of `self.state` is
        /// not there then.
        case memory(Message)
    }

    /// A place where it came out otherwise.
    public struct Difference: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            /// What the script asked for and said.
            case answer
            /// `self.state` afterwards.
            case state
            /// The candles that it was shown.
            case candles
        }

        public var kind: Kind
        /// The decision that came out otherwise: this one, or one before it.
        public var decision: DecisionID
        public var candleOpen: Timestamp
        public var message: Message
    }

    public var decision: StoredDecision
    public var way: Way
    /// What the script answers now.
    public var answer: DecisionAnswer
    /// In the order they were found: at most `mostDifferences` before this decision, and its own.
    public var differences: [Difference]

    public static let mostDifferences = 20

    /// Whether answer and memory are the journal's, bit for bit.
    public var isSame: Bool {
        !differences.contains { $0.decision == decision.id && $0.kind != .candles }
    }
}
