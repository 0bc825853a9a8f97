import Wording

/// Settings that trading cannot work with.
public struct TradingError: ExplainedError, Hashable {
    public let message: Message

    public init(_ message: Message) {
        self.message = message
    }
}
