/// What a `WebSocketSession` tells, in order.
public enum WebSocketSessionEvent: Sendable, Hashable {
    /// Connection number `link` is ready. Unless it renews a living one, what happened since the last `.disconnected`
    /// was missed: fill the gap now.
    case connected(link: Int, isRenewal: Bool)
    case text(String, link: Int)
    /// There is no connection now; `.connected` follows some time, or `.retrying` again and again.
    case disconnected(WebSocketFailure)
    /// An attempt failed, or the connection was lost: the next attempt (`attempt` + 1) comes after this long. A renewal
    /// that fails is told too, while the old connection goes on.
    case retrying(attempt: Int, after: Duration, WebSocketFailure)
}
