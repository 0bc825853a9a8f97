import StrategyHost

/// What one host of strategies may hold, and what each of them may use.
public struct HostLimits: Sendable {
    public var instance = InstanceLimits()
    public var mostInstances = 50_000
    public var mostFeeds = 10_000
    /// Bytes of all interpreters together from which no further strategy is loaded.
    public var interpreterBytes = 3 << 30

    static let mostFindings = 200
    /// Candles that an instance may lag behind its feed before it takes them in unasked: feeds keep 64 rows at least.
    static let mostUnseen = 16

    public init() {}
}
