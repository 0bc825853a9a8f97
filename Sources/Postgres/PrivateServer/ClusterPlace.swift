import Foundation
import Glibc
import Wording

/// The paths of a private cluster, and what the files there tell.
struct ClusterPlace: Sendable {
    let directory: String
    let account: ServerAccount
    let port: Int

    /// Throws where `directory` is no absolute path or no account can run a server.
    init(directory: String, port: Int) throws(PostgresError) {
        guard directory.hasPrefix("/"), !directory.utf8.contains(0), !directory.contains("\n") else {
            throw .program(
                Message(
                    "The data directory \"\(directory)\" is not an absolute path",
                    fr: "Le répertoire de données « \(directory) » n'est pas un chemin absolu"))
        }
        self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
        self.port = port
        account = try ServerAccount.current()
    }

    var base: String { directory + "/postgres" }
    var data: String { base + "/data" }
    var unfinishedData: String { base + "/data.unfinished" }
    var logFile: String { base + "/log" }
    var lockFile: String { base + "/lock" }
    var usersFile: String { base + "/users" }
    private var processFile: String { data + "/postmaster.pid" }

    /// The longest path of a socket, without its NUL (`sun_path` in `struct sockaddr_un`).
    private static let socketPathLimit = 107

    /// Below the base, or a short one for a path that is too long; the same for every process.
    var socketDirectory: String {
        let near = base + "/run"
        if near.utf8.count + "/.s.PGSQL.\(port)".utf8.count <= Self.socketPathLimit { return near }
        // FNV-1a (Fowler, Noll, Vo): a short name for the directory; `makeDirectory` refuses one of somebody else.
        let hash = base.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let name = "aristobot-\(account.user)-\(String(hash, radix: 16))"
        return (geteuid() == 0 && access("/run", W_OK) == 0 ? "/run/" : "/tmp/") + name
    }

    func makeDirectories() throws(PostgresError) {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .program(
                Message(
                    "The data directory \(directory) cannot be made: \(String(cString: strerror(errno)))",
                    fr: "Impossible de créer le répertoire de données \(directory) : "
                        + String(cString: strerror(errno))))
        }
        try account.checkWay(to: base)
        try account.makeDirectory(base)
        try account.makeDirectory(socketDirectory)
    }

    /// The major version of the cluster; nil where there is none yet.
    func clusterVersion() -> Int? {
        // No file is no cluster.
        guard let text = try? String(contentsOfFile: data + "/PG_VERSION", encoding: .utf8) else { return nil }
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The socket's directory of a server that runs on the cluster; nil where none does.
    ///
    /// The file of a server that was killed stays behind; its number may belong to another program by now.
    func runningSocketDirectory() -> String? {
        // No file is no server.
        guard let text = try? String(contentsOfFile: processFile, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 8, let process = pid_t(lines[0]), process > 1, lines[1] == data, !lines[4].isEmpty,
            lines[7].hasPrefix("ready"), isServer(process)
        else { return nil }
        return lines[4]
    }

    private func isServer(_ process: pid_t) -> Bool {
        guard kill(process, 0) == 0 || errno == EPERM else { return false }
        // Without /proc the process is taken for what the file says.
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
            return !FileManager.default.fileExists(atPath: "/proc/self/stat")
        }
        // "PID (NAME) STATE …": a zombie is over, though its number is not free yet.
        guard let close = line.lastIndex(of: ")") else { return false }
        let state = line[close...].dropFirst(2).first
        return line.contains("(postgres") && state != "Z" && state != "X"
    }

    /// Removes the files of a server that is a zombie, which PostgreSQL would take for a running one: where nobody
    /// collects orphans, as in a container, it stays for ever.
    func removeFilesOfZombie() {
        for file in [processFile, socketDirectory + "/.s.PGSQL.\(port).lock"] {
            // No file, nothing to remove.
            guard let text = try? String(contentsOfFile: file, encoding: .utf8),
                let process = pid_t(text.prefix { $0.isNumber }),
                let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),  // gone: no zombie
                let close = line.lastIndex(of: ")"), line[close...].dropFirst(2).first == "Z"
            else { continue }
            unlink(file)
        }
    }

    var logSize: UInt64 {
        var status = stat()
        return stat(logFile, &status) == 0 ? UInt64(max(0, status.st_size)) : 0
    }

    /// What the server wrote to its log since it had `size` bytes, at most the last 4 KiB.
    func logTail(since size: UInt64) -> String {
        // A log that cannot be read adds nothing to the message.
        guard let handle = FileHandle(forReadingAtPath: logFile), let end = try? handle.seekToEnd() else { return "" }
        defer { try? handle.close() }  // read only: nothing can be lost
        // As above.
        guard (try? handle.seek(toOffset: max(size, end > 4_096 ? end - 4_096 : 0))) != nil,
            let data = try? handle.readToEnd()  // as above
        else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    var busy: PostgresError {
        .program(
            Message(
                "Another process has been starting or stopping the PostgreSQL in \(base) for too long",
                fr: "Un autre processus démarre ou arrête le PostgreSQL de \(base) depuis trop longtemps"))
    }
}
