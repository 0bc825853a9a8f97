import StrategyHost
import Trading
import Wording

/// Strategies on a thread of this process: for a user's own files, replays and tests. The interpreter is the only wall.
public final class InProcessExecutor: StrategyExecutor {
    /// What the thread owns.
    private final class Owner: JobOwner {
        let host: InstanceHost
        var watched: Int32 { -1 }

        init(_ limits: HostLimits) {
            host = InstanceHost(limits: limits)
        }

        func idle() -> Int32 { -1 }
        func end() {}
    }

    private let thread: JobThread<Owner>

    public init(limits: HostLimits = HostLimits()) {
        thread = JobThread(name: "strategies") { Owner(limits) }
    }

    deinit {
        thread.closeWithoutWaiting()
    }

    private func run<Answer: Sendable>(
        _ job: @escaping @Sendable (InstanceHost) throws(ExecutorError) -> Answer
    ) async throws(ExecutorError) -> Answer {
        try await thread.run { owner in
            Result { () throws(ExecutorError) in try job(owner.host) }
        }
    }

    public func declare(
        _ script: ScriptText, parameters: [String: String]
    ) async throws(ExecutorError) -> StrategyDeclaration {
        try await run { host throws(ExecutorError) in try host.declare(script, parameters: parameters) }
    }

    public func check(_ script: ScriptText) async throws(ExecutorError) -> [Diagnostic] {
        try await run { $0.check(script) }
    }

    public func openFeed(_ feed: FeedOpening) async throws(ExecutorError) {
        try await run { host throws(ExecutorError) in try host.openFeed(feed) }
    }

    public func closeFeed(_ feed: FeedNumber) async throws(ExecutorError) {
        try await run { host throws(ExecutorError) in try host.closeFeed(feed) }
    }

    public func append(_ candles: [FeedCandles]) async throws(ExecutorError) {
        try await run { host throws(ExecutorError) in try host.append(candles) }
    }

    public func load(_ loading: InstanceLoading) async throws(ExecutorError) -> InstanceLoaded {
        try await run { host throws(ExecutorError) in try host.load(loading) }
    }

    public func decide(
        _ batch: DecisionBatch, answer: @escaping @Sendable (DecisionAnswer) -> Void
    ) async throws(ExecutorError) {
        try await run { host throws(ExecutorError) in
            try batch.check()
            try host.append(batch.feeds)
            for item in batch.items { answer(host.decide(item)) }
        }
    }

    public func stop(_ instance: InstanceNumber, account: AccountView) async throws(ExecutorError) -> Decision {
        try await run { $0.stop(instance, account: account) }
    }

    public func unload(_ instance: InstanceNumber) async {
        // Closed: then it is forgotten already.
        try? await run { $0.unload(instance) }
    }

    public func close() async {
        await thread.close()
    }
}
