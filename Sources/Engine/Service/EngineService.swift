import Broker
import Logging
import Market
import Storage
import Wording
import Worker

/// Makes what runs the scripts of one account; the engine closes it when it gives the account up.
public typealias ExecutorFactory = @Sendable (UserID) async throws -> any StrategyExecutor

/// Trades: takes the accounts that it may, lets their strategies decide when candles close, and sees to it that what
/// they decided happens at their brokers, once.
///
/// Everything it knows is in the store. It may be killed at any instant; whoever takes its accounts goes on.
public final class EngineService: Sendable {
    /// What the engine measures of itself.
    public let meter = EngineMeter()
    private let wiring: EngineWiring
    private let board = SignalBoard()
    private let cursor = SignalCursor()
    private let accounts: AccountGroup
    private let stop = WorkQueue<Bool>(limit: 1)

    /// - Parameters:
    ///   - executors: makes what runs the scripts of one account of a user.
    ///   - connectors: makes the connection to a user's broker.
    ///   - now: the system's time, used where a venue's is not known.
    public init(
        store: Store, executors: @escaping ExecutorFactory, connectors: any AccountConnector, options: EngineOptions,
        probe: EngineProbe = .none, logger: Logger, now: @escaping @Sendable () -> Timestamp = Store.systemTime
    ) {
        wiring = EngineWiring(
            store: store, executors: executors, connectors: connectors, options: options, probe: probe, meter: meter,
            logger: logger, fence: LeaseFence(limit: options.fenceAfter), now: now)
        accounts = AccountGroup(wiring, board)
    }

    /// Runs until its task is cancelled: then it stops in order, gives its accounts back and returns.
    ///
    /// - Throws: `StorageError.nameTaken` when an engine of its name lives, `EngineError.declaredDead` when it could
    ///   not say that it lives, and what the store throws at the start.
    public func run() async throws {
        // The work itself is not cancelled: what is under way is waited for and written down.
        let work = Task { try await live() }
        try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            stop.close()
        }
    }

    private func live() async throws {
        // The database may count from any instant after the question.
        let asked = ContinuousClock.now
        let engine = try await wiring.store.engine.register(
            name: wiring.options.name, life: wiring.options.deadAfter)
        wiring.fence.renewed(asked: asked)
        wiring.logger.notice("engine started", metadata: ["engine": "\(wiring.options.name)"])
        let keeper = LeaseKeeper(wiring: wiring, engine: engine, accounts: accounts)
        let reader = SignalReader(wiring: wiring, board: board, cursor: cursor)
        var failure: (any Error)?
        // In order of dependence: the accounts outlive what feeds them.
        await withThrowingTaskGroup(of: Void.self) { group in
            let accounts = Task { await self.accounts.run() }
            group.addTask { await reader.run() }
            group.addTask { try await keeper.run() }
            group.addTask { [wiring] in
                await StoreSweeper(wiring: wiring).run()
                // Ends with the others only.
                throw CancellationError()
            }
            group.addTask { [stop] in
                _ = await stop.next()
                throw CancellationError()
            }
            do { try await group.next() } catch { failure = error is CancellationError ? nil : error }
            self.accounts.close(failure == nil ? .stopped : .leaseLost)
            await accounts.value
            group.cancelAll()
        }
        wiring.fence.close()
        if let failure { throw failure }
        do {
            try await wiring.store.engine.leave(engine)
        } catch {
            wiring.logger.warning("the engine could not sign off", metadata: ["error": "\(error)"])
        }
        wiring.logger.notice("engine stopped", metadata: ["engine": "\(wiring.options.name)"])
    }

    // MARK: For tests and status

    /// Up to which signal candles were handed to the accounts.
    public var lastSignal: SignalID? { cursor.last }

    /// The accounts that it runs.
    public var accountIDs: [BrokerID] { accounts.keepers.map(\.broker).sorted() }

    /// Whether it could not say in time that it lives: then it sends nothing but what `isAlone` allows.
    public var isFenced: Bool { !wiring.fence.isOpen }

    /// Whether no other engine was registered when the database was asked last: then stops that it watches go out even
    /// while it is fenced.
    public var isAlone: Bool { wiring.fence.isAlone }

    /// Whether nothing is under way in any account: no message, decision, call, history or survey. What a broker's
    /// stream holds is not known here: `accountEvents` says how many of its events were taken in.
    public var isIdle: Bool { accounts.keepers.allSatisfy { $0.activity.isNone } }

    /// Account events that an account's running loop has taken in.
    public func accountEvents(of broker: BrokerID) async -> Int {
        await accounts.keepers.first { $0.broker == broker }?.loop?.accountEvents ?? 0
    }
}
