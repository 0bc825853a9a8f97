import Wording

/// Why the store refused; what PostgreSQL itself reports is a `PostgresError`.
public enum StorageError: ExplainedError, Hashable {
    /// What was asked for is not there, or belongs to somebody else: from outside the two look the same.
    case notFound(Message)
    case nameTaken(Message)
    /// A value that the store does not take.
    case invalid(Message)
    /// It cannot be done in the state things are in.
    case conflict(Message)
    /// A row that the program cannot have written.
    case damaged(Message)
    /// The caller's own progress function said to stop; nothing was kept.
    case interrupted

    public var message: Message {
        switch self {
        case .notFound(let message), .nameTaken(let message), .invalid(let message), .conflict(let message),
            .damaged(let message):
            message
        case .interrupted:
            Message("interrupted: nothing was kept", fr: "interrompu : rien n'a été gardé")
        }
    }
}
