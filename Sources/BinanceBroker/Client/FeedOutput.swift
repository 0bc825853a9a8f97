import Broker
import Wording

/// The sending end of a stream of events that must not be lost unseen: a consumer who is too far behind gets an error
/// as its end.
struct FeedOutput<Event: Sendable>: Sendable {
    let continuation: AsyncThrowingStream<Event, any Error>.Continuation
    /// How many events may wait.
    let limit: Int

    /// False when the stream is over.
    func send(_ events: [Event]) -> Bool {
        for event in events {
            switch continuation.yield(event) {
            case .enqueued: continue
            case .dropped:
                continuation.finish(
                    throwing: BrokerError.retryable(
                        Message(
                            "more than \(limit) events of Binance waited to be read: the feed was ended, begin anew",
                            fr: "plus de \(limit) événements de Binance attendaient d'être lus : le flux a été arrêté, "
                                + "recommencez"),
                        after: nil))
                return false
            case .terminated: return false
            @unknown default: return false
            }
        }
        return true
    }

    func fail(_ error: BrokerError) {
        continuation.finish(throwing: error)
    }
}
