import Market

/// What is written down of one decision.
public struct DecisionRecord: Sendable, Hashable {
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case nothing, intents, skipped, failed
    }

    /// The opening of the candle whose close was decided on; each is decided on once.
    public var candleOpen: Timestamp
    public var outcome: Outcome
    public var decidedAt: Timestamp
    public var version: Int
    public var session: Int
    /// A JSON object: intents, journal, times.
    public var detail: String
    /// What the script was asked, as the engine encodes it; at most 4 MiB.
    public var input: [UInt8]?
    public var outputHash: UInt64?
    public var stateHash: UInt64?
    /// The script's memory after it, where it was changed; at most 64 KiB.
    public var scriptState: [UInt8]?
    /// Which candles the script had taken in, a JSON array.
    public var feeds: String?

    public init(
        candleOpen: Timestamp, outcome: Outcome, decidedAt: Timestamp, version: Int, session: Int,
        detail: String = "{}", input: [UInt8]? = nil, outputHash: UInt64? = nil, stateHash: UInt64? = nil,
        scriptState: [UInt8]? = nil, feeds: String? = nil
    ) {
        self.candleOpen = candleOpen
        self.outcome = outcome
        self.decidedAt = decidedAt
        self.version = version
        self.session = session
        self.detail = detail
        self.input = input
        self.outputHash = outputHash
        self.stateHash = stateHash
        self.scriptState = scriptState
        self.feeds = feeds
    }
}

/// A decision in the books.
public struct StoredDecision: Sendable, Hashable {
    public var id: DecisionID
    public var user: UserID
    public var strategy: ActiveStrategyID
    public var record: DecisionRecord
}

/// One life of a script in a worker: what it was loaded with.
public struct StrategySession: Sendable, Hashable {
    /// 1, 2, 3 … for each active strategy.
    public var number: Int
    public var version: Int
    public var parameters: [String: String]
    public var seed: UInt64
    /// The script's memory that it was given.
    public var scriptState: [UInt8]?
    /// What it was loaded with, as the engine encodes it; at most 4 MiB.
    public var loading: [UInt8]?
    /// A JSON object: feeds with their first candles, warm-up, engine.
    public var detail: String
    public var startedAt: Timestamp

    public init(
        number: Int, version: Int, parameters: [String: String], seed: UInt64, scriptState: [UInt8]? = nil,
        loading: [UInt8]? = nil, detail: String = "{}", startedAt: Timestamp
    ) {
        self.number = number
        self.version = version
        self.parameters = parameters
        self.seed = seed
        self.scriptState = scriptState
        self.loading = loading
        self.detail = detail
        self.startedAt = startedAt
    }
}
