import Foundation
import Wording

/// PostgreSQL's server programs of one version on this machine.
public struct PostgresInstallation: Sendable, Hashable {
    /// The directory of `initdb`, `pg_ctl`, `postgres`, `pg_dump` and `pg_restore`.
    public let directory: String
    /// The major version, such as 15.
    public let version: Int

    func program(_ name: String) -> String { directory + "/" + name }

    /// Every installation found, the newest first.
    ///
    /// Looks at the directory that `ARISTOBOT_POSTGRES_BIN` names (and, where it is set, at nothing else), what
    /// `pg_config --bindir` answers, Debian's `/usr/lib/postgresql/*/bin`, other usual places, and `PATH`.
    public static func all(environment: [String: String] = ProcessInfo.processInfo.environment) async
        -> [PostgresInstallation]
    {
        var found: [PostgresInstallation] = []
        for directory in await candidates(environment) {
            let real = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
            guard !found.contains(where: { $0.directory == real }),
                ["initdb", "pg_ctl", "postgres"].allSatisfy({
                    FileManager.default.isExecutableFile(atPath: real + "/" + $0)
                }),
                let version = await version(of: real)
            else { continue }
            found.append(PostgresInstallation(directory: real, version: version))
        }
        return found.enumerated().sorted { ($1.element.version, $0.offset) < ($0.element.version, $1.offset) }
            .map(\.element)
    }

    /// The newest installation, or words that say what to install.
    public static func newest(
        required: Int, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(PostgresError) -> PostgresInstallation {
        guard let newest = await all(environment: environment).first else { throw missing }
        guard newest.version >= required else {
            throw .tooOld(server: newest.directory, version: String(newest.version), required: required)
        }
        return newest
    }

    /// The newest of a program for clients, such as `pg_dump`, which must not be older than the server.
    static func client(
        _ program: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(PostgresError) -> String {
        var places = await all(environment: environment).map(\.directory)
        places += await candidates(environment)
        guard
            let path = places.map({ $0 + "/" + program }).first(where: FileManager.default.isExecutableFile(atPath:))
        else {
            throw .program(
                Message(
                    "The program \(program) is not installed: install the package postgresql-client",
                    fr: "Le programme \(program) n'est pas installé : installez le paquet postgresql-client"))
        }
        return path
    }

    static let missing = PostgresError.program(
        Message(
            "PostgreSQL's server programs (initdb, pg_ctl, postgres) are not installed: install "
                + "the package postgresql, or set DATABASE_URL to a server that runs elsewhere",
            fr: "Les programmes du serveur PostgreSQL (initdb, pg_ctl, postgres) ne sont pas installés : installez le "
                + "paquet postgresql, ou donnez dans DATABASE_URL un serveur qui tourne ailleurs"))

    private static func candidates(_ environment: [String: String]) async -> [String] {
        if let named = environment["ARISTOBOT_POSTGRES_BIN"], !named.isEmpty { return [named] }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        var directories: [String] = []
        if let config = path.map({ $0 + "/pg_config" }).first(where: FileManager.default.isExecutableFile(atPath:)),
            // A pg_config that fails is only one of several ways to find the programs.
            let run = try? await ProgramRun.run(config, ["--bindir"], seconds: 10), run.succeeded
        {
            directories.append(run.output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        for parent in ["/usr/lib/postgresql", "/usr/pgsql", "/opt/postgresql"] {
            // A parent that is not there holds nothing.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
            directories += names.sorted().map { "\(parent)/\($0)/bin" }
        }
        return directories + ["/usr/local/pgsql/bin", "/usr/libexec/postgresql"] + path
    }

    private static func version(of directory: String) async -> Int? {
        // Programs that cannot run are as good as not there.
        guard let run = try? await ProgramRun.run(directory + "/postgres", ["--version"], seconds: 10), run.succeeded
        else { return nil }
        return major(in: run.output)
    }

    /// The major version in a line such as `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`.
    static func major(in line: String) -> Int? {
        line.split(separator: " ").lazy
            .compactMap { Int($0.prefix { $0.isNumber }) }.first
    }
}
