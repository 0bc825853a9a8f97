import Foundation
import TestSupport
import Testing

@Suite("aristobot migrate, init, user, backup, restore, secret")
struct DatabaseCommandTests {
    @Test("a database is migrated when asked to, not before, and then left alone")
    func migrate() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        let early = try program.run("candles", "list")
        #expect(early.status == 3 && early.error.contains("run 'aristobot migrate'"), "\(early)")
        let first = try program.run("migrate")
        #expect(first.status == 0 && first.output.contains("steps applied"), "\(first)")
        let second = try program.run("migrate", "--json")
        #expect(second.status == 0 && second.error == "" && second.output.contains("\"applied\" : [\n\n  ]"))
    }

    @Test("two processes that migrate at once both end well")
    func race() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        let runs = try (0..<3).map { _ in try program.start(["migrate"]) }
        for run in runs {
            let answer = try run.wait()
            #expect(answer.status == 0, "\(answer)")
        }
        #expect(try program.run("candles", "list").status == 0)
    }

    @Test("init makes the first users once, user adds others")
    func users() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        let first = try program.run("init")
        #expect(first.status == 0 && first.output.contains("users added: dev, dac"), "\(first)")
        #expect(try program.run("init").output.contains("ready already"))
        #expect(try program.run("user", "add", "zoe", "--language", "fr").status == 0)
        let again = try program.run("user", "add", "zoe")
        #expect(again.status == 1 && again.error.contains("there is a user 'zoe' already"))
        let bad = try program.run("user", "add", "Zoé")
        #expect(bad.status == 1 && bad.error.contains("is not a user name") && bad.errorLines.count == 1)
        let list = try program.run("user", "list")
        #expect(list.lines.count == 4 && list.output.contains("zoe   fr"), "\(list.output)")
    }

    @Test("a restore brings back all that the backup holds, and a broken file changes nothing")
    func backup() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        #expect(try program.run("init").status == 0)
        let saved = try program.run("backup", "all.dump")
        #expect(saved.status == 0 && saved.output.hasPrefix("all.dump: "), "\(saved)")
        #expect(try program.run("user", "add", "zoe").status == 0)
        let unasked = try program.run("restore", "all.dump")
        #expect(unasked.status == 2 && unasked.error.contains("--yes"), "\(unasked)")
        try program.write("no backup at all", as: "broken.dump")
        let broken = try program.run("restore", "broken.dump", "--yes")
        #expect(broken.status == 3 && broken.errorLines.count == 1, "\(broken)")
        #expect(try program.run("user", "list").output.contains("zoe"))
        let missing = try program.run("restore", "none.dump", "--yes")
        #expect(missing.status == 1 && missing.error.contains("there is no such file"))
        let restored = try program.run("restore", "all.dump", "--yes")
        #expect(restored.status == 0, "\(restored)")
        let list = try program.run("user", "list").output
        #expect(list.contains("dev") && !list.contains("zoe"))
    }

    @Test("the secret key is changed only for another good one")
    func secret() async throws {
        let program = try Program(database: await ScratchDatabase.url())
        #expect(try program.run("init").status == 0)
        let none = try program.run("secret", "rotate")
        #expect(none.status == 3 && none.error.contains("ARISTOBOT_SECRET_KEY is not set"), "\(none)")
        let old = ["ARISTOBOT_SECRET_KEY": String(repeating: "a", count: 64)]
        let short = try program.run(["secret", "rotate"], old, input: "short\n")
        #expect(short.status == 3 && short.error.contains("has 5 bytes") && !short.error.contains("short"))
        let changed = try program.run(["secret", "rotate"], old, input: String(repeating: "b", count: 64) + "\n")
        #expect(changed.status == 0 && changed.output == "0 secrets sealed anew\n", "\(changed)")
    }

    @Test("a database that cannot be used is told by its cause, with 3")
    func unusable() async throws {
        for (url, expected) in [
            ("nonsense", "not valid: expected postgres://USER@HOST:PORT/DATABASE"),
            ("postgres://u:hunter2@127.0.0.1:1/x", "127.0.0.1:1"),
            ("postgres://u@127.0.0.1:port/x", "127.0.0.1:port"), ("host=/nowhere dbname=x user=u", "/nowhere"),
            (try await ScratchDatabase.url().replacing("dbname=", with: "dbname=no_"), "no_scratch"),
        ] {
            let program = try Program(database: url)
            let answer = try program.run("candles", "list")
            #expect(answer.status == 3 && answer.output == "" && answer.errorLines.count == 1, "\(answer)")
            #expect(answer.error.contains(expected) && !answer.error.contains("hunter2"), "\(answer.error)")
            let french = try program.run(["candles", "list"], ["LANG": "fr_FR.UTF-8"])
            for words in ["refused", "No such", "invalid"] { #expect(!french.error.contains(words), "\(french.error)") }
            let doctor = try program.run("doctor", "--offline")
            #expect(doctor.status == 3 && doctor.output.contains("DATABASE_URL"), "\(doctor)")
            #expect(!doctor.output.contains("hunter2"))
            #expect(try program.home.names == [])
        }
    }

    @Test("without PostgreSQL, or with one that is too old, a private database is refused in words")
    func noPrograms() throws {
        let program = try Program()
        let empty = try ScratchDirectory()
        let missing = try program.run(["candles", "list"], ["ARISTOBOT_POSTGRES_BIN": empty.path])
        #expect(missing.status == 3 && missing.error.contains("install the package postgresql"), "\(missing)")
        for name in ["initdb", "pg_ctl", "postgres"] {
            try empty.write("#!/bin/sh\necho '\(name) (PostgreSQL) 12.4'\n", as: name)
            #expect(chmod(empty.file(name), 0o755) == 0)
        }
        let old = try program.run(["candles", "list"], ["ARISTOBOT_POSTGRES_BIN": empty.path])
        #expect(old.status == 3 && old.error.contains("12") && old.error.contains("15"), "\(old)")
        let doctor = try program.run(["doctor", "--offline"], ["ARISTOBOT_POSTGRES_BIN": empty.path])
        #expect(doctor.status == 3 && doctor.output.contains("missing  database"), "\(doctor)")
    }
}
