/// Bounds of an `HTTPClient`.
///
/// Certificates and host names are always checked; there is no switch for it. Proxies are never used, not even those
/// named by the environment: WebSockets could not follow, and a loopback venue must not leave the machine.
public struct HTTPClientOptions: Sendable, Hashable {
    /// Name resolution, TCP and TLS together.
    public var connectTimeout: Duration = .seconds(5)
    /// From the call to the last byte of the reply; a request may have its own.
    public var timeout: Duration = .seconds(15)
    /// Of one reply, after decompression.
    public var maximumBodyBytes = 32 << 20
    /// Of one reply, interim replies and trailers included.
    public var maximumHeaderBytes = 64 << 10
    /// Requests under way or waiting for a connection; one more is refused at once with `.busy`.
    public var maximumRequests = 1024
    /// Further requests to the same host wait for one of these, or share one over HTTP/2.
    public var maximumConnectionsPerHost = 8
    /// Of all hosts; idle ones are closed oldest first.
    public var maximumConnections = 64
    /// A connection that was idle for longer is not used again. Short of the minute after which many servers close
    /// theirs: an order that goes out just while the server closes has an unknown outcome.
    public var maximumIdle: Duration = .seconds(30)
    /// PEM file of authorities trusted beside the system's.
    public var extraAuthorities: String?
    public var userAgent = "aristobot"

    public init() {}
}
