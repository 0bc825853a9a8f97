import Wording

/// Why a call to a broker failed, split by what the caller must do.
public enum BrokerError: ExplainedError, Hashable {
    /// The venue refused; the same call will be refused again.
    case rejected(Rejection, Message)
    /// Nothing happened at the venue; the same call may succeed after this long (nil: the caller's own back-off).
    case retryable(Message, after: Duration?)
    /// The call may or may not have been carried out: ask by client order id, never send again.
    case outcomeUnknown(Message)
    /// Keys are missing, wrong, revoked or not allowed to do this.
    case unauthorised(Message)
    /// The venue cannot do this at all.
    case unsupported(Message)

    /// What a program may want to tell apart among refusals.
    public enum Rejection: String, Sendable, Hashable, CaseIterable {
        case insufficientBalance = "insufficient_balance"
        case unknownSymbol = "unknown_symbol"
        /// No such order, or it is over.
        case unknownOrder = "unknown_order"
        case duplicateOrder = "duplicate_order"
        case marketClosed = "market_closed"
        /// Under or over the least or largest quantity or value.
        case outOfRange = "out_of_range"
        /// Price or quantity is off the tick or step.
        case offStep = "off_step"
        /// A post-only order would have met the book.
        case wouldTake = "would_take"
        /// A stop or target lies on the wrong side of the price.
        case wouldTrigger = "would_trigger"
        case other
    }

    public var message: Message {
        switch self {
        case .rejected(_, let message), .retryable(let message, _), .outcomeUnknown(let message),
            .unauthorised(let message), .unsupported(let message):
            message
        }
    }

    /// The stable word for programs.
    public var code: String {
        switch self {
        case .rejected(let rejection, _): rejection.rawValue
        case .retryable: "retryable"
        case .outcomeUnknown: "outcome_unknown"
        case .unauthorised: "unauthorised"
        case .unsupported: "unsupported"
        }
    }
}
