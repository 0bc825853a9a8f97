import StrategyHost
import Synchronization
import Trading
import Wording
import Worker

/// An executor that counts what it is asked, and fails on demand.
final class CountingExecutor: StrategyExecutor {
    private struct State {
        var decisions = 0
        var batches: [Int] = []
        var problem: Message?
        var failure: ExecutorError?
        var isSilent = false
        /// Batches that will never be answered.
        var unanswered = 0
        /// What the batches wait for that are not answered.
        var silences: [AsyncStream<Never>.Continuation] = []
    }

    private let base: any StrategyExecutor
    private let state = Mutex(State())

    init(_ base: any StrategyExecutor) {
        self.base = base
    }

    /// Decisions that were answered.
    var decisions: Int { state.withLock(\.decisions) }
    /// Items of each batch.
    var batches: [Int] { state.withLock(\.batches) }

    /// Every item is answered with it until nil is given.
    func answerAll(with problem: Message?) { state.withLock { $0.problem = problem } }
    /// The next batch fails as a whole.
    func failNext(_ error: ExecutorError) { state.withLock { $0.failure = error } }

    /// From now on no batch is answered.
    func fallSilent() { state.withLock { $0.isSilent = true } }
    var unanswered: Int { state.withLock(\.unanswered) }

    /// Ends the silence: batches that wait are worked off.
    func speakAgain() {
        let silences = state.withLock { state in
            defer { state.silences = [] }
            state.isSilent = false
            return state.silences
        }
        for silence in silences { silence.finish() }
    }

    func declare(
        _ script: ScriptText, parameters: [String: String]
    ) async throws(ExecutorError) -> StrategyDeclaration {
        try await base.declare(script, parameters: parameters)
    }

    func check(_ script: ScriptText) async throws(ExecutorError) -> [Diagnostic] { try await base.check(script) }
    func openFeed(_ feed: FeedOpening) async throws(ExecutorError) { try await base.openFeed(feed) }
    func closeFeed(_ feed: FeedNumber) async throws(ExecutorError) { try await base.closeFeed(feed) }
    func append(_ candles: [FeedCandles]) async throws(ExecutorError) { try await base.append(candles) }

    func load(_ loading: InstanceLoading) async throws(ExecutorError) -> InstanceLoaded {
        try await base.load(loading)
    }

    func decide(
        _ batch: DecisionBatch, answer: @escaping @Sendable (DecisionAnswer) -> Void
    ) async throws(ExecutorError) {
        let (problem, failure) = state.withLock { state in
            state.batches.append(batch.items.count)
            defer { state.failure = nil }
            return (state.problem, state.failure)
        }
        if let failure { throw failure }
        let (silence, output) = AsyncStream.makeStream(of: Never.self)
        let isSilent = state.withLock { state in
            guard state.isSilent else { return false }
            state.unanswered += 1
            state.silences.append(output)
            return true
        }
        if isSilent {
            // Until somebody speaks again, or the task is cancelled.
            for await _ in silence {}
            if Task.isCancelled { return }
        }
        if let problem {
            for item in batch.items { answer(DecisionAnswer(instance: item.instance, problem: problem)) }
            return
        }
        try await base.decide(batch) { [self] in
            state.withLock { $0.decisions += 1 }
            answer($0)
        }
    }

    func stop(_ instance: InstanceNumber, account: AccountView) async throws(ExecutorError) -> Decision {
        try await base.stop(instance, account: account)
    }

    func unload(_ instance: InstanceNumber) async { await base.unload(instance) }
    func close() async { await base.close() }
}
