import Transport
import Wording

/// What both kinds of feeds know about their connections.
enum FeedConnection {
    /// The venue cuts every connection after 24 h.
    static let renewAfter = Duration.seconds(23 * 3600)

    static func session(_ address: String, _ options: BinanceOptions) -> WebSocketSessionOptions {
        var session = WebSocketSessionOptions(address: address)
        session.connection = options.sockets
        session.reconnect.renewAfter = renewAfter
        session.isShutdownNotice = isShutdownNotice
        return session
    }

    /// `{"e":"serverShutdown",…}`, alone, in a combined stream or inside `event`.
    private static let isShutdownNotice: @Sendable (String) -> Bool = { text in
        text.utf8.count < 300 && text.contains("\"serverShutdown\"")
    }

    static func words(_ failure: WebSocketFailure) -> Message {
        Message("Binance: \(failure.message.english)", fr: "Binance : \(failure.message.french)")
    }

    /// Returns early when the task is cancelled, which its caller looks at.
    static func wait(_ time: Duration, _ clock: VenueClock) async {
        // Cancellation is the only way in which it throws.
        try? await clock.machine.wait(time)
    }
}
