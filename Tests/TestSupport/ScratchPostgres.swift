import Foundation
import Glibc
import Postgres
import Synchronization

/// One PostgreSQL for all tests of a process, started when the first one asks for it, with an empty database for each.
///
/// The server and its files go away when the process ends, however it ends.
public enum ScratchPostgres {
    private static let server = Task { try await start() }
    /// Makes one database at a time: a crowd of them is slower, and keeps the server from answering anybody.
    private static let admin = Task {
        var configuration = try await server.value.configuration
        configuration.poolSize = 1
        configuration.maximumWaiting = 10_000
        configuration.acquireTimeout = .seconds(300)
        return PostgresPool(configuration)
    }
    private static let databases = Atomic<Int>(0)

    /// Connections that the server takes, over all tests that run at the same time.
    public static let maximumConnections = 400

    /// A fresh, empty database; only the caller knows it. Close pools on it at the end of the test.
    public static func database() async throws -> PostgresConfiguration {
        let name = "scratch_\(databases.add(1, ordering: .relaxed).newValue)"
        try await admin.value.execute("CREATE DATABASE \(identifier: name)", timeout: .seconds(60))
        var configuration = try await server.value.configuration.with(database: name)
        configuration.poolSize = 4
        // Tests share the machine with each other and with compilers.
        configuration.connectTimeout = .seconds(60)
        configuration.acquireTimeout = .seconds(120)
        return configuration
    }

    /// A pool on a fresh database, closed at the end.
    @discardableResult
    public static func withPool<Value>(
        size: Int = 4, isolation: isolated (any Actor)? = #isolation, _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var configuration = try await database()
        configuration.poolSize = size
        let pool = PostgresPool(configuration)
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    /// Removes a database before the end of the process, which removes all of them: worth it for a large one.
    public static func drop(_ configuration: PostgresConfiguration) async throws {
        try await admin.value.execute(
            "DROP DATABASE IF EXISTS \(identifier: configuration.database) WITH (FORCE)", timeout: .seconds(60))
    }

    private static func start() async throws -> PrivateServer {
        // The path of a Unix socket is short, so the place is not below the temporary directory of the environment.
        let directory = "/tmp/aristobot-pg-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try ScratchWatch.removeAtEnd(directory)
        var options = PrivateServer.Options()
        options.settings.merge([
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB",
            "max_connections": String(maximumConnections), "max_wal_size": "1GB", "autovacuum_naptime": "1h",
        ]) { $1 }
        return try await PrivateServer.start(directory: directory, options: options)
    }
}
