/// How a pool is used, at one moment and since it was made: for whoever shows it.
public struct PoolFigures: Sendable, Hashable {
    /// Connections that are open or being opened.
    public var connections: Int
    /// Those of them that nobody uses.
    public var idle: Int
    /// Calls that wait for a connection now.
    public var waiting: Int
    /// Calls that have had to wait, whatever came of it, and how long all of them together.
    public var waits: Int
    public var waited: Duration

    /// Connections that are lent, or being opened for a call.
    public var used: Int { connections - idle }
}
