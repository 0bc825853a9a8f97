import StrategyHost
import Synchronization
import Wording

/// Makes executors whose strategies run in worker processes, and bounds how many there are.
public final class WorkerPool: Sendable {
    private let options: WorkerPoolOptions
    private let observer: @Sendable (WorkerEvent) -> Void
    /// Places that are taken.
    private let places: Places

    private final class Places: Sendable {
        let taken = Mutex(0)
    }

    public init(_ options: WorkerPoolOptions, observer: @escaping @Sendable (WorkerEvent) -> Void = { _ in }) {
        self.options = options
        self.observer = observer
        places = Places()
    }

    /// A new executor with a process of its own, for strategies of one tenant only. Its place is free again when it
    /// is closed or let go.
    public func executor(for tenant: TenantNumber) throws(ExecutorError) -> WorkerExecutor {
        let most = options.mostWorkers
        let isThere = places.taken.withLock { taken in
            guard taken < most else { return false }
            taken += 1
            return true
        }
        guard isThere else {
            throw .unavailable(
                Message("\(most) workers are running: no more are allowed", fr: "\(most) processus tournent déjà"))
        }
        let hasLeft = Left()
        return WorkerExecutor(tenant: tenant, options: options, observer: observer) { [places] in
            guard hasLeft.once() else { return }
            places.taken.withLock { $0 -= 1 }
        }
    }

    private final class Left: Sendable {
        private let done = Mutex(false)

        func once() -> Bool {
            done.withLock { done in
                defer { done = true }
                return !done
            }
        }
    }

    /// Everything that can be said about a file, found in a process that is started for it and ended with it: a check
    /// holds up nobody's signal.
    public func check(_ script: ScriptText, for tenant: TenantNumber) async throws(ExecutorError) -> [Diagnostic] {
        let executor = try executor(for: tenant)
        let result = await Self.result { () throws(ExecutorError) in try await executor.check(script) }
        await executor.close()
        return try result.get()
    }

    /// What a file declares, read in a process that is started for it and ended with it.
    public func declare(
        _ script: ScriptText, parameters: [String: String] = [:], for tenant: TenantNumber
    ) async throws(ExecutorError) -> StrategyDeclaration {
        let executor = try executor(for: tenant)
        let result = await Self.result { () throws(ExecutorError) in
            try await executor.declare(script, parameters: parameters)
        }
        await executor.close()
        return try result.get()
    }

    private static func result<Value: Sendable>(
        _ body: () async throws(ExecutorError) -> Value
    ) async -> Result<Value, ExecutorError> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// Which walls this system lets a worker raise; starts one and ends it.
    public func walls() async throws(ExecutorError) -> WorkerWalls {
        let seen = Seen()
        let keeper = WorkerExecutor(
            tenant: TenantNumber(0), options: options,
            observer: { event in
                if case .started(_, _, let walls) = event { seen.walls.withLock { $0 = walls } }
            }, leave: {})
        let result = await Self.result { () throws(ExecutorError) in
            try await keeper.check(ScriptText(name: "walls.lua", source: "-- none"))
        }
        await keeper.close()
        _ = try result.get()
        return seen.walls.withLock { $0 }
    }

    private final class Seen: Sendable {
        let walls = Mutex(WorkerWalls())
    }
}
