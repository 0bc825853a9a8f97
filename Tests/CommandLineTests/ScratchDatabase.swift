import Postgres
import TestSupport

/// An empty database of a test, as `DATABASE_URL` names it.
enum ScratchDatabase {
    /// libpq's keyword form, which needs no encoding of the socket's path.
    static func url() async throws -> String {
        let configuration = try await ScratchPostgres.database()
        return configuration.keywords.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
