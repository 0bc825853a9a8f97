import Logging
import Storage
import Synchronization

/// The accounts that an engine runs, each in a task of its own.
final class AccountGroup: Sendable {
    private struct State {
        var keepers: [BrokerID: AccountKeeper] = [:]
        var isClosed = false
    }

    private let wiring: EngineWiring
    private let board: SignalBoard
    private let state = Mutex(State())
    private let new = WorkQueue<AccountKeeper>(limit: 100_000)

    init(_ wiring: EngineWiring, _ board: SignalBoard) {
        self.wiring = wiring
        self.board = board
    }

    /// Runs what is begun, until it was closed and the last one has ended.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let keeper = await new.next().first {
                group.addTask { await self.run(keeper) }
            }
        }
    }

    private func run(_ keeper: AccountKeeper) async {
        wiring.logger.notice("account taken", metadata: ["broker": "\(keeper.broker)"])
        let lease = await keeper.run()
        // Only now may it be begun again.
        defer { _ = state.withLock { $0.keepers.removeValue(forKey: keeper.broker) } }
        guard let lease else {
            return wiring.logger.warning("account lost", metadata: ["broker": "\(keeper.broker)"])
        }
        do {
            try await wiring.store.engine.release(lease)
            wiring.logger.notice("account given back", metadata: ["broker": "\(keeper.broker)"])
        } catch {
            wiring.logger.warning(
                "an account could not be given back: others take it when this engine is dead",
                metadata: ["broker": "\(keeper.broker)", "error": "\(error)"])
        }
    }

    func begin(_ lease: AccountLease) {
        let keeper: AccountKeeper? = state.withLock { state in
            guard !state.isClosed, state.keepers[lease.broker] == nil else { return nil }
            let keeper = AccountKeeper(wiring, board, lease)
            state.keepers[lease.broker] = keeper
            return keeper
        }
        if let keeper { new.push(keeper, isBoundedElsewhere: true) }
    }

    /// Ends those that the store says are not ours any more.
    func keepOnly(_ leases: [AccountLease]) {
        let mine = Dictionary(leases.map { ($0.broker, $0.epoch) }) { $1 }
        // One that was lost and taken again since is another lease, which begins with what is in the store.
        for keeper in keepers where mine[keeper.broker] != keeper.epoch { keeper.stop(.leaseLost) }
    }

    func giveBackOne() {
        keepers.max { $0.broker < $1.broker }?.stop(.stopped)
    }

    /// Ends all of them and begins no more.
    func close(_ reason: LoopEnding) {
        state.withLock { $0.isClosed = true }
        for keeper in keepers { keeper.stop(reason) }
        new.close()
    }

    var keepers: [AccountKeeper] { state.withLock { Array($0.keepers.values) } }
}
