import CPostgres
import Synchronization
import Wording

extension PostgresConnection {
    /// Runs `body` on the connection's thread as one operation that the task's cancellation stops.
    func perform<Result>(
        _ timeout: Duration?, _ body: (Session, Operation) throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result {
        let operation = nextOperation(timeout)
        return try await interruptible(operation) { () throws(PostgresError) in
            try finishing(operation) { (session) throws(PostgresError) in
                try session.begin(operation)
                try session.applyTimeout(operation)
                return try body(session, operation)
            }
        }
    }

    /// The same for a body that throws errors of its own.
    func performAny<Result>(_ timeout: Duration?, _ body: (Session, Operation) throws -> Result) async throws -> Result
    {
        let outcome = try await perform(timeout) { (session, operation) -> Swift.Result<Result, any Error> in
            Swift.Result { try body(session, operation) }
        }
        return try outcome.get()
    }

    /// Runs a statement to its end whatever becomes of the task: the end of a transaction has to be known.
    func performToTheEnd(_ sql: String, undoneByLoss: Bool) throws(PostgresError) -> String {
        let operation = nextOperation(nil)
        return try finishing(operation) { (session) throws(PostgresError) in
            try session.endTransaction(sql, undoneByLoss: undoneByLoss, operation)
        }
    }

    /// After a lease: false where the connection must not be used again.
    func settle() -> Bool {
        if condition.load(ordering: .acquiring) == .inUse {
            do throws(PostgresError) { _ = try performToTheEnd("ROLLBACK", undoneByLoss: true) } catch { return false }
        }
        return condition.load(ordering: .acquiring) == .clean
    }

    private func finishing<Result>(
        _ operation: Operation, _ body: (Session) throws(PostgresError) -> Result
    ) throws(PostgresError) -> Result {
        guard let session else {
            throw .connectionLost(
                server: configuration.server, outcomeKnown: true,
                reason: Message("it was closed before", fr: "elle était déjà fermée"))
        }
        defer {
            session.finish(operation)
            note(session)
        }
        return try body(session)
    }

    private func note(_ session: Session) {
        let now: Condition = session.isBroken ? .broken : session.transaction == PQTRANS_IDLE ? .clean : .inUse
        condition.store(now, ordering: .releasing)
    }

    func interruptible<Result>(
        _ operation: Operation, _ body: () throws(PostgresError) -> Result
    ) async throws(PostgresError) -> Result {
        let number = operation.number
        // The closure has to name the actor: one that does not would run on Swift's pool, and block it.
        let outcome = await withTaskCancellationHandler {
            self.outcome(of: body)
        } onCancel: { [interruption] in
            interruption.request(number)
        }
        return try outcome.get()
    }

    private func outcome<Result>(
        of body: () throws(PostgresError) -> Result
    ) -> Swift.Result<Result, PostgresError> {
        do throws(PostgresError) { return .success(try body()) } catch { return .failure(error) }
    }
}

/// How much of other transactions a transaction sees, as in the SQL standard.
public enum PostgresIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, undone when it throws or its task is cancelled. Inside
    /// of a transaction it is a savepoint, and `isolation` and `readOnly` stay those of the outer one.
    ///
    /// Throws `connectionLost(outcomeKnown: false)` where the connection breaks while it commits.
    @discardableResult
    nonisolated(nonsending) public func transaction<Value>(
        isolation: PostgresIsolation = .readCommitted, readOnly: Bool = false,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let savepoint = try await beginTransaction(isolation: isolation, readOnly: readOnly)
        let value: Value
        do {
            value = try await body(self)
            try Task.checkCancellation()
        } catch {
            await undo(savepoint)
            throw error
        }
        try await commit(savepoint)
        return value
    }

    /// nil for a whole transaction, else the name of the savepoint.
    private func beginTransaction(isolation: PostgresIsolation, readOnly: Bool) async throws(PostgresError) -> String? {
        let savepoint = nextSavepoint()
        if let savepoint {
            try await query(PostgresQuery(unsafeSQL: "SAVEPOINT \(savepoint)"))
        } else {
            try await query(
                PostgresQuery(unsafeSQL: "BEGIN ISOLATION LEVEL \(isolation.rawValue)\(readOnly ? " READ ONLY" : "")"))
        }
        return savepoint
    }

    private func commit(_ savepoint: String?) throws(PostgresError) {
        if let savepoint {
            _ = try performToTheEnd("RELEASE SAVEPOINT \(savepoint)", undoneByLoss: true)
            return
        }
        let tag = try performToTheEnd("COMMIT", undoneByLoss: false)
        guard tag == "COMMIT" else { throw .transactionAborted }
    }

    /// The error that led here is the one to report; a rollback that fails breaks the connection, which undoes as well.
    private func undo(_ savepoint: String?) {
        do throws(PostgresError) {
            if let savepoint {
                _ = try performToTheEnd(
                    "ROLLBACK TO SAVEPOINT \(savepoint)", undoneByLoss: true)
                _ = try performToTheEnd("RELEASE SAVEPOINT \(savepoint)", undoneByLoss: true)
            } else {
                _ = try performToTheEnd("ROLLBACK", undoneByLoss: true)
            }
        } catch {
            breakSession()
        }
    }
}

extension PostgresConnection {
    /// The longest payload that the server takes is 7,999 bytes.
    static func notification(_ channel: String, _ payload: String) -> PostgresQuery {
        "SELECT pg_notify(\(channel), \(payload))"
    }

    /// Sends a notification to whoever listens on `channel`, at the commit of the transaction, if there is one. The
    /// server takes payloads of up to 7,999 bytes.
    public func notify(_ channel: String, _ payload: String = "") async throws(PostgresError) {
        try await query(Self.notification(channel, payload))
    }
}
