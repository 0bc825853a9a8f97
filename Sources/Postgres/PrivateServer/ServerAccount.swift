import Foundation
import Glibc
import Wording

/// Who runs the private server: PostgreSQL refuses to run as root, so root hands it to the user `postgres`.
struct ServerAccount: Sendable, Hashable {
    let user: uid_t
    let group: gid_t
    /// The program and arguments before each command; empty where the own user runs it.
    let prefix: [String]

    static func current() throws(PostgresError) -> ServerAccount {
        guard geteuid() == 0 else { return ServerAccount(user: geteuid(), group: getegid(), prefix: []) }
        guard let entry = getpwnam("postgres") else {
            throw .program(
                Message(
                    "PostgreSQL does not run as root, and there is no user \"postgres\": install "
                        + "the package postgresql",
                    fr: "PostgreSQL ne tourne pas en tant que root, et l'utilisateur « postgres » n'existe pas : "
                        + "installez le paquet postgresql"))
        }
        let places = ["/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser", "/bin/runuser"]
        guard let runuser = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw .program(
                Message(
                    "PostgreSQL does not run as root, and runuser is missing: install the package util-linux",
                    fr: "PostgreSQL ne tourne pas en tant que root, et runuser manque : installez le paquet util-linux")
            )
        }
        return ServerAccount(
            user: entry.pointee.pw_uid, group: entry.pointee.pw_gid, prefix: [runuser, "-u", "postgres", "--"])
    }

    func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], seconds: Int
    ) async throws(PostgresError) -> ProgramRun {
        let words = prefix + [program] + arguments
        return try await ProgramRun.run(
            words[0], Array(words.dropFirst()), environment: environment, seconds: seconds)
    }

    /// Makes a directory with mode 700 that belongs to the account; one that exists must be a directory of the account.
    func makeDirectory(_ path: String) throws(PostgresError) {
        if mkdir(path, 0o700) == 0 {
            guard chown(path, user, group) == 0, chmod(path, 0o700) == 0 else { throw Self.failure(path, errno) }
            return
        }
        guard errno == EEXIST else { throw Self.failure(path, errno) }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == user else {
            throw .program(
                Message(
                    "\(path) is not a directory of the user that runs PostgreSQL: remove it, or "
                        + "choose another directory",
                    fr: "\(path) n'est pas un répertoire de l'utilisateur qui lance PostgreSQL : supprimez-le, ou "
                        + "choisissez un autre répertoire"))
        }
        guard chmod(path, 0o700) == 0 else { throw Self.failure(path, errno) }
    }

    /// Throws where the account cannot pass through a parent of `path`.
    func checkWay(to path: String) throws(PostgresError) {
        guard !prefix.isEmpty else { return }
        var parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        while true {
            var status = stat()
            guard stat(parent, &status) == 0 else { throw Self.failure(parent, errno) }
            let bit: mode_t = status.st_uid == user ? 0o100 : status.st_gid == group ? 0o010 : 0o001
            guard status.st_mode & bit != 0 else {
                throw .program(
                    Message(
                        "The user postgres, who runs the private PostgreSQL, cannot pass through \(parent): allow it "
                            + "with chmod o+x \(parent), or choose another data directory, such as "
                            + PrivateServer.rootDirectory,
                        fr: "L'utilisateur postgres, qui lance le PostgreSQL privé, ne peut pas traverser \(parent) : "
                            + "autorisez-le par chmod o+x \(parent), ou choisissez un autre répertoire de données, "
                            + "comme \(PrivateServer.rootDirectory)"))
            }
            if parent == "/" { return }
            parent = URL(fileURLWithPath: parent).deletingLastPathComponent().path
        }
    }

    static func failure(_ path: String, _ code: Int32) -> PostgresError {
        let reason = String(cString: strerror(code))
        return .program(Message("\(path): \(reason)", fr: "\(path) : \(reason)"))
    }
}
