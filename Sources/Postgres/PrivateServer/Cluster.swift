import Foundation
import Glibc
import Wording

/// Makes, starts and stops the cluster of a private server; whoever calls it holds the lock.
struct Cluster {
    let place: ClusterPlace
    let options: PrivateServer.Options

    private static let logLimit = 16 << 20

    /// The programs for the cluster: those of its own major version, the newest ones for a new cluster.
    func installation() async throws(PostgresError) -> PostgresInstallation {
        guard let version = place.clusterVersion() else {
            return try await PostgresInstallation.newest(required: options.requiredVersion)
        }
        let all = await PostgresInstallation.all()
        if let same = all.first(where: { $0.version == version }) {
            guard version >= options.requiredVersion else {
                throw .tooOld(server: place.data, version: String(version), required: options.requiredVersion)
            }
            return same
        }
        guard !all.isEmpty else { throw PostgresInstallation.missing }
        let installed = all.map { String($0.version) }.joined(separator: ", ")
        throw .program(
            Message(
                "The data in \(place.data) is of PostgreSQL \(version), and installed is \(installed): install the "
                    + "package postgresql-\(version), or move the data with pg_upgrade",
                fr: "Les données de \(place.data) sont de PostgreSQL \(version), et la version installée est "
                    + "\(installed) : installez le paquet postgresql-\(version), ou migrez les données avec pg_upgrade")
        )
    }

    /// Makes the cluster where there is none; it appears under its name only when it is whole.
    func make(_ installation: PostgresInstallation) async throws(PostgresError) {
        guard place.clusterVersion() == nil else { return }
        guard !FileManager.default.fileExists(atPath: place.data) else {
            throw .program(
                Message(
                    "\(place.data) exists and is no PostgreSQL cluster: move it away",
                    fr: "\(place.data) existe et n'est pas un cluster PostgreSQL : déplacez-le"))
        }
        // What an interrupted try left; if it cannot be removed, initdb says so.
        try? FileManager.default.removeItem(atPath: place.unfinishedData)
        let run = try await place.account.run(
            installation.program("initdb"),
            [
                "-D", place.unfinishedData, "-U", options.user, "-A", "trust", "--encoding=UTF8", "--locale=C",
                "--data-checksums", "--no-instructions",
            ],
            seconds: options.patienceSeconds)
        guard run.succeeded else {
            // initdb's message is what counts.
            try? FileManager.default.removeItem(atPath: place.unfinishedData)
            throw failure(run, Message("cannot be made", fr: "ne peut pas être créé"))
        }
        guard rename(place.unfinishedData, place.data) == 0 else { throw ServerAccount.failure(place.data, errno) }
    }

    /// Starts the server and waits until it takes connections; answers the socket's directory.
    ///
    /// After a kill the processes of the old server may not be gone yet: then it is tried again.
    func start(_ installation: PostgresInstallation) async throws(PostgresError) -> String {
        rotateLog()
        var words = ["-k", place.socketDirectory, "-p", String(options.port), "-c", "listen_addresses="]
        for (name, value) in options.settings.sorted(by: { $0.key < $1.key }) { words += ["-c", "\(name)=\(value)"] }
        // pg_ctl hands these words to a shell.
        let quoted = words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        let end = ContinuousClock.now + .seconds(min(20, options.patienceSeconds))
        while true {
            place.removeFilesOfZombie()
            let logSize = place.logSize
            let run = try await place.account.run(
                installation.program("pg_ctl"),
                [
                    "-D", place.data, "-l", place.logFile, "-w", "-t", String(options.patienceSeconds), "-o", quoted,
                    "start",
                ],
                seconds: options.patienceSeconds + 10)
            if run.succeeded, let socket = place.runningSocketDirectory() { return socket }
            let log = place.logTail(since: logSize)
            let isEnding = log.contains("is still in use") || log.contains("already exists")
            guard isEnding, ContinuousClock.now < end else {
                throw failure(
                    ProgramRun(status: run.status, output: log.isEmpty ? run.output : log),
                    Message("does not start", fr: "ne démarre pas"))
            }
            do { try await Task.sleep(for: .milliseconds(200)) } catch { throw PostgresError.cancelled }
        }
    }

    func stop(_ installation: PostgresInstallation) async throws(PostgresError) {
        guard place.runningSocketDirectory() != nil else { return }
        // "fast" ends open sessions and writes everything down.
        let run = try await place.account.run(
            installation.program("pg_ctl"),
            ["-D", place.data, "-m", "fast", "-w", "-t", String(options.patienceSeconds), "stop"],
            seconds: options.patienceSeconds + 10)
        guard run.succeeded || place.runningSocketDirectory() == nil else {
            throw failure(run, Message("does not stop", fr: "ne s'arrête pas"))
        }
    }

    /// One old log is kept.
    private func rotateLog() {
        var status = stat()
        guard stat(place.logFile, &status) == 0, status.st_size > Self.logLimit else { return }
        rename(place.logFile, place.logFile + ".1")
    }

    private func failure(_ run: ProgramRun, _ what: Message) -> PostgresError {
        if run.diskIsFull { return .diskFull(server: place.base) }
        return .program(
            Message(
                "The private PostgreSQL in \(place.base) \(what.english): \(run.reason)",
                fr: "Le PostgreSQL privé de \(place.base) \(what.french) : \(run.reason)"))
    }
}
