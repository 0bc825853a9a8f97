import CPostgres
import Wording

/// The fields of an error report that are used; the detail, which repeats values of rows, is never read.
struct ServerReport {
    let sqlState: String
    let text: String
    let table: String
    let column: String
    let constraint: String

    init(_ result: OpaquePointer) {
        func field(_ code: some BinaryInteger) -> String {
            PQresultErrorField(result, Int32(code)).map { String(cString: $0) } ?? ""
        }
        sqlState = field(aristobot_pg_sqlstate)
        text = field(aristobot_pg_message)
        table = field(aristobot_pg_table)
        column = field(aristobot_pg_column)
        constraint = field(aristobot_pg_constraint)
    }

    /// Reports of these classes speak of statements, names and the server, never of values.
    private static let classesWithoutValues: Set<Substring> = [
        "08", "0A", "25", "26", "28", "2B", "34", "3B", "3D", "3F", "40", "42", "53", "54", "55", "57", "58", "F0",
        "XX",
    ]

    static let startingOrStopping = Message("it is starting or stopping", fr: "il démarre ou s'arrête")

    var safeText: String {
        Self.classesWithoutValues.contains(sqlState.prefix(2)) ? text : ""
    }

    /// The error for a report. What depends on the running call (timeout or cancellation, outcome of a commit) is
    /// decided there, before this.
    func error(server: String, lockMilliseconds: Int) -> PostgresError {
        switch sqlState {
        case "23505": .uniqueViolation(table: table, constraint: constraint)
        case "23514": .checkViolation(table: table, constraint: constraint)
        case "23503": .foreignKeyViolation(table: table, constraint: constraint)
        case "23P01": .exclusionViolation(table: table, constraint: constraint)
        case "23502": .notNullViolation(table: table, column: column)
        case "40001": .serialization(deadlock: false)
        case "40P01": .serialization(deadlock: true)
        case "55P03": .timeout(.lock, milliseconds: lockMilliseconds)
        case "53100": .diskFull(server: server)
        case "53300": .tooManyConnections(server: server)
        case "25006": .readOnly(server: server)
        case "57P03": .unreachable(server: server, reason: Self.startingOrStopping)
        default:
            sqlState.hasPrefix("22")
                ? .dataException(sqlState: sqlState) : .server(sqlState: sqlState, text: safeText)
        }
    }
}
