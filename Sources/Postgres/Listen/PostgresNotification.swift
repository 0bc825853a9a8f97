/// What a listener hears.
public enum PostgresNotification: Sendable, Hashable {
    case message(channel: String, payload: String)
    /// The connection broke and stands again: look for what was sent meanwhile, it will not come.
    case reconnected
    /// The reader was slow and messages were dropped: look for what they announced.
    case overflowed
}

extension PostgresPool {
    /// Messages that wait for a slow reader at most; beyond that they are dropped and `overflowed` is told.
    public static let notificationLimit = 1_024

    /// Listens on a connection of its own, outside of the pool's count. When this returns, the server knows the
    /// channels: nothing sent after is missed.
    ///
    /// The stream ends when it is no longer read, or its task is cancelled; it throws where connecting again is of no
    /// use. While the server is down it goes on trying, with growing pauses.
    public func listen(
        _ channels: [String]
    ) async throws(PostgresError) -> AsyncThrowingStream<PostgresNotification, any Error> {
        let (stream, continuation) = AsyncThrowingStream<PostgresNotification, any Error>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.notificationLimit))
        let listener = PostgresListener(configuration, channels, continuation)
        continuation.onTermination = { _ in listener.stop() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { listener.start($0) }
        } onCancel: {
            listener.stop()
        }
        try outcome.get()
        return stream
    }
}
