import CPostgres
import Synchronization
import Wording

/// One connection, leased from a pool for the time of a closure; it must not be used after that.
///
/// Its executor is a thread of its own: calls from several tasks run one after another, and none blocks a thread of
/// Swift's pool. When the task of a call is cancelled, the server is asked to stop the statement.
public actor PostgresConnection {
    enum Condition: Int, AtomicRepresentable {
        /// Healthy and outside of a transaction.
        case clean
        /// Inside a transaction, or not connected yet.
        case inUse
        case broken
    }

    nonisolated private let thread = ConnectionThread(name: "postgres")
    nonisolated let interruption = Interruption()
    nonisolated let condition = Atomic<Condition>(.inUse)
    /// For `poll` by the pool while nobody uses the connection.
    nonisolated let descriptor = Atomic<Int32>(-1)
    nonisolated public let configuration: PostgresConfiguration
    private(set) var session: Session?
    private var operations: UInt64 = 0
    private var savepoints = 0

    nonisolated public var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ configuration: PostgresConfiguration) {
        self.configuration = configuration
    }

    deinit { thread.stop() }

    func open() async throws(PostgresError) {
        let operation = nextOperation(configuration.connectTimeout)
        try await interruptible(operation) { () throws(PostgresError) in
            let session = try Session(configuration, interruption: interruption, operation: operation)
            session.finish(operation)
            self.session = session
            descriptor.store(session.descriptor, ordering: .relaxed)
            condition.store(.clean, ordering: .releasing)
        }
    }

    func close() {
        condition.store(.broken, ordering: .releasing)
        descriptor.store(-1, ordering: .relaxed)
        session = nil
    }

    func nextOperation(_ timeout: Duration?) -> Operation {
        operations += 1
        return Operation(
            number: operations, milliseconds: (timeout ?? configuration.statementTimeout).boundedMilliseconds)
    }

    /// A name where a transaction is open already.
    func nextSavepoint() -> String? {
        guard let session, session.isInTransaction else { return nil }
        savepoints += 1
        return "aristobot_\(savepoints)"
    }

    func breakSession() {
        session?.markBroken()
        condition.store(.broken, ordering: .releasing)
    }

    /// The rows of a statement, all of them in memory. `timeout` stands for the configured statement timeout.
    @discardableResult
    public func query(_ query: PostgresQuery, timeout: Duration? = nil) async throws(PostgresError) -> PostgresRows {
        PostgresRows(
            result: try await perform(timeout) { (session, operation) throws(PostgresError) in
                try session.run(query, operation)
            })
    }

    /// The count of rows that a statement changed.
    @discardableResult
    public func execute(_ query: PostgresQuery, timeout: Duration? = nil) async throws(PostgresError) -> Int {
        try await self.query(query, timeout: timeout).affected
    }

    /// Several statements in one text, without parameters; in one transaction unless the text says otherwise.
    public func script(unsafeSQL sql: String, timeout: Duration? = nil) async throws(PostgresError) {
        try await perform(timeout) { (session, operation) throws(PostgresError) in
            try session.script(sql, operation)
        }
    }

    /// Runs statements with one round trip for all. Outside of a transaction they are one: all or none.
    @discardableResult
    public func pipeline(
        _ queries: [PostgresQuery], timeout: Duration? = nil
    ) async throws(PostgresError) -> [PostgresRows] {
        try await perform(timeout) { (session, operation) throws(PostgresError) in
            try session.pipeline(queries, operation).map { PostgresRows(result: $0) }
        }
    }

    /// COPY … FROM STDIN (FORMAT binary). `row` is called on the connection's thread again and again: it appends one
    /// row, or a few, and returns true, or appends nothing and returns false at the end. What it throws ends the COPY,
    /// of which nothing stays. Returns the count of rows.
    @discardableResult
    public func copyIn(
        _ query: PostgresQuery, timeout: Duration? = nil,
        row: @Sendable (inout PostgresCopyEncoder) throws -> Bool
    ) async throws -> Int {
        try await performAny(timeout ?? configuration.copyTimeout) { (session, operation) in
            try session.copyIn(query, operation, row: row)
        }
    }

    /// COPY … TO STDOUT (FORMAT binary). `row` is called on the connection's thread for each row and may keep what it
    /// needs in the state, which starts as `initial` and is returned. What it throws ends the COPY.
    public func copyOut<State>(
        _ query: PostgresQuery, into initial: sending State, timeout: Duration? = nil,
        row: @Sendable (inout State, inout PostgresCopyRow) throws -> Void
    ) async throws -> sending State {
        // Only the closure below touches it, and it is over when the state is handed back.
        nonisolated(unsafe) var state = initial
        try await performAny(timeout ?? configuration.copyTimeout) { (session, operation) in
            try session.copyOut(query, operation) { try row(&state, &$0) }
        }
        return state
    }
}
