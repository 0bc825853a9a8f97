/// Bounds and times of a WebSocket connection. Certificates and host names are always checked; proxies are never used.
public struct WebSocketOptions: Sendable, Hashable {
    /// From the call to the end of the upgrade: name, TCP, TLS and HTTP reply together.
    public var connectTimeout: Duration = .seconds(10)
    /// Silence after which a ping is sent.
    public var pingAfter: Duration = .seconds(20)
    /// A ping without any whole frame in answer for so long ends the connection; half a frame does not count.
    public var answerWithin: Duration = .seconds(10)
    /// How long `close` waits for the other side's close frame.
    public var closeTimeout: Duration = .seconds(2)
    /// Of one message, all its fragments together.
    public var maximumMessageBytes = 4 << 20
    /// Messages received and not yet taken; at this many, or at `maximumWaitingBytes`, reading stops until half are
    /// taken. What one read brought (at most 256 KiB) still comes on top.
    public var maximumWaitingMessages = 4096
    public var maximumWaitingBytes = 16 << 20
    /// Text handed to `send` and not yet taken by the network; more is refused at once with `.backlog`.
    public var maximumUnsentBytes = 1 << 20
    /// Of the body of a reply that refuses the upgrade; the rest is not read.
    public var maximumRefusalBytes = 16 << 10
    /// Sent with the upgrade, beside those the protocol needs.
    public var headers: HeaderFields = [:]
    /// PEM file of authorities trusted beside the system's.
    public var extraAuthorities: String?
    public var userAgent = "aristobot"

    public init() {}
}
