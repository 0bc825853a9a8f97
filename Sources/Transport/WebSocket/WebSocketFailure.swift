import Wording

/// Why a WebSocket connection was not made, or ended. `peer` is `host:port`; nothing here holds a path or a query.
public enum WebSocketFailure: ExplainedError, Hashable {
    case badAddress(Message)
    case unresolved(host: String)
    case unreachable(peer: String, Message)
    case untrusted(peer: String, CertificateProblem)
    case secureConnectionFailed(peer: String, detail: String)
    case badAuthorities(path: String)
    case connectTimedOut(peer: String, after: Duration)
    /// The server answered the upgrade with another reply than 101; the body is cut at `maximumRefusalBytes`.
    case refused(peer: String, HTTPResponse)
    /// The reply to the upgrade is no HTTP, or no WebSocket's.
    case notWebSocket(peer: String)
    /// The server broke the protocol.
    case protocolViolation(peer: String, Message)
    case messageTooLarge(peer: String, limit: Int)
    /// The server closed it in order; `code` is nil where it gave none.
    case closedByPeer(peer: String, code: Int?, reason: String)
    case connectionLost(peer: String, Message)
    /// Neither pong nor anything else came; `insideFrame` when it stopped in the middle of a frame.
    case silent(peer: String, for: Duration, insideFrame: Bool)
    /// More than the bound waits to be sent; this message was not sent.
    case backlog(peer: String, limit: Int)
    /// The task that waited was cancelled.
    case cancelled
    /// Closed by us.
    case closed
    /// A session without a connection at the moment; the message was not sent.
    case notConnected
    /// The opening messages could not be made, or were not confirmed in time.
    case notReady(Message)

    /// How long the venue asked to stay away, with a refusal.
    public var retryAfter: Duration? {
        guard case .refused(_, let response) = self else { return nil }
        return response.headers.retryAfter
    }

    /// The status of a refusal.
    public var status: Int? {
        guard case .refused(_, let response) = self else { return nil }
        return response.status
    }
}
