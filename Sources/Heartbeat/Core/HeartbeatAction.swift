import Wording

/// What is to be done.
public enum HeartbeatAction: Sendable, Equatable {
    case closed(BuiltCandle)
    case fetch(CandleFetch)
    case alert(HeartbeatAlert)
    /// The connection tells nothing any more: end it and make another one.
    case reconnect(Message)
}
