import Wording

/// Why there is no reply to a request. `peer` is `host:port`; nothing here holds a path, a query or a header.
public enum HTTPFailure: ExplainedError, Hashable {
    /// The address or a header cannot be sent.
    case badRequest(Message)
    /// Too many requests are under way already.
    case busy(limit: Int)
    /// The name of the host has no address.
    case unresolved(host: String)
    /// No TCP connection.
    case unreachable(peer: String, Message)
    case untrusted(peer: String, CertificateProblem)
    /// The TLS handshake failed, but not for the certificate.
    case secureConnectionFailed(peer: String, detail: String)
    /// The file of extra authorities cannot be used.
    case badAuthorities(path: String)
    /// `sent` tells whether the request had begun to go out.
    case timedOut(peer: String, after: Duration, sent: Bool)
    /// Closed or broken before the reply was whole.
    case connectionLost(peer: String, Message, sent: Bool)
    case notHTTP(peer: String)
    case bodyTooLarge(peer: String, limit: Int)
    case headersTooLarge(peer: String, limit: Int)
    /// The task that waited was cancelled.
    case cancelled(peer: String, sent: Bool)
    /// The client is closed.
    case closed(peer: String, sent: Bool)
    case other(peer: String, detail: String, sent: Bool)

    /// False only where it is certain that no byte of the request went out. After true, an order must be looked up and
    /// never be sent again.
    public var requestMayHaveBeenSent: Bool {
        switch self {
        case .badRequest, .busy, .unresolved, .unreachable, .untrusted, .secureConnectionFailed, .badAuthorities: false
        case .timedOut(_, _, let sent), .connectionLost(_, _, let sent), .cancelled(_, let sent), .closed(_, let sent),
            .other(_, _, let sent):
            sent
        case .notHTTP, .bodyTooLarge, .headersTooLarge: true
        }
    }
}
