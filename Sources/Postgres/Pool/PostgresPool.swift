import Glibc
import Synchronization
import Wording

/// A bounded set of connections to one database, opened when they are needed.
///
/// A call that finds none free waits, in order of arrival and within `acquireTimeout`. While the server is down, calls
/// go on trying to connect, with growing pauses, within the same time. A connection that broke is never handed out
/// again.
public final class PostgresPool: Sendable {
    public let configuration: PostgresConfiguration

    private struct Shared {
        var state: PoolState<PostgresConnection>
        var continuations: [Int: CheckedContinuation<Grant, any Error>] = [:]
        var backoff = Backoff()
        var nextAttempt: ContinuousClock.Instant?
        var lastNumber = 0
        var waits = 0
        var waited = Duration.zero
    }

    private typealias Grant = PoolState<PostgresConnection>.Grant

    private let shared: Mutex<Shared>
    /// The random part of pauses, from 0 to 1.
    private let jitter: @Sendable () -> Double

    public convenience init(_ configuration: PostgresConfiguration) {
        self.init(configuration, jitter: { .random(in: 0...1) })
    }

    init(_ configuration: PostgresConfiguration, jitter: @escaping @Sendable () -> Double) {
        self.configuration = configuration
        self.jitter = jitter
        shared = Mutex(
            Shared(
                state: PoolState(size: configuration.poolSize, maximumWaiting: configuration.maximumWaiting)))
    }

    public var figures: PoolFigures {
        shared.withLock { shared in
            PoolFigures(
                connections: shared.state.slots, idle: shared.state.idle.count, waiting: shared.state.waiters.count,
                waits: shared.waits, waited: shared.waited)
        }
    }

    /// Lends a connection to `body`, which must leave it without an open transaction and keep no reference to it.
    @discardableResult
    nonisolated(nonsending) public func withConnection<Value>(
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await acquire()
        do {
            let value = try await body(connection)
            await release(connection)
            return value
        } catch {
            await release(connection)
            throw error
        }
    }

    /// A connection outside of the pool, closed at the end: for locks and settings that belong to the session.
    @discardableResult
    nonisolated(nonsending) public func withOwnConnection<Value>(
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await openPatiently(until: .now + configuration.acquireTimeout)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Connects once, without a second try; throws what is wrong with server or configuration.
    public func verify() async throws(PostgresError) {
        let connection = PostgresConnection(configuration)
        try await connection.open()
        await connection.close()
    }

    @discardableResult
    public func query(_ query: PostgresQuery, timeout: Duration? = nil) async throws(PostgresError) -> PostgresRows {
        let connection = try await acquire()
        do throws(PostgresError) {
            let rows = try await connection.query(query, timeout: timeout)
            await release(connection)
            return rows
        } catch {
            await release(connection)
            throw error
        }
    }

    /// The count of rows that a statement changed.
    @discardableResult
    public func execute(_ query: PostgresQuery, timeout: Duration? = nil) async throws(PostgresError) -> Int {
        try await self.query(query, timeout: timeout).affected
    }

    /// Sends a notification to whoever listens on `channel`; inside of a transaction use the connection's.
    public func notify(_ channel: String, _ payload: String = "") async throws(PostgresError) {
        try await query(PostgresConnection.notification(channel, payload))
    }

    /// Runs `body` in a transaction: committed when it returns, undone when it throws or its task is cancelled.
    ///
    /// A serialization failure or deadlock starts it over, `attempts` times in all; then `body` runs more than once.
    @discardableResult
    nonisolated(nonsending) public func transaction<Value>(
        isolation: PostgresIsolation = .readCommitted, readOnly: Bool = false, attempts: Int = 1,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        var left = attempts
        while true {
            do {
                return try await withConnection {
                    try await $0.transaction(isolation: isolation, readOnly: readOnly, body)
                }
            } catch PostgresError.serialization where left > 1 {
                left -= 1
            }
        }
    }

    /// Refuses new calls, fails the waiting ones and closes what is idle; leased connections close when they come back.
    public func close() async {
        let (idle, waiting) = shared.withLock { shared in
            let left = shared.state.close()
            return (left.idle, left.waiters.compactMap { shared.continuations.removeValue(forKey: $0) })
        }
        for continuation in waiting { continuation.resume(throwing: PostgresError.poolClosed) }
        for connection in idle { await connection.close() }
    }
}

// MARK: - Leases

extension PostgresPool {
    private func acquire() async throws(PostgresError) -> PostgresConnection {
        let deadline = ContinuousClock.now + configuration.acquireTimeout
        while true {
            let grant =
                if let now = shared.withLock({ $0.state.acquireNow() }) { now } else {
                    try await waiting(until: deadline)
                }
            switch grant {
            case .use(let connection):
                if isAlive(connection) { return connection }
                await connection.close()
                lose()
            case .open:
                do throws(PostgresError) { return try await openPatiently(until: deadline) } catch {
                    lose()
                    throw error
                }
            }
        }
    }

