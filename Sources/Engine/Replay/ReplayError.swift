import Wording

/// Why a decision cannot be taken again.
public struct ReplayError: ExplainedError {
    public let message: Message

    public init(_ message: Message) {
        self.message = message
    }
}
