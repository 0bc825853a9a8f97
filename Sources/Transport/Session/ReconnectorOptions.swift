/// Times of a `Reconnector`.
public struct ReconnectorOptions: Sendable, Hashable {
    /// Before the second attempt; each further one waits twice as long.
    public var firstDelay: Duration = .milliseconds(500)
    public var longestDelay: Duration = .seconds(30)
    /// A connection that lived this long makes the next loss count as the first.
    public var stableAfter: Duration = .seconds(60)
    /// From open to ready: the opening messages are out and, where asked for, confirmed.
    public var readyWithin: Duration = .seconds(10)
    /// Age at which a new connection is made beside the old one; nil for venues that set no limit.
    public var renewAfter: Duration?

    public init() {}
}
