/// How a `WebSocketSession` reaches its venue and what it must understand of the venue's messages.
public struct WebSocketSessionOptions: Sendable {
    public var connection = WebSocketOptions()
    public var reconnect = ReconnectorOptions()
    /// Events not taken yet; at this many, reading from the network stops until half are taken.
    public var maximumWaitingEvents = 1024
    /// Asked for before each connection.
    public var address: @Sendable () async throws -> String
    /// Sent on each new connection, in order: subscriptions, a log-on.
    public var openingMessages: @Sendable () async throws -> [String] = { [] }
    /// Whether a message says that the opening messages took effect; nil where being sent is enough. Only with it is
    /// nothing missed at a renewal: the old connection goes on until then.
    public var isReady: (@Sendable (String) -> Bool)?
    /// Whether a message says that the venue will end this connection.
    public var isShutdownNotice: @Sendable (String) -> Bool = { _ in false }

    public init(address: @escaping @Sendable () async throws -> String) {
        self.address = address
    }

    public init(address: String) {
        self.address = { address }
    }
}
