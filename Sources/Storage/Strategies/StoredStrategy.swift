import Market

/// A script that a user has entered; its texts are its versions.
public struct StoredStrategy: Sendable, Hashable {
    public var id: StrategyID
    public var user: UserID
    /// Unique among the user's strategies that were not removed.
    public var name: String
    public var description: String
    /// What the newest version declares.
    public var timeframe: Timeframe
    /// The newest version: 1, 2, 3 …
    public var currentVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
}

/// One text of a strategy. It is never changed.
public struct StrategyVersion: Sendable, Hashable {
    public var strategy: StrategyID
    public var version: Int
    /// SHA-256 of the text, 32 bytes.
    public var sourceHash: [UInt8]
    public var byteCount: Int
    public var createdAt: Timestamp
}
