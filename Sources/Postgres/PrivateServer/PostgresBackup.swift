import Foundation
import Glibc
import Wording

/// Backup and restore of one database by `pg_dump` and `pg_restore`, private server or not.
///
/// The password goes through the environment; arguments of a process can be read by everyone on the machine.
public struct PostgresBackup: Sendable {
    public let configuration: PostgresConfiguration
    /// What one run of a program may take.
    public var limitSeconds = 6 * 3_600

    public init(_ configuration: PostgresConfiguration) {
        self.configuration = configuration
    }

    /// Writes the whole database to `file`, in the compressed custom format of `pg_dump`, as it stood at one instant.
    /// The file is for its owner only and appears under its name when it is whole; one that exists is replaced.
    public func write(to file: String) async throws(PostgresError) {
        let program = try await PostgresInstallation.client("pg_dump")
        let unfinished = file + ".unfinished"
        let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ServerAccount.failure(unfinished, errno) }
        defer {
            close(descriptor)
            // After the renaming there is nothing to remove.
            unlink(unfinished)
        }
        let run = try await ProgramRun.run(
            program,
            ["--format=custom", "--no-password", "--lock-wait-timeout=60000", "--file=\(Self.path(unfinished))"],
            environment: configuration.environment(), seconds: limitSeconds)
        guard run.succeeded else {
            throw run.diskIsFull ? ServerAccount.failure(unfinished, ENOSPC) : Self.failure("pg_dump", run)
        }
        guard fsync(descriptor) == 0, rename(unfinished, file) == 0 else { throw ServerAccount.failure(file, errno) }
    }

    /// Puts the database back to what `file` holds. What it holds now is replaced as a whole, or stays as it is where
    /// anything fails: the file is read into a new database, and only then do the two change places. Sessions on the
    /// old one are ended. The user needs the right to make databases.
    public func restore(from file: String) async throws(PostgresError) {
        guard access(file, R_OK) == 0 else { throw ServerAccount.failure(file, errno) }
        let program = try await PostgresInstallation.client("pg_restore")
        let name = configuration.database
        let new = "restore_\(getpid())_\(UInt16.random(in: 0...UInt16.max))"
        let pool = PostgresPool(configuration.with(database: "postgres"))
        do throws(PostgresError) {
            try await make(new, like: name, pool)
            do throws(PostgresError) {
                let run = try await ProgramRun.run(
                    program,
                    [
                        "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
                        "--dbname=\(new)", Self.path(file),
                    ],
                    environment: configuration.with(database: new).environment(), seconds: limitSeconds)
                guard run.succeeded else {
                    throw run.diskIsFull ? .diskFull(server: configuration.server) : Self.failure("pg_restore", run)
                }
                try await replace(name, by: new, pool)
            } catch {
                try await pool.execute("DROP DATABASE IF EXISTS \(identifier: new) WITH (FORCE)", timeout: .seconds(60))
                throw error
            }
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }

    private func make(_ new: String, like name: String, _ pool: PostgresPool) async throws(PostgresError) {
        let owner = try await pool.query(
            """
            SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database
            WHERE datname = \(name) AND pg_get_userbyid(datdba) <> current_user
            """
        ).first?.text("owner")
        let clause: PostgresQuery = if let owner { " OWNER \(identifier: owner)" } else { "" }
        try await pool.execute(
            "CREATE DATABASE \(identifier: new) TEMPLATE template0 ENCODING 'UTF8'" + clause, timeout: .seconds(120))
    }

    /// Sessions that come back between their end and the renaming are ended again, a few times.
    private func replace(_ name: String, by new: String, _ pool: PostgresPool) async throws(PostgresError) {
        let old = new + "_old"
        for attempt in 1... {
            let sessions: PostgresQuery =
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (\(name), \(new))"
            try await pool.query(sessions)
            do {
                try await pool.transaction { connection in
                    let exists = try await connection.query("SELECT 1 FROM pg_database WHERE datname = \(name)")
                    if !exists.isEmpty {
                        try await connection.execute(
                            "ALTER DATABASE \(identifier: name) RENAME TO \(identifier: old)")
                    }
                    try await connection.execute("ALTER DATABASE \(identifier: new) RENAME TO \(identifier: name)")
                }
                break
            } catch {
                let error = error as? PostgresError ?? .cancelled
                // 55006: somebody is connected again.
                guard case .server("55006", _) = error, attempt < 10 else { throw error }
            }
        }
        try await pool.execute("DROP DATABASE IF EXISTS \(identifier: old) WITH (FORCE)", timeout: .seconds(120))
    }

    /// A relative name that starts with "-" is no option.
    private static func path(_ file: String) -> String {
        URL(fileURLWithPath: file).path
    }

    /// Of the program's words only its own lines: others may repeat rows.
    private static func failure(_ program: String, _ run: ProgramRun) -> PostgresError {
        let lines = run.output.split(separator: "\n").filter { $0.hasPrefix("\(program): error:") }
        let reason =
            lines.first.map { String($0.dropFirst(program.utf8.count + 9).prefix(300)) } ?? " status \(run.status)"
        return .program(Message("\(program) failed:\(reason)", fr: "\(program) a échoué :\(reason)"))
    }
}
