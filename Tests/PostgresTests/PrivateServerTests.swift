import Foundation
import Glibc
import Postgres
import Synchronization
import TestSupport
import Testing
import Wording

private final class SharedFlag: Sendable {
    private let raised = Atomic<Bool>(false)
    var isRaised: Bool { raised.load(ordering: .acquiring) }
    func raise() { raised.store(true, ordering: .releasing) }
}

@Suite("A server of one's own", .serialized)
struct PrivateServerTests {
    /// A directory whose server and files go with the test process at the latest.
    private func directory() throws -> String {
        let path = "/tmp/aristobot-own-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try ScratchWatch.removeAtEnd(path)
        return path
    }

    private var options: PrivateServer.Options {
        var options = PrivateServer.Options()
        options.settings["shared_buffers"] = "16MB"
        options.settings["fsync"] = "off"
        return options
    }

    private func process(_ directory: String) throws -> pid_t {
        let text = try String(contentsOfFile: directory + "/postgres/data/postmaster.pid", encoding: .utf8)
        return try #require(pid_t(text.prefix { $0.isNumber }))
    }

    @Test("Several callers at once get one server, and the last one to leave stops it", .timeLimit(.minutes(5)))
    func shared() async throws {
        let place = try directory()
        let servers = try await withThrowingTaskGroup(of: PrivateServer.self) { group in
            for _ in 0..<3 { group.addTask { try await PrivateServer.start(directory: place, options: options) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(servers.filter(\.wasStartedHere).count == 1)
        let pool = PostgresPool(servers[0].configuration)
        let row = try await pool.query(
            "SELECT current_setting('listen_addresses') AS listen, current_database()::text AS name")[0]
        #expect(try row.text("listen").isEmpty)
        #expect(try row.text("name") == "aristobot")
        await pool.close()
        var status = stat()
        #expect(stat(servers[0].socketDirectory, &status) == 0 && status.st_mode & 0o777 == 0o700)
        #expect(try await servers[0].stop() == false)
        #expect(try await servers[0].stop() == false)
        #expect(try await servers[1].stop() == false)
        try await PostgresPool(servers[2].configuration).verify()
        #expect(try await servers[2].stop())
        #expect(!FileManager.default.fileExists(atPath: place + "/postgres/data/postmaster.pid"))
    }

    @Test("After kill -9 of the server the next start has all that was committed", .timeLimit(.minutes(5)))
    func killed() async throws {
        let place = try directory()
        let first = try await PrivateServer.start(directory: place, options: options)
        var configuration = first.configuration
        configuration.acquireTimeout = .seconds(1)
        let pool = PostgresPool(configuration)
        try await pool.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS a")
        kill(try process(place), SIGKILL)
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withConnection { _ in }
            while true { try await pool.query("SELECT 1", timeout: .seconds(1)) }
        }
        #expect(error?.isTemporary == true)
        let second = try await PrivateServer.start(directory: place, options: options)
        #expect(second.wasStartedHere)
        #expect(try await pool.query("SELECT count(*) FROM t")[0].int(0) == 1_000)
        await pool.close()
        try await first.stop()
        #expect(try await second.stop())
        // What an old server left behind does not stop a new one.
        try Data("1\n\(place)/postgres/data\n0\n5432\n/nowhere\n\n0 0\nready   \n".utf8).write(
            to: URL(fileURLWithPath: place + "/postgres/data/postmaster.pid"))
        let third = try await PrivateServer.start(directory: place, options: options)
        #expect(third.wasStartedHere)
        try await third.stop()
    }

    @Test("Calls in flight fail with words while the server restarts, and later ones work", .timeLimit(.minutes(5)))
    func restartUnderLoad() async throws {
        let place = try directory()
        let server = try await PrivateServer.start(directory: place, options: options)
        var configuration = server.configuration
        configuration.poolSize = 4
        let pool = PostgresPool(configuration)
        try await pool.execute("CREATE TABLE t (a bigint)")
        let notices = try await pool.listen(["news"])
        let booked = try await withThrowingTaskGroup(of: (Int, [PostgresError]).self) { group in
            let (running, signal) = AsyncStream<Void>.makeStream()
            let isBack = SharedFlag()
            for worker in 0..<8 {
                group.addTask {
                    var (count, errors): (Int, [PostgresError]) = (0, [])
                    var after = 0
                    while after < 20 {
                        do throws(PostgresError) {
                            try await pool.execute("INSERT INTO t VALUES (\(worker))")
                            count += 1
                            if count == 50 { signal.yield() }
                        } catch { errors.append(error) }
                        if isBack.isRaised { after += 1 }
                    }
                    return (count, errors)
                }
            }
            for await _ in running { break }
            #expect(try await server.stop())
            let again = try await PrivateServer.start(directory: place, options: options)
            isBack.raise()
            var total = (0, [PostgresError]())
            for try await result in group { total = (total.0 + result.0, total.1 + result.1) }
            let stored = try await pool.query("SELECT count(*) FROM t")[0].int(0)
            let unknown = total.1.filter { if case .connectionLost = $0 { true } else { false } }.count
            #expect(stored >= total.0 && stored <= total.0 + unknown)
            #expect(total.1.allSatisfy { $0.isTemporary })

            for try await notice in notices {
                #expect(notice == .reconnected)
                break
            }
            await pool.close()
            try await again.stop()
            return total.0
        }
        #expect(booked >= 160)
    }

    @Test("A path too long for a socket gets a short directory of its own", .timeLimit(.minutes(5)))
    func longPath() async throws {
        let base = try directory()
        let place = base + "/" + String(repeating: "d", count: 100)
        let server = try await PrivateServer.start(directory: place, options: options)
        #expect(server.socketDirectory.utf8.count < 80 && !server.socketDirectory.hasPrefix(place))
        try await PostgresPool(server.configuration).verify()
        try await server.stop()
        rmdir(server.socketDirectory)
    }

    @Test("What stands in the way is told in words", .timeLimit(.minutes(5)))
    func obstacles() async throws {
        func message(_ directory: String) async -> String {
            let error = await #expect(throws: PostgresError.self) {
                try await PrivateServer.start(directory: directory, options: options)
            }
            return error?.description ?? ""
        }
        #expect(await message("relative").contains("not an absolute path"))
        #expect(await message("/dev/null/x").contains("/dev/null"))

        let place = try directory()
        let account = geteuid() == 0 ? try #require(getpwnam("postgres")).pointee.pw_uid : geteuid()
        let data = place + "/postgres/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        chown(place + "/postgres", account, gid_t.max)
        #expect(await message(place).contains("is no PostgreSQL cluster"))
        try Data("9\n".utf8).write(to: URL(fileURLWithPath: data + "/PG_VERSION"))
        let version = await message(place)
        #expect(version.contains("PostgreSQL 9") && version.contains("postgresql-9"))

        guard geteuid() == 0 else { return }
        chmod(place, 0o700)
        let way = await message(place)
        #expect(way.contains("chmod o+x \(place)") && way.contains(PrivateServer.rootDirectory))
    }

    @Test("Missing or old programs are told with what to install")
    func programs() async throws {
        let scratch = try ScratchDirectory()
        let environment = ["ARISTOBOT_POSTGRES_BIN": scratch.path]
        let missing = await #expect(throws: PostgresError.self) {
            try await PostgresInstallation.newest(required: 15, environment: environment)
        }
        #expect(missing?.description.contains("install the package postgresql") == true)
        for name in ["initdb", "pg_ctl", "postgres"] {
            try scratch.write("#!/bin/sh\necho 'postgres (PostgreSQL) 14.3 (Debian 14.3-1)'\n", as: name)
            chmod(scratch.file(name), 0o755)
        }
        await #expect(throws: PostgresError.tooOld(server: scratch.path, version: "14", required: 15)) {
            try await PostgresInstallation.newest(required: 15, environment: environment)
        }
    }
}
