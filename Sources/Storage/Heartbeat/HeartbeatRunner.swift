import Broker

/// A process that offers to be the heartbeat of a market.
public struct HeartbeatRunner: Sendable, Hashable {
    public var id: HeartbeatRunnerID
    public var market: VenueName
    /// For people: machine and process.
    public var name: String
    /// Whether it makes the market's candles; of those that do not, each stands by.
    public var isAtWork: Bool
    /// Whether it was heard of within its life, by the database's clock.
    public var isAlive: Bool
}

/// What a runner was answered when it offered itself.
public struct HeartbeatTurn: Sendable, Hashable {
    public var runner: HeartbeatRunnerID
    /// Whether it is to make the market's candles.
    public var isAtWork: Bool
    /// Who does so otherwise; nil for itself.
    public var other: String?
    /// Whose work it has just taken over because that one was not heard of any more.
    public var successorOf: String?

    public init(
        runner: HeartbeatRunnerID, isAtWork: Bool, other: String? = nil, successorOf: String? = nil
    ) {
        self.runner = runner
        self.isAtWork = isAtWork
        self.other = other
        self.successorOf = successorOf
    }
}
