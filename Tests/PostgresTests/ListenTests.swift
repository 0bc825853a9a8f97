import Postgres
import TestSupport
import Testing

@Suite("Notifications arrive")
struct ListenTests {
    @Test("What is sent after listening began comes in order, on the channels named", .timeLimit(.minutes(5)))
    func order() async throws {
        try await ScratchPostgres.withPool { pool in
            let heard = try await pool.listen(["news", "Odd \"name\""])
            try await pool.notify("elsewhere", "no")
            for number in 0..<100 { try await pool.notify("news", "\(number)") }
            try await pool.transaction { try await $0.notify("Odd \"name\"", "é") }
            var messages: [PostgresNotification] = []
            for try await message in heard {
                messages.append(message)
                if messages.count == 101 { break }
            }
            #expect(messages.prefix(100) == (0..<100).map { .message(channel: "news", payload: "\($0)") }[...])
            #expect(messages.last == .message(channel: "Odd \"name\"", payload: "é"))
        }
    }

    @Test("A connection that broke is made again, and told", .timeLimit(.minutes(5)))
    func reconnect() async throws {
        try await ScratchPostgres.withPool { pool in
            var heard = try await pool.listen(["news"]).makeAsyncIterator()
            try await pool.execute(
                """
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE query LIKE 'LISTEN%' AND datname = current_database()
                """)
            #expect(try await heard.next() == .reconnected)
            try await pool.notify("news", "again")
            #expect(try await heard.next() == .message(channel: "news", payload: "again"))
        }
    }

    @Test("A slow reader is told that messages were dropped", .timeLimit(.minutes(5)))
    func overflow() async throws {
        try await ScratchPostgres.withPool { pool in
            let heard = try await pool.listen(["news"])
            let sent = PostgresPool.notificationLimit * 2
            try await pool.query("SELECT pg_notify('news', n::text) FROM generate_series(1, \(sent)) AS n")
            // The end of this wait is the server's: it hands a notification to the listener before the next statement.
            var count = 0
            for try await message in heard {
                if message == .overflowed { break }
                count += 1
            }
            #expect(count >= PostgresPool.notificationLimit && count < sent)
        }
    }

    @Test("Listening ends with its task, and a server that is not there is told at once", .timeLimit(.minutes(5)))
    func ending() async throws {
        try await ScratchPostgres.withPool { pool in
            let stream = try await pool.listen(["news"])
            let task = Task { for try await _ in stream {} }
            task.cancel()
            _ = await task.result
            let away = PostgresPool(PostgresConfiguration(socketDirectory: "/nonexistent", user: "u", database: "d"))
            await #expect(throws: PostgresError.self) { try await away.listen(["news"]) }
            await #expect(throws: PostgresError.self) {
                try await pool.notify("news", String(repeating: "x", count: 8_000))
            }
        }
    }
}
