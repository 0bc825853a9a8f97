import Wording

/// Why an engine's write did not happen.
public enum EngineStoreError: ExplainedError, Hashable {
    /// Another engine has the account, or this one was declared dead: nothing was written, nothing may be sent.
    case leaseLost
    /// Nothing was written; the same commit may be given again.
    case unavailable(Message)
    /// It was written or not: give the same commit again under the same lease, or ask `EngineRepository.commits(of:)`.
    case outcomeUnknown(Message)
    /// What was to be written does not fit what there is: nothing was written, and giving it again is of no use.
    case conflict(Message)

    public var message: Message {
        switch self {
        case .leaseLost:
            Message("another engine has taken the account over", fr: "un autre moteur a repris le compte")
        case .unavailable(let message), .outcomeUnknown(let message), .conflict(let message): message
        }
    }
}
