import Market
import Storage
import Worker

/// Where a replay finds what was written down at the time.
public protocol ReplayJournal: Sendable {
    /// What a script was loaded with; nil where it was not kept.
    func session(of decision: StoredDecision) async throws -> StrategySession?
    /// Decisions of the same session in order of their candles, after one candle and up to that of `decision`.
    func decisions(through decision: StoredDecision, after: Timestamp?, limit: Int) async throws -> [StoredDecision]
    /// The script's memory as the session's decisions before this one left it; nil where none of them changed it.
    func lastState(before decision: StoredDecision) async throws -> [UInt8]?
    /// The text of the script, in the version that decided.
    func script(of decision: StoredDecision) async throws -> ScriptText
    /// The last candles of a series that open before a time, in order.
    func candles(_ key: CandleKey, last: Int, before: Timestamp) async throws -> [Candle]
}

/// The journal in the store, as one user may see it.
public struct StoredJournal: ReplayJournal {
    private let store: Store
    private let user: UserID
    /// Decisions that are looked through for the last memory.
    private static let mostLookedThrough = 1_000_000
    private static let page = 10_000

    public init(_ store: Store, user: UserID) {
        self.store = store
        self.user = user
    }

    public func session(of decision: StoredDecision) async throws -> StrategySession? {
        try await store.decisions.session(user, of: decision.strategy, number: decision.record.session)
    }

    public func decisions(
        through decision: StoredDecision, after: Timestamp?, limit: Int
    ) async throws -> [StoredDecision] {
        try await store.decisions.session(
            user, of: decision.strategy, decision.record.session, through: decision.record.candleOpen, after: after,
            limit: limit)
    }

    public func lastState(before decision: StoredDecision) async throws -> [UInt8]? {
        var before = decision.id
        for _ in 0..<Self.mostLookedThrough / Self.page {
            let found = try await store.decisions.list(
                user, of: decision.strategy, before: before, limit: Self.page)
            let same = found.prefix { $0.record.session == decision.record.session }
            if let state = same.lazy.compactMap(\.record.scriptState).first { return state }
            guard let last = same.last, same.count == Self.page else { return nil }
            before = last.id
        }
        return nil
    }

    public func script(of decision: StoredDecision) async throws -> ScriptText {
        let active = try await store.activeStrategies.get(user, decision.strategy)
        let strategy = try await store.strategies.get(user, active.strategy)
        let source = try await store.strategies.source(user, strategy.id, version: decision.record.version)
        return ScriptText(name: strategy.name, source: source)
    }

    public func candles(_ key: CandleKey, last: Int, before: Timestamp) async throws -> [Candle] {
        try await store.heartbeat.history(key, last: last, before: before)
    }
}
