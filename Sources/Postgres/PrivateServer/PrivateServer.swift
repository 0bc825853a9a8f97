import Foundation
import Glibc
import Wording

/// A PostgreSQL of the program's own: one cluster below a directory, reached through a Unix socket only.
///
/// The first process that needs it makes and starts it; others find it running and share it. The last one that leaves
/// stops it. As root, the server runs as the user `postgres`. Nothing listens on the network, and only the owner of
/// the socket's directory (and root) can connect.
///
///     DIRECTORY/postgres/data      the cluster
///     DIRECTORY/postgres/run       the socket, where its path is not too long for the system
///     DIRECTORY/postgres/log       what the server says
///     DIRECTORY/postgres/lock      held while the server is made, started or stopped
///     DIRECTORY/postgres/users     held, shared, by every process that uses the server
public actor PrivateServer {
    public struct Options: Sendable {
        public var database = "aristobot"
        public var user = "aristobot"
        /// Part of the name of the socket; nothing listens on it.
        public var port = 5432
        /// The lowest major version that is accepted.
        public var requiredVersion = 15
        /// Settings of postgresql.conf for this start.
        public var settings: [String: String] = PrivateServer.defaultSettings
        /// How long making, starting and stopping may take, and waiting for another process that does so.
        public var patienceSeconds = 120
        public init() {}
    }

    /// Where root's private server lives unless told otherwise: below it everything is open to the user `postgres`.
    public static let rootDirectory = "/var/lib/aristobot"

    /// For a machine shared with other programs, with values kept out of the log.
    public static let defaultSettings: [String: String] = [
        "max_connections": "64", "shared_buffers": "256MB", "max_wal_size": "2GB", "checkpoint_timeout": "15min",
        "wal_level": "minimal", "max_wal_senders": "0", "timezone": "UTC", "log_timezone": "UTC",
        "log_min_error_statement": "panic", "log_parameter_max_length_on_error": "0", "lc_messages": "C",
    ]

    nonisolated public let directory: String
    nonisolated public let options: Options
    /// How to reach it; with limits that the caller may change.
    nonisolated public let configuration: PostgresConfiguration
    /// Whether this process started the server, or found it running.
    nonisolated public let wasStartedHere: Bool
    /// Where the socket is; outside of the directory where that path is too long for the system.
    nonisolated public let socketDirectory: String
    private let place: ClusterPlace
    private var share: FileLock?

    private init(_ place: ClusterPlace, _ options: Options, startedHere: Bool, socket: String, share: FileLock?) {
        directory = place.directory
        self.place = place
        self.options = options
        wasStartedHere = startedHere
        socketDirectory = socket
        self.share = share
        var configuration = PostgresConfiguration(
            socketDirectory: socket, port: options.port, user: options.user, database: options.database)
        configuration.requiredVersion = options.requiredVersion
        self.configuration = configuration
    }

    /// Finds the server below `directory`, or makes and starts it, and makes its database.
    ///
    /// Throws `program` in words: PostgreSQL is missing, the directory cannot be used, the disk is full, the cluster
    /// is of another major version, the server does not start (with the end of its log).
    public static func start(directory: String, options: Options = Options()) async throws(PostgresError)
        -> PrivateServer
    {
        let place = try ClusterPlace(directory: directory, port: options.port)
        try place.makeDirectories()
        guard let lock = try await FileLock.take(place.lockFile, exclusive: true, seconds: options.patienceSeconds)
        else { throw place.busy }
        defer { withExtendedLifetime(lock) {} }
        let cluster = Cluster(place: place, options: options)
        let installation = try await cluster.installation()
        try await cluster.make(installation)
        var socket = place.runningSocketDirectory()
        let startedHere = socket == nil
        if socket == nil { socket = try await cluster.start(installation) }
        guard let socket else { throw place.busy }
        let share = try await FileLock.take(place.usersFile, exclusive: false, seconds: options.patienceSeconds)
        let server = PrivateServer(place, options, startedHere: startedHere, socket: socket, share: share)
        do throws(PostgresError) { try await server.makeDatabase() } catch {
            if startedHere { try await cluster.stop(installation) }
            throw error
        }
        return server
    }

    /// Leaves the server; the last one that does so stops it. True where it was stopped.
    ///
    /// The users' lock is let go first: of two processes that leave at the same time the second one finds nobody else.
    @discardableResult
    public func stop() async throws(PostgresError) -> Bool {
        guard share != nil else { return false }
        guard let lock = try await FileLock.take(place.lockFile, exclusive: true, seconds: options.patienceSeconds)
        else { throw place.busy }
        defer { withExtendedLifetime(lock) {} }
        share = nil
        guard let alone = try await FileLock.take(place.usersFile, exclusive: true, seconds: 0) else { return false }
        defer { withExtendedLifetime(alone) {} }
        let cluster = Cluster(place: place, options: options)
        try await cluster.stop(try await cluster.installation())
        return true
    }

    private func makeDatabase() async throws(PostgresError) {
        let pool = PostgresPool(configuration.with(database: "postgres"))
        do throws(PostgresError) {
            let rows = try await pool.query("SELECT 1 FROM pg_database WHERE datname = \(options.database)")
            if rows.isEmpty {
                try await pool.execute("CREATE DATABASE \(identifier: options.database)", timeout: .seconds(60))
            }
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }
}
