import Glibc
import Postgres
import TestSupport

/// A PostgreSQL that a test has to itself, to stop it and start it again.
actor OwnServer {
    private let directory: String
    private var server: PrivateServer

    private static var options: PrivateServer.Options {
        var options = PrivateServer.Options()
        options.settings.merge(["fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"]) { $1 }
        return options
    }

    private init(_ directory: String) async throws {
        self.directory = directory
        server = try await PrivateServer.start(directory: directory, options: Self.options)
    }

    static func running<Result: Sendable>(_ body: @Sendable (OwnServer) async throws -> Result) async throws -> Result {
        // The path of a Unix socket is short, so the place is not below the temporary directory of the environment.
        let directory = "/tmp/aristobot-pg-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try ScratchWatch.removeAtEnd(directory)
        let server = try await OwnServer(directory)
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            // The first error is the one to tell.
            try? await server.stop()
            throw error
        }
    }

    var configuration: PostgresConfiguration { server.configuration }

    /// As an administrator does: sessions are ended, then the server.
    func stop() async throws {
        try await server.stop()
    }

    func start() async throws {
        server = try await PrivateServer.start(directory: directory, options: Self.options)
    }
}