    /// Tries until the deadline, at least once, while the server is down; other refusals are final.
    private func openPatiently(until deadline: ContinuousClock.Instant) async throws(PostgresError)
        -> PostgresConnection
    {
        while true {
            let next = shared.withLock { $0.nextAttempt }
            if let next, next > .now {
                do { try await Task.sleep(until: min(next, deadline), clock: .continuous) } catch {
                    throw PostgresError.cancelled
                }
            }
            let connection = PostgresConnection(configuration)
            do throws(PostgresError) {
                try await connection.open()
                shared.withLock {
                    $0.backoff.succeed()
                    $0.nextAttempt = nil
                }
                return connection
            } catch {
                guard error.isWorthReconnecting else { throw error }
                shared.withLock { $0.nextAttempt = .now + $0.backoff.fail(fraction: jitter()) }
                guard ContinuousClock.now < deadline else { throw error }
            }
        }
    }

    private func waiting(until deadline: ContinuousClock.Instant) async throws(PostgresError) -> Grant {
        let number = shared.withLock { shared in
            shared.lastNumber += 1
            return shared.lastNumber
        }
        let began = ContinuousClock.now
        defer {
            shared.withLock { shared in
                shared.waits += 1
                shared.waited += .now - began
            }
        }
        do {
            return try await withThrowingTaskGroup(of: Grant?.self) { group in
                group.addTask { try await self.enqueued(number, until: deadline) }
                group.addTask {
                    // A sleep that is cut short needs no answer: the wait is over, or its own cancellation ends it.
                    guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return nil }
                    self.giveUp(number, self.waitTimeout)
                    return nil
                }
                for try await grant in group {
                    guard let grant else { continue }
                    group.cancelAll()
                    return grant
                }
                throw PostgresError.cancelled
            }
        } catch {
            throw error as? PostgresError ?? .cancelled
        }
    }

    private var waitTimeout: PostgresError {
        .timeout(.poolWait, milliseconds: configuration.acquireTimeout.boundedMilliseconds)
    }

    private func enqueued(_ number: Int, until deadline: ContinuousClock.Instant) async throws -> Grant {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Grant, any Error>) in
                enqueue(number, continuation)
                // Both may have come before there was anything to end.
                if Task.isCancelled { giveUp(number, .cancelled) }
                if ContinuousClock.now >= deadline { giveUp(number, waitTimeout) }
            }
        } onCancel: {
            giveUp(number, .cancelled)
        }
    }

    private func enqueue(_ number: Int, _ continuation: CheckedContinuation<Grant, any Error>) {
        let outcome: Result<Grant, any Error>? = shared.withLock { shared in
            switch shared.state.acquire(waiter: number) {
            case .granted(let grant): return .success(grant)
            case .queued:
                shared.continuations[number] = continuation
                return nil
            case .full:
                return .failure(
                    PostgresError.poolExhausted(size: shared.state.size, waiting: shared.state.waiters.count))
            case .closed: return .failure(PostgresError.poolClosed)
            }
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    /// Ends the wait of a call that nothing was granted to yet; after a grant it does nothing.
    private func giveUp(_ number: Int, _ error: PostgresError) {
        let continuation = shared.withLock { shared in
            shared.state.giveUp(waiter: number) ? shared.continuations.removeValue(forKey: number) : nil
        }
        continuation?.resume(throwing: error)
    }

    /// What a server says on its own to an idle connection is nearly always its end; a notice is worth a new one too.
    private func isAlive(_ connection: PostgresConnection) -> Bool {
        guard connection.condition.load(ordering: .acquiring) == .clean else { return false }
        var socket = pollfd(fd: connection.descriptor.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) == 0
    }

    private func release(_ connection: PostgresConnection) async {
        var isHealthy = connection.condition.load(ordering: .acquiring) == .clean
        if !isHealthy { isHealthy = await connection.settle() }
        guard isHealthy else {
            await connection.close()
            lose()
            return
        }
        let outcome = shared.withLock { shared in resumption(shared.state.release(connection), &shared) }
        outcome.resume()
        if outcome.isDropped { await connection.close() }
    }

    private func lose() {
        shared.withLock { shared in resumption(shared.state.lose(), &shared) }.resume()
    }

    private struct Resumption {
        var continuation: CheckedContinuation<Grant, any Error>?
        var grant: Grant?
        var isDropped = false

        func resume() {
            if let grant { continuation?.resume(returning: grant) }
        }
    }

    private func resumption(
        _ release: PoolState<PostgresConnection>.Release, _ shared: inout Shared
    ) -> Resumption {
        switch release {
        case .handOver(let waiter, let grant):
            Resumption(continuation: shared.continuations.removeValue(forKey: waiter), grant: grant)
        case .parked: Resumption()
        case .dropped: Resumption(isDropped: true)
        }
    }
}
