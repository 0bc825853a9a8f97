import Wording

/// Why an executor did not do what it was asked, by what the caller must do.
public enum ExecutorError: ExplainedError {
    /// The script, its parameters or its state are at fault: at least one finding is an error. Asking again is useless.
    case refused([Diagnostic])
    /// The call does not fit what the executor holds (an unknown feed, a candle off the grid): a fault of the caller.
    case invalid(Message)
    /// The worker died or was killed over this call. It starts again by itself; this call is not repeated.
    case died(Message)
    /// The worker's answer was no answer; it was killed and starts again by itself.
    case protocolBroken(Message)
    /// Nothing can be asked at the moment; try again later.
    case unavailable(Message)

    public var message: Message {
        switch self {
        case .refused(let findings):
            (findings.first { $0.severity == .error } ?? findings.first)?.message
                ?? Message("the script is refused", fr: "le script est refusé")
        case .invalid(let message), .died(let message), .protocolBroken(let message), .unavailable(let message):
            message
        }
    }
}
