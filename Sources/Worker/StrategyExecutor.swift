import StrategyHost
import Trading
import Wording

/// Where strategies run: a worker process of their tenant, or a thread of this process.
///
/// Calls are worked off one after the other, in the order in which they were made. Every method may be called from
/// any task; none of them blocks the caller's thread.
///
/// A worker that does not answer holds nobody up who has gone: a call whose task is cancelled returns within a second,
/// and may throw `unavailable`. What it asked may have been done all the same.
public protocol StrategyExecutor: Sendable {
    /// Reads what a file declares: its top level runs, sandboxed. Given parameters are checked against their domains.
    func declare(
        _ script: ScriptText, parameters: [String: String]
    ) async throws(ExecutorError) -> StrategyDeclaration

    /// Everything that can be said about a file, as `aristobot check` says it; empty when there is nothing to say.
    func check(_ script: ScriptText) async throws(ExecutorError) -> [Diagnostic]

    /// Opens a feed. One that is open under the same number, symbol and timeframe stays as it is.
    func openFeed(_ feed: FeedOpening) async throws(ExecutorError)

    /// Closes a feed that no loaded instance reads.
    func closeFeed(_ feed: FeedNumber) async throws(ExecutorError)

    /// Adds closed candles: history, before instances are loaded. At most `FeedCandles.mostCandles` a call.
    func append(_ candles: [FeedCandles]) async throws(ExecutorError)

    /// Makes an instance, which replaces one of the same number.
    func load(_ loading: InstanceLoading) async throws(ExecutorError) -> InstanceLoaded

    /// Appends the candles and works off the items; answers come in their order, from a thread of the executor, all of
    /// them before the call returns. An item that cannot be worked off is answered with a `problem`.
    ///
    /// When this throws, no further answers come; the candles are known all the same, unless the error is `invalid`.
    func decide(
        _ batch: DecisionBatch, answer: @escaping @Sendable (DecisionAnswer) -> Void
    ) async throws(ExecutorError)

    /// Calls `on_stop` and forgets the instance. Answers what `on_stop` said; it can order nothing.
    func stop(_ instance: InstanceNumber, account: AccountView) async throws(ExecutorError) -> Decision

    /// Forgets the instance; nothing of it is called.
    func unload(_ instance: InstanceNumber) async

    /// Ends all of it; what waits is refused with `unavailable`.
    func close() async
}

extension StrategyExecutor {
    public func declare(_ script: ScriptText) async throws(ExecutorError) -> StrategyDeclaration {
        try await declare(script, parameters: [:])
    }
}
