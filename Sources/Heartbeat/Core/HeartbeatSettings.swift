/// What the pure heartbeat waits for and how far it goes; times in milliseconds of the venue's clock.
public struct HeartbeatSettings: Sendable, Hashable {
    /// How long a minute that is over waits for late trades, when nothing else says that it is complete.
    public var grace: Int64 = 500
    /// How long after its end a minute waits for any sign that the stream still speaks, a trade of any symbol or the
    /// venue's candle. Without one its trades may have been lost on a dead connection: it is fetched.
    public var patience: Int64 = 2000
    /// Minutes that are fetched after an absence, at most; older ones are left out, with an alert.
    public var longestRecovery = 1000
    /// How often a fetch is asked again when the venue's answer lacks its newest minutes; then they count as silent.
    public var shortAnswers = 6
    /// A connection that tells nothing for so long is made anew.
    public var silence: Int64 = 120_000
    /// A venue time so far ahead of all that is known has to be told twice.
    public var largestStep: Int64 = 300_000

    public init() {}

    /// When a minute that ends then is told or fetched without any other event.
    ///
    /// - Parameter heard: up to when the stream has shown that it speaks.
    func deadline(_ end: Int64, heard: Int64) -> Int64 {
        end + (heard >= end ? grace : max(grace, patience))
    }
}
