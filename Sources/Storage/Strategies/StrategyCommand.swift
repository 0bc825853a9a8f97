import Market
import Wording

/// What a user asks of a running strategy. Whoever holds the lease of its account carries it out, once.
public struct StrategyCommand: Sendable, Hashable {
    public enum Order: Sendable, Hashable {
        case suspend
        case resume
        /// Ends it; `closing` sells what it holds first.
        case stop(closing: Bool)
        /// Closes its position; it stays as it is.
        case close
        /// Another version of its script, with position and state kept.
        case upgrade(version: Int)
        /// Other settings (a JSON object), parameters or capital; nil keeps what is.
        case set(settings: String?, parameters: [String: String]?, capital: Money?)

        public var kind: String {
            switch self {
            case .suspend: "suspend"
            case .resume: "resume"
            case .stop: "stop"
            case .close: "close"
            case .upgrade: "upgrade"
            case .set: "set"
            }
        }
    }

    public enum State: String, Sendable, Hashable, CaseIterable {
        case pending, done, refused
    }

    public var id: StrategyCommandID
    public var user: UserID
    public var strategy: ActiveStrategyID
    public var order: Order
    public var state: State
    /// What came of it, for the user.
    public var answer: Message?
    public var submittedAt: Timestamp
    public var finishedAt: Timestamp?

    /// How a command ended, written in the commit that has its effect.
    public struct Outcome: Sendable, Hashable {
        public var command: StrategyCommandID
        public var isRefused: Bool
        public var answer: Message

        public init(_ command: StrategyCommandID, isRefused: Bool = false, answer: Message) {
            self.command = command
            self.isRefused = isRefused
            self.answer = answer
        }
    }
}
