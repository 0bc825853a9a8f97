import CPostgres
import Glibc
import Wording

/// A libpq connection whose calls block, with a deadline each. It belongs to one thread.
///
/// libpq runs in its non-blocking mode; the waiting is done here, in `poll`, so that a deadline or a cancelled task
/// ends it.
final class Session {
    let connection: OpaquePointer
    let configuration: PostgresConfiguration
    let interruption: Interruption
    var cache: StatementCache
    /// A broken session answers every further call with `connectionLost`.
    private(set) var isBroken = false
    /// The `statement_timeout` in force, in ms; nil where a rollback may have changed it.
    private var timeoutInForce: Int?
    private var timeoutSetInTransaction = false

    /// Connects and prepares the session; takes at most the configured connect timeout.
    init(_ configuration: PostgresConfiguration, interruption: Interruption, operation: Operation)
        throws(PostgresError)
    {
        self.configuration = configuration
        self.interruption = interruption
        cache = StatementCache(limit: max(1, configuration.statementCacheSize))
        connection = try Self.connect(configuration, interruption, operation)
        let version = Int(PQserverVersion(connection))
        guard version / 10_000 >= configuration.requiredVersion else {
            throw .tooOld(
                server: configuration.server, version: "\(version / 10_000).\(version % 10_000)",
                required: configuration.requiredVersion)
        }
        PQsetnonblocking(connection, 1)
        let timeout = configuration.statementTimeout.boundedMilliseconds
        try script(
            """
            SET statement_timeout = \(timeout); SET lock_timeout = \(configuration.lockTimeout.boundedMilliseconds);
            SET idle_in_transaction_session_timeout = \(configuration.idleInTransactionTimeout.boundedMilliseconds)
            """, operation)
        timeoutInForce = timeout
    }

    deinit { PQfinish(connection) }

    var server: String { configuration.server }
    var descriptor: Int32 { PQsocket(connection) }
    var transaction: PGTransactionStatusType { PQtransactionStatus(connection) }
    var isInTransaction: Bool { transaction == PQTRANS_INTRANS || transaction == PQTRANS_INERROR }

    /// One statement with its parameters; the result is binary.
    func run(_ query: PostgresQuery, _ operation: Operation) throws(PostgresError) -> ResultBox {
        try query.check()
        try begin(operation)
        let wasIdle = transaction == PQTRANS_IDLE
        let key = StatementCache.Key(sql: query.sql, types: query.binds.types)
        guard query.isWorthPreparing, let name = try statement(key, operation) else {
            return try send(query, statement: nil, operation)
        }
        do throws(PostgresError) { return try send(query, statement: name, operation) } catch {
            // 0A000: the columns of the result changed since it was prepared; 26000: the statement is gone.
            guard case .server(let sqlState, _) = error, sqlState == "0A000" || sqlState == "26000",
                let stale = cache.remove(key)
            else { throw error }
            guard wasIdle else { throw error }
            if sqlState == "0A000" { try script("DEALLOCATE \(stale)", operation) }
            guard let fresh = try statement(key, operation) else { throw error }
            return try send(query, statement: fresh, operation)
        }
    }

    /// Statements without parameters, several of them in one text.
    func script(_ sql: String, _ operation: Operation) throws(PostgresError) {
        try PostgresText.check(sql)
        try begin(operation)
        guard PQsendQuery(connection, sql) == 1 else { throw lost(operation) }
        _ = try lastResult(operation)
    }

    /// The prepared statement for a text; nil where none can be made now.
    func statement(_ key: StatementCache.Key, _ operation: Operation) throws(PostgresError) -> String? {
        if let name = cache.name(for: key) { return name }
        guard transaction != PQTRANS_INERROR else { return nil }
        if let old = cache.evicted() { try script("DEALLOCATE \(old)", operation) }
        let name = cache.nextName()
        let sent = key.types.withUnsafeBufferPointer {
            PQsendPrepare(connection, name, key.sql, Int32($0.count), $0.baseAddress)
        }
        guard sent == 1 else { throw lost(operation) }
        _ = try lastResult(operation)
        cache.insert(name, for: key)
        return name
    }

    /// Hands a statement to libpq without waiting; 0 where it refuses.
    func enqueue(_ query: PostgresQuery, statement: String?) -> Int32 {
        query.binds.withArrays { count, values, lengths, formats in
            if let statement {
                return PQsendQueryPrepared(connection, statement, count, values, lengths, formats, 1)
            }
            return query.binds.types.withUnsafeBufferPointer { types in
                PQsendQueryParams(connection, query.sql, count, types.baseAddress, values, lengths, formats, 1)
            }
        }
    }

    private func send(
        _ query: PostgresQuery, statement: String?, _ operation: Operation
    ) throws(PostgresError) -> ResultBox {
        guard enqueue(query, statement: statement) == 1 else { throw lost(operation) }
        return try lastResult(operation)
    }

    /// To be called before each statement of an operation.
    func begin(_ operation: Operation) throws(PostgresError) {
        // Nothing of the operation was sent.
        operation.isUndoneByLoss = isBroken
        guard !isBroken else { throw lost(operation) }
        if interruption.isRequested(operation.number) { throw .cancelled }
        operation.isUndoneByLoss = isInTransaction
    }

    /// Brings the server's `statement_timeout` in line with the operation's.
    func applyTimeout(_ operation: Operation) throws(PostgresError) {
        guard timeoutInForce != operation.milliseconds, !isBroken, transaction != PQTRANS_INERROR else { return }
        try script("SET statement_timeout = \(operation.milliseconds)", operation)
        timeoutInForce = operation.milliseconds
        timeoutSetInTransaction = isInTransaction
    }

    /// COMMIT, ROLLBACK and their kin, whose answer tells what became of the transaction.
    func endTransaction(_ sql: String, undoneByLoss: Bool, _ operation: Operation) throws(PostgresError) -> String {
        // A COMMIT that is not sent any more commits nothing.
        operation.isUndoneByLoss = undoneByLoss || isBroken
        guard !isBroken else { throw lost(operation) }
        guard PQsendQuery(connection, sql) == 1 else { throw lost(operation) }
        let tag = try lastResult(operation).tag
        if sql.hasPrefix("ROLLBACK"), timeoutSetInTransaction { forgetTimeout() }
        return tag
    }

    /// A rollback takes back the settings made in the transaction.
    func forgetTimeout() {
        timeoutInForce = nil
    }

    /// To be called once at the end of each operation.
    func finish(_ operation: Operation) {
        if let request = operation.cancelRequest, !request.finished(within: 5_000) { isBroken = true }
        if PQstatus(connection) == CONNECTION_BAD { isBroken = true }
        if timeoutSetInTransaction, !isInTransaction {
            timeoutSetInTransaction = false
            timeoutInForce = nil
        }
    }

    func markBroken() { isBroken = true }
}
