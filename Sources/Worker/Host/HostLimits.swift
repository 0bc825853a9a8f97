import StrategyHost

/// What one host of strategies may hold, and what each of them may use.
public struct HostLimits: Sendable {
    public var instance = InstanceLimits()
    public var mostInstances = 50_000
    public var mostFeeds = 10_000
    /// Bytes of all interpreters together from which no further strategy is loaded.
    public var interpreterBytes = 3 << 30
    /// Nanoseconds of one turn, however many events it tells: what waits behind a strategy's turn (its fills, the
    /// commands of its user) waits no longer than that. Events for which no time is left are left out.
    public var longestTurn: Int64 = 5_000_000_000

    static let mostFindings = 200
    /// Candles that an instance may lag behind its feed before it takes them in unasked: feeds keep 64 rows at least.
    static let mostUnseen = 16
    /// Calls of a turn besides those for its events: at most five questions of the template, and reading the state.
    static let callsOfCandle: Int64 = 6

    public init() {}
}
