import Foundation
import Glibc
import Postgres
import Storage
import Wording

/// The parts of the product as one command uses them: built here and nowhere else.
///
/// The store is that of `DATABASE_URL`. Without it, the private server of the data directory is used where it runs,
/// and otherwise started for the length of the command.
final class Services: Sendable {
    /// What is done about a schema that is older than the program's.
    enum Schema: Sendable {
        /// A private database is brought up to date; with another one the command ends in words.
        case usual
        /// It is brought up to date, whoever's it is.
        case broughtUpToDate
        /// It is left as it is and not looked at.
        case asItIs
    }

    let configuration: Configuration
    let store: Store
    let pool: PostgresPool
    /// The private server; nil with `DATABASE_URL`.
    let server: PrivateServer?
    let database: PostgresConfiguration
    /// Nil where no key is set and none can be made.
    let vault: KeyVault?
    /// Numbers of the migrations that opening has applied.
    let migrated: [Int]

    private init(
        _ configuration: Configuration, pool: PostgresPool, server: PrivateServer?, database: PostgresConfiguration,
        vault: KeyVault?, schema: Schema, progress: @escaping @Sendable (MigrationProgress) -> Void
    ) async throws {
        self.configuration = configuration
        self.pool = pool
        self.server = server
        self.database = database
        self.vault = vault
        switch schema {
        case .usual where server == nil:
            store = try await Store.open(pool, vault: vault)
            migrated = []
        case .usual, .broughtUpToDate:
            store = Store(pool, vault: vault)
            migrated = try await store.migrate(progress: progress)
        case .asItIs:
            store = Store(pool, vault: vault)
            migrated = []
        }
    }

    /// Opens the store for the length of `body`. What was started for it is stopped after it, however it ends.
    nonisolated(nonsending) static func with<Value>(
        _ configuration: Configuration, schema: Schema = .usual,
        progress: @escaping @Sendable (MigrationProgress) -> Void = { _ in },
        _ body: (Services) async throws -> Value
    ) async throws -> Value {
        let services = try await open(configuration, schema: schema, progress: progress)
        do {
            let value = try await body(services)
            try await services.close()
            return value
        } catch {
            // What ended the work is told; a server that does not stop besides would hide it.
            _ = try? await services.close()
            throw error
        }
    }

    static func open(
        _ configuration: Configuration, schema: Schema = .usual,
        progress: @escaping @Sendable (MigrationProgress) -> Void = { _ in }
    ) async throws -> Services {
        var vault = try configuration.secretKey.map { try KeyVault(secret: $0) }
        if let url = configuration.databaseURL {
            let database = try PostgresConfiguration(url: url.exposed)
            let pool = PostgresPool(database)
            do {
                try await pool.verify()
                return try await Services(
                    configuration, pool: pool, server: nil, database: database, vault: vault, schema: schema,
                    progress: progress)
            } catch {
                await pool.close()
                throw error
            }
        }
        let server = try await PrivateServer.start(directory: configuration.dataDirectory)
        let pool = PostgresPool(server.configuration)
        do {
            if vault == nil {
                vault = try KeyVault(secret: SecretKeyFile(path: configuration.secretKeyFile).readOrMake())
            }
            return try await Services(
                configuration, pool: pool, server: server, database: server.configuration, vault: vault,
                schema: schema, progress: progress)
        } catch {
            await pool.close()
            // As above.
            try? await finishing { _ = try await server.stop() }
            throw error
        }
    }

    /// Closes connections, and stops the private server if nobody else uses it. True where it was stopped.
    @discardableResult
    func close() async throws -> Bool {
        await pool.close()
        guard let server else { return false }
        return try await Self.finishing { try await server.stop() }
    }

    /// Work that goes on to its end after Ctrl-C.
    static func finishing<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await Task { try await body() }.value
    }

    /// Candles that were read before, in files of this machine.
    var cache: ColumnCache { ColumnCache(directory: configuration.cacheDirectory) }
}
