import Postgres
import TestSupport
import Testing

@Suite("The pool lends what is there")
struct PoolTests {
    @Test("A call beyond the pool waits no longer than it may, and one beyond the queue not at all")
    func exhaustion() async throws {
        var configuration = try await ScratchPostgres.database()
        configuration.poolSize = 1
        configuration.maximumWaiting = 0
        let refusing = PostgresPool(configuration)
        configuration.maximumWaiting = 8
        configuration.acquireTimeout = .milliseconds(50)
        let impatient = PostgresPool(configuration)
        try await refusing.withConnection { _ in
            await #expect(throws: PostgresError.poolExhausted(size: 1, waiting: 0)) {
                try await refusing.query("SELECT 1")
            }
        }
        try await impatient.withConnection { _ in
            await #expect(throws: PostgresError.timeout(.poolWait, milliseconds: 50)) {
                try await impatient.query("SELECT 1")
            }
        }
        #expect(try await impatient.query("SELECT 1").count == 1)
        #expect(try await refusing.query("SELECT 1").count == 1)
        await refusing.close()
        await impatient.close()
    }

    @Test("The figures tell who has a connection, who waits, and how long calls have waited")
    func figures() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            let unused = pool.figures
            #expect(unused.connections == 0 && unused.idle == 0 && unused.waits == 0 && unused.waited == .zero)
            try await pool.withConnection { _ in
                #expect(pool.figures.used == 1 && pool.figures.idle == 0)
                let task = Task { try await pool.query("SELECT 1") }
                // Ends: nothing keeps the task from its place in the queue.
                while pool.figures.waiting == 0 { await Task.yield() }
                task.cancel()
                await #expect(throws: PostgresError.cancelled) { try await task.value }
            }
            let figures = pool.figures
            #expect(figures.connections == 1 && figures.idle == 1 && figures.used == 0 && figures.waiting == 0)
            #expect(figures.waits == 1 && figures.waited > .zero)
        }
    }

    @Test("A waiting call that is cancelled leaves the queue")
    func cancelledWait() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            try await pool.withConnection { _ in
                let task = Task { try await pool.query("SELECT 1") }
                task.cancel()
                await #expect(throws: PostgresError.cancelled) { try await task.value }
            }
            #expect(try await pool.query("SELECT 1").count == 1)
        }
    }

    @Test("Two hundred calls at once share four connections")
    func crowd() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.execute("CREATE TABLE t (a bigint)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 { group.addTask { try await pool.execute("INSERT INTO t VALUES (\(number))") } }
                try await group.waitForAll()
            }
            let row = try await pool.query(
                "SELECT count(*), (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) FROM t")[0]
            #expect(try row.int(0) == 200)
            #expect(try row.int(1) <= 4)
        }
    }

    @Test("A connection that the server ended is not lent again")
    func ended() async throws {
        try await ScratchPostgres.withPool(size: 1) { pool in
            let own = "SELECT pg_backend_pid()" as PostgresQuery
            let first = try await pool.query(own)[0].int(0)
            let other = PostgresPool(pool.configuration)
            // Idle: the pool sees it before it lends the connection.
            try await other.query("SELECT pg_terminate_backend(\(Int32(first)), 5000)")
            let second = try await pool.query(own)[0].int(0)
            #expect(second != first)
            // In use: the call fails with words, the next one has a new connection.
            let error = await #expect(throws: PostgresError.self) {
                try await pool.transaction { connection in
                    let process = try await connection.query(own)[0].int(0)
                    try await other.query("SELECT pg_terminate_backend(\(Int32(process)), 5000)")
                    try await connection.query("SELECT 1")
                }
            }
            guard case .connectionLost(_, outcomeKnown: true, _)? = error else {
                Issue.record("\(error as Any)"); return
            }
            #expect(try await pool.query(own)[0].int(0) != second)
            await other.close()
        }
    }

    @Test("Statements that wait block no thread of Swift's pool", .timeLimit(.minutes(5)))
    func blocking() async throws {
        // Far more waiting statements than the pool has threads: were they on them, nothing could let them go.
        let count = 24
        try await ScratchPostgres.withPool(size: count + 1) { pool in
            try await pool.withOwnConnection { holder in
                try await holder.query("SELECT pg_advisory_lock(1)")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<count {
                        group.addTask { try await pool.query("SELECT pg_advisory_xact_lock_shared(1)") }
                    }
                    var waiting = 0
                    while waiting < count {
                        waiting = try await holder.query(
                            """
                            SELECT count(*) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'
                            """)[0].int(0)
                    }
                    try await holder.query("SELECT pg_advisory_unlock(1)")
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("A closed pool refuses, those who wait too")
    func closed() async throws {
        let pool = PostgresPool(try await ScratchPostgres.database())
        try await pool.query("SELECT 1")
        await pool.close()
        await #expect(throws: PostgresError.poolClosed) { try await pool.query("SELECT 1") }
    }

    @Test("A connection of one's own ends with its use")
    func own() async throws {
        try await ScratchPostgres.withPool { pool in
            try await pool.withOwnConnection { connection in
                try await connection.query("SELECT pg_advisory_lock(7)")
                #expect(try await pool.query("SELECT pg_try_advisory_lock(7)")[0].bool(0) == false)
            }
            try await pool.withConnection {
                try await $0.query("SELECT pg_advisory_lock(7)")
                try await $0.query("SELECT pg_advisory_unlock(7)")
            }
        }
    }
}
