import Market

/// An engine as the database knows it.
public struct RegisteredEngine: Sendable, Hashable {
    public var id: EngineID
    public var name: String
    /// One that was not heard of for so long is dead, and its accounts are free.
    public var life: Duration
    /// A JSON object: host, process, version.
    public var detail: String
    public var startedAt: Timestamp
    public var renewedAt: Timestamp
    public var leftAt: Timestamp?
    /// By the database's clock, when it was asked.
    public var isAlive: Bool
    public var accountCount: Int
}

/// The right to trade on an account and to write about it.
///
/// A value: each commit answers the lease to use for the next one.
public struct AccountLease: Sendable, Hashable {
    public let user: UserID
    public let broker: BrokerID
    public let engine: EngineID
    /// Another one whenever the account changes hands.
    public let epoch: Int64
    /// How many commits there were under all leases of the account.
    public internal(set) var commits: Int64

    public init(user: UserID, broker: BrokerID, engine: EngineID, epoch: Int64, commits: Int64 = 0) {
        self.user = user
        self.broker = broker
        self.engine = engine
        self.epoch = epoch
        self.commits = commits
    }
}

/// What came of looking for accounts.
public struct LeaseRound: Sendable, Hashable {
    /// Taken just now.
    public var taken: [AccountLease]
    /// How many accounts this engine holds, those included.
    public var held: Int
    /// How many are its fair share: all accounts by the number of live engines, rounded up.
    public var share: Int

    public init(taken: [AccountLease], held: Int, share: Int) {
        self.taken = taken
        self.held = held
        self.share = share
    }
}
