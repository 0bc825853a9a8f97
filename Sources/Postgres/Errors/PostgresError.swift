import Wording

/// What can go wrong between the program and PostgreSQL, split by what the caller must do.
///
/// No case holds a bound value, a row's content or a password; `message` may be shown to anyone.
public enum PostgresError: ExplainedError, Hashable {
    /// Which limit ran out.
    public enum Limit: Sendable, Hashable {
        case connect, statement, lock, idleInTransaction, poolWait
    }

    /// The connection string or a setting is wrong; trying again is of no use.
    case badConfiguration(Message)
    /// Nobody answers, or the server is starting or stopping; worth another try later.
    case unreachable(server: String, reason: Message)
    /// The server's version, such as "14.2", is below the lowest one supported.
    case tooOld(server: String, version: String, required: Int)
    /// Wrong user or password, or one that is not let in.
    case unauthorised(server: String, user: String)
    case databaseMissing(server: String, database: String)
    /// The server has no free connection left (SQLSTATE 53300).
    case tooManyConnections(server: String)
    /// Every connection of the pool is taken and its queue of waiting calls is full.
    case poolExhausted(size: Int, waiting: Int)
    /// The pool was closed.
    case poolClosed
    case timeout(Limit, milliseconds: Int)
    /// The calling task was cancelled; the statement was stopped at the server.
    case cancelled
    /// An administrator stopped the statement (SQLSTATE 57014 without a cause of ours).
    case stoppedByAdministrator
    /// A conflict with another transaction or a deadlock; the whole transaction may be run again.
    case serialization(deadlock: Bool)
    case uniqueViolation(table: String, constraint: String)
    case checkViolation(table: String, constraint: String)
    case foreignKeyViolation(table: String, constraint: String)
    case exclusionViolation(table: String, constraint: String)
    case notNullViolation(table: String, column: String)
    /// The server's disk is full (SQLSTATE 53100).
    case diskFull(server: String)
    /// The server or the transaction takes no writes (SQLSTATE 25006).
    case readOnly(server: String)
    /// The connection broke during a call. With `outcomeKnown` nothing of it was kept; without, a commit may or may
    /// not have happened, and only a look into the database tells.
    case connectionLost(server: String, outcomeKnown: Bool, reason: Message)
    /// A value that PostgreSQL cannot hold; refused before anything was sent.
    case refusedValue(Message)
    /// A result that does not have the column, type or shape asked for.
    case unexpectedResult(Message)
    /// COMMIT was answered by ROLLBACK, since a statement before it had failed.
    case transactionAborted
    /// A value does not fit its type (SQLSTATE class 22).
    case dataException(sqlState: String)
    /// Any other report of the server. `text` is empty where it might repeat a value.
    case server(sqlState: String, text: String)
    /// The private server or one of PostgreSQL's programs failed.
    case program(Message)

    /// Whether the same call may succeed later without any change by a person.
    public var isTemporary: Bool {
        switch self {
        case .unreachable, .tooManyConnections, .poolExhausted, .timeout, .serialization, .diskFull, .readOnly,
            .connectionLost:
            true
        default: false
        }
    }

    /// Whether connecting again may help while nobody changes anything.
    var isWorthReconnecting: Bool {
        switch self {
        case .unreachable, .tooManyConnections, .connectionLost, .timeout(.connect, _): true
        default: false
        }
    }
}
