import Glibc
import Logging
import Metrics
import Storage
import Synchronization
import Wording
import Worker

/// Where the scripts of users run: worker processes of each user's own, or this process.
final class StrategyProcesses: Sendable {
    private struct State {
        var processes: Set<Int32> = []
        var restarts = 0
        var walls: WorkerWalls?
    }

    /// Starts the very program that runs, also where another one has taken its place on disk since.
    private static let executable = "/proc/self/exe"

    /// Nil: scripts run in this process, with one wall less.
    private let pool: WorkerPool?
    private let tally: Tally

    /// What is known of the workers; told on their executors' threads.
    private final class Tally: Sendable {
        let state = Mutex(State())
        let logger = Logger(label: "worker")
        static let restarts = "aristobot_worker_restarts_total"

        func note(_ event: WorkerEvent) {
            switch event {
            case .started(let tenant, let pid, let walls):
                state.withLock { state in
                    state.processes.insert(pid)
                    state.walls = walls
                }
                let names = walls.names.joined(separator: ",")
                logger.info("worker started", metadata: ["user": "\(tenant)", "pid": "\(pid)", "walls": "\(names)"])
                if !walls.isTight {
                    let missing = walls.missing.joined(separator: ",")
                    logger.warning(
                        "this system does not shut a worker in whole; see 'aristobot doctor'",
                        metadata: ["missing": "\(missing)"])
                }
            case .lost(let tenant, let pid, let reason):
                state.withLock { state in
                    state.processes.remove(pid)
                    state.restarts += 1
                }
                Counter(label: Self.restarts).increment()
                logger.warning(
                    "worker lost", metadata: ["user": "\(tenant)", "pid": "\(pid)", "reason": "\(reason.english)"])
            case .decided: break
            case .banned(let tenant, let instance):
                logger.error(
                    "a strategy has killed so many workers that it is not asked any more",
                    metadata: ["user": "\(tenant)", "strategy": "\(instance)"])
            }
        }
    }

    init(isInProcess: Bool) {
        let tally = Tally()
        self.tally = tally
        pool = isInProcess ? nil : Self.pool { tally.note($0) }
        // Shown from the beginning, so that a first one can be seen to come.
        Counter(label: Tally.restarts).increment(by: 0)
    }

    /// Workers that are this program; also for commands that run a user's code once.
    static func pool(_ observer: @escaping @Sendable (WorkerEvent) -> Void = { _ in }) -> WorkerPool {
        WorkerPool(WorkerPoolOptions(executable: executable), observer: observer)
    }

    func executor(for user: UserID) throws -> any StrategyExecutor {
        guard let pool else { return InProcessExecutor() }
        return try pool.executor(for: TenantNumber(user.number))
    }

    /// Workers that run now.
    var count: Int {
        // One that was let go is not told of: the system knows.
        tally.state.withLock { state in
            state.processes = state.processes.filter { kill($0, 0) == 0 }
            return state.processes.count
        }
    }

    /// For the status view; nil without processes of their own.
    var line: StatusSnapshot.WorkersLine? {
        guard pool != nil else { return nil }
        let count = count
        let (restarts, walls) = tally.state.withLock { ($0.restarts, $0.walls) }
        return .init(count: count, restarts: restarts, missingWalls: walls?.missing)
    }

    /// Which walls this system lets a worker raise; starts one and ends it.
    static func walls() async throws -> WorkerWalls {
        try await pool().walls()
    }
}
