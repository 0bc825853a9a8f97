import Trading
import Wording

/// What the owner of a strategy should know now.
public struct StrategyAlert: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The venue does not hold a stop or target; the engine watches it instead.
        case protectionWatched = "protection_watched"
        /// What is open could not be closed at the venue and is tried again.
        case closeFailed = "close_failed"
        /// The venue does not accept the keys: nothing is opened any more.
        case keysRefused = "keys_refused"
        /// The venue holds less than the position.
        case positionLost = "position_lost"
        /// The venue tells something that does not fit what is known.
        case conflict
    }

    public let kind: Kind
    public let order: ClientOrderID?
    public let message: Message

    public init(_ kind: Kind, _ order: ClientOrderID? = nil, _ message: Message) {
        self.kind = kind
        self.order = order
        self.message = message
    }
}
