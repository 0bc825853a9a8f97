import Market
import Wording

/// What the heartbeat is told.
public enum HeartbeatInput: Sendable {
    case trade(Symbol, Tick, id: Int64)
    /// The venue's time, asked for after everything that was told before.
    case venueTime(Timestamp)
    /// The trades of all symbols come from now on; what was before may have been missed.
    case connected
    /// The same for some symbols, which a connection carries that has replaced another one without a break.
    case joined(Set<Symbol>)
    case disconnected
    /// The venue's own candle of one minute is over.
    case klineClosed(Symbol, Candle)
    case fetched(CandleFetch, [Candle])
    /// `isFinal`: asking again would be refused again.
    case fetchFailed(CandleFetch, Message, isFinal: Bool)
}
