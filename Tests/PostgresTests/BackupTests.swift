import Foundation
import Glibc
import Postgres
import TestSupport
import Testing
import Wording

@Suite("A database can be kept and put back")
struct BackupTests {
    private func withRows(_ body: (PostgresPool, PostgresBackup, ScratchDirectory) async throws -> Void) async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.withConnection {
                try await $0.script(
                    unsafeSQL: """
                        CREATE TABLE a (id int PRIMARY KEY, n numeric); CREATE TABLE b (id int REFERENCES a, t text);
                        INSERT INTO a SELECT i, i / 7.0 FROM generate_series(1, 1000) AS i;
                        INSERT INTO b VALUES (1, 'é')
                        """)
            }
            try await body(pool, PostgresBackup(pool.configuration), ScratchDirectory())
        }
    }

    private func sum(_ pool: PostgresPool) async throws -> String {
        try await pool.query("SELECT sum(n)::text || count(*)::text FROM a")[0].text(0)
    }

    @Test("What was kept comes back as a whole; what was made since is gone", .timeLimit(.minutes(5)))
    func roundTrip() async throws {
        try await withRows { pool, backup, scratch in
            let before = try await sum(pool)
            try await backup.write(to: scratch.file("kept"))
            var status = stat()
            #expect(stat(scratch.file("kept"), &status) == 0 && status.st_mode & 0o777 == 0o600)
            try await pool.withConnection {
                try await $0.script(unsafeSQL: "UPDATE a SET n = 0; CREATE TABLE later (id int REFERENCES a)")
            }
            try await backup.restore(from: scratch.file("kept"))
            #expect(try await sum(pool) == before)
            await #expect(throws: PostgresError.self) { try await pool.query("SELECT * FROM later") }
            #expect(try scratch.names == ["kept"])
        }
    }

    @Test("A broken file leaves the old data, and says so", .timeLimit(.minutes(5)))
    func broken() async throws {
        try await withRows { pool, backup, scratch in
            let before = try await sum(pool)
            try await backup.write(to: scratch.file("kept"))
            let bytes = try scratch.bytes("kept")
            try scratch.write(Array(bytes.prefix(bytes.count * 3 / 4)), as: "cut")
            var turned = bytes
            for place in turned.count * 3 / 4..<turned.count { turned[place] ^= 0x55 }
            try scratch.write(turned, as: "turned")
            try scratch.write("no dump", as: "text")
            for name in ["cut", "turned", "text", "missing"] {
                await #expect(throws: PostgresError.self, "\(name)") {
                    try await backup.restore(from: scratch.file(name))
                }
                #expect(try await sum(pool) == before, "\(name)")
            }
            let left = try await pool.query(
                "SELECT count(*) FROM pg_database WHERE datname LIKE \("restore\\_\(getpid())%")")
            #expect(try left[0].int(0) == 0)
        }
    }

    @Test("A place that cannot be written to, or a database that is not there, is told", .timeLimit(.minutes(5)))
    func refused() async throws {
        try await withRows { pool, backup, scratch async throws in
            await #expect(throws: PostgresError.self) { try await backup.write(to: scratch.path + "/none/kept") }
            let away = PostgresBackup(pool.configuration.with(database: "nowhere"))
            let error = await #expect(throws: PostgresError.self) { try await away.write(to: scratch.file("kept")) }
            #expect(error?.description.contains("nowhere") == true)
            #expect(try scratch.names.isEmpty)
        }
    }
}
