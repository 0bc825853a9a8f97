import StrategyHost
import Trading
import Wording

/// Strategies of one tenant in a worker process of their own, which is started when it is first needed, and started
/// anew with all it held whenever it dies.
public final class WorkerExecutor: StrategyExecutor {
    private let thread: JobThread<WorkerKeeper>
    /// Gives the pool its place back, once.
    private let leave: @Sendable () -> Void
    /// Set once nobody waits for strategies to be brought back any more.
    private let closing = Withdrawal()

    init(
        tenant: TenantNumber, options: WorkerPoolOptions, observer: @escaping @Sendable (WorkerEvent) -> Void,
        leave: @escaping @Sendable () -> Void
    ) {
        self.leave = leave
        thread = JobThread(name: "worker", stackBytes: 1 << 20) { [closing] in
            WorkerKeeper(tenant: tenant, options: options, observer: observer, closing: closing)
        }
    }

    deinit {
        closing.set()
        thread.closeWithoutWaiting()
        leave()
    }

    private func run<Answer: Sendable>(
        _ job: @escaping @Sendable (WorkerKeeper) throws(ExecutorError) -> Answer
    ) async throws(ExecutorError) -> Answer {
        let caller = Withdrawal()
        let result = await withTaskCancellationHandler {
            await thread.result { keeper in
                Result { () throws(ExecutorError) in try keeper.serve(caller, job) }
            }
        } onCancel: {
            caller.set()
        }
        return try result.get()
    }

    public func declare(
        _ script: ScriptText, parameters: [String: String]
    ) async throws(ExecutorError) -> StrategyDeclaration {
        try await run { keeper throws(ExecutorError) in try keeper.declare(script, parameters) }
    }

    public func check(_ script: ScriptText) async throws(ExecutorError) -> [Diagnostic] {
        try await run { keeper throws(ExecutorError) in try keeper.check(script) }
    }

    public func openFeed(_ feed: FeedOpening) async throws(ExecutorError) {
        try await run { keeper throws(ExecutorError) in try keeper.openFeed(feed) }
    }

    public func closeFeed(_ feed: FeedNumber) async throws(ExecutorError) {
        try await run { keeper throws(ExecutorError) in try keeper.closeFeed(feed) }
    }

    public func append(_ candles: [FeedCandles]) async throws(ExecutorError) {
        try await run { keeper throws(ExecutorError) in try keeper.append(candles) }
    }

    public func load(_ loading: InstanceLoading) async throws(ExecutorError) -> InstanceLoaded {
        try await run { keeper throws(ExecutorError) in try keeper.load(loading) }
    }

    public func decide(
        _ batch: DecisionBatch, answer: @escaping @Sendable (DecisionAnswer) -> Void
    ) async throws(ExecutorError) {
        try await run { keeper throws(ExecutorError) in try keeper.decide(batch, answer: answer) }
    }

    public func stop(_ instance: InstanceNumber, account: AccountView) async throws(ExecutorError) -> Decision {
        try await run { keeper throws(ExecutorError) in try keeper.stop(instance, account) }
    }

    public func unload(_ instance: InstanceNumber) async {
        // Closed: then it is forgotten already.
        try? await thread.run { keeper in .success(keeper.unload(instance)) }
    }

    public func close() async {
        closing.set()
        await thread.close()
        leave()
    }
}
