import CPostgres

/// The client library that talks to PostgreSQL.
public enum PostgresLibrary {
    /// Its release, such as `15.20`.
    public static var version: String {
        let number = PQlibVersion()
        return "\(number / 10_000).\(number % 10_000)"
    }
}
