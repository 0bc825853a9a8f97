import Postgres
import TestSupport
import Testing
import Wording

@Suite("Errors say what to do, never what was stored")
struct ErrorTests {
    @Test("Broken rules name table and constraint, not the values")
    func constraints() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.withConnection {
                try await $0.script(
                    unsafeSQL: """
                        CREATE TABLE a (id int CONSTRAINT a_key PRIMARY KEY);
                        CREATE TABLE b (id int CONSTRAINT b_a REFERENCES a, n int CONSTRAINT positive CHECK (n > 0),
                            t text NOT NULL, r int4range, CONSTRAINT apart EXCLUDE USING gist (r WITH &&));
                        INSERT INTO a VALUES (774411)
                        """)
            }
            let cases: [(PostgresQuery, PostgresError)] = [
                ("INSERT INTO a VALUES (774411)", .uniqueViolation(table: "a", constraint: "a_key")),
                ("INSERT INTO b VALUES (774412, 1, '')", .foreignKeyViolation(table: "b", constraint: "b_a")),
                ("INSERT INTO b VALUES (774411, -774413, '')", .checkViolation(table: "b", constraint: "positive")),
                ("INSERT INTO b VALUES (774411, 1, NULL)", .notNullViolation(table: "b", column: "t")),
                (
                    "INSERT INTO b SELECT 774411, 1, '', '[774411,774419)' FROM generate_series(1, 2)",
                    .exclusionViolation(table: "b", constraint: "apart")
                ),
                ("SELECT \("secret7744")::text::int", .dataException(sqlState: "22P02")),
                ("SELECT \(Int64.max) + 1", .dataException(sqlState: "22003")),
                ("SELECT 1 / \(0)", .dataException(sqlState: "22012")),
                ("DO $$ BEGIN RAISE EXCEPTION '7744'; END $$", .server(sqlState: "P0001", text: "")),
            ]
            for (query, wanted) in cases {
                let error = await #expect(throws: PostgresError.self) { try await pool.query(query) }
                #expect(error == wanted)
                for language in Language.allCases {
                    let text = try #require(error?.message.text(in: language))
                    #expect(!text.contains("7744") && !text.isEmpty)
                }
            }
        }
    }

    @Test("A mistake in the statement keeps the server's words")
    func syntax() async throws {
        try await ScratchPostgres.withPool { pool in
            let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT * FROM nowhere") }
            #expect(error?.description.contains("nowhere") == true)
        }
    }

    @Test("A wrong address, database, user or an old server are told apart")
    func refusals() async throws {
        let good = try await ScratchPostgres.database()
        func error(_ configuration: PostgresConfiguration) async -> PostgresError? {
            await #expect(throws: PostgresError.self) { try await PostgresPool(configuration).verify() }
        }
        #expect(
            await error(good.with(database: "nowhere")) == .databaseMissing(server: good.server, database: "nowhere"))

        var old = good
        old.requiredVersion = 99
        guard case .tooOld(_, let version, 99)? = await error(old) else { Issue.record("old"); return }
        #expect(version.hasPrefix("1"))

        let stranger = try PostgresConfiguration(
            url: "host=\(good.host) user=nobody_here password=hush dbname=postgres")
        #expect(await error(stranger) == .unauthorised(server: good.server, user: "nobody_here"))

        let away = PostgresConfiguration(socketDirectory: "/nonexistent", user: "u", database: "d")
        guard case .unreachable("/nonexistent:5432", let reason)? = await error(away) else {
            Issue.record("away")
            return
        }
        #expect(reason.english.contains("No such file"))
    }

    @Test("A server that accepts and says nothing is given up", .timeLimit(.minutes(5)))
    func silence() async throws {
        let silent = try SilentServer()
        var configuration = try PostgresConfiguration(url: "postgres://u@127.0.0.1:\(silent.port)/d?sslmode=disable")
        configuration.connectTimeout = .milliseconds(200)
        let error = await #expect(throws: PostgresError.self) { try await PostgresPool(configuration).verify() }
        #expect(error == .timeout(.connect, milliseconds: 200))
    }

    @Test("Passwords stand in no description and no message")
    func passwords() async throws {
        let configuration = try PostgresConfiguration(
            url: "postgres://me:hush%21@127.0.0.1:1/base?sslmode=disable&sslpassword=hush2")
        #expect(configuration.password?.exposed == "hush!")
        #expect(configuration.description == "postgres://me@127.0.0.1:1/base")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("hush") && !"\(configuration)".contains("hush"))
        let error = await #expect(throws: PostgresError.self) { try await PostgresPool(configuration).verify() }
        #expect(error?.description.contains("hush") == false)
        for url in ["postgres://me:hush@[::1", "password=hush =", "", "postgres://me:hush@h/?nonsense=1"] {
            let error = #expect(throws: PostgresError.self) { try PostgresConfiguration(url: url) }
            #expect(error?.description.contains("hush") == false)
        }
    }

    @Test("A read-only transaction refuses to write")
    func readOnly() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.execute("CREATE TABLE t (a int)")
            await #expect(throws: PostgresError.readOnly(server: pool.configuration.server)) {
                try await pool.transaction(readOnly: true) { try await $0.execute("INSERT INTO t VALUES (1)") }
            }
        }
    }
}
