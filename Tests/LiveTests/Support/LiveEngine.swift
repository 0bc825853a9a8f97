import Engine
import LiveSupport
import Market
import Postgres
import Storage
import TestSupport
import Testing
import Worker

/// An engine of this process, for as long as a test wants one.
final class LiveEngine: Sendable {
    let service: EngineService
    /// What it has logged.
    let log = LogBook()
    private let running: Task<Void, any Error>
    private let connector: ExchangeConnector

    init(
        _ store: Store, name: String = "test", executor: @escaping ExecutorFactory = { _ in InProcessExecutor() },
        change: (inout EngineOptions) -> Void = { _ in }
    ) {
        var options = EngineOptions(name: name)
        options.renewInterval = .milliseconds(200)
        options.takeInterval = .milliseconds(100)
        options.signalInterval = .milliseconds(200)
        options.tickInterval = .milliseconds(50)
        options.unknownSettle = .milliseconds(200)
        options.checkInterval = .milliseconds(500)
        options.keysInterval = .milliseconds(500)
        options.longestPause = .milliseconds(200)
        change(&options)
        let connector = ExchangeConnector(store: store)
        let service = EngineService(
            store: store, executors: executor, connectors: connector, options: options,
            logger: log.logger)
        self.connector = connector
        self.service = service
        running = Task { try await service.run() }
    }

    /// Stops in good order.
    func stop() async throws {
        running.cancel()
        try await outcome().get()
    }

    /// Why it ended by itself.
    func end() async throws -> (any Error)? {
        if case .failure(let error) = try await outcome() { error } else { nil }
    }

    private func outcome() async throws -> Result<Void, any Error> {
        do {
            let outcome = try await ending("the engine ends", of: running)
            await connector.close()
            return outcome
        } catch {
            running.cancel()
            await connector.close()
            throw error
        }
    }

    /// Runs for as long as the body takes, whatever that throws.
    func whileRunning<Result: Sendable>(_ body: (LiveEngine) async throws -> Result) async throws -> Result {
        let result: Result
        do {
            result = try await body(self)
        } catch {
            // The first error is the one to tell.
            try? await stop()
            throw error
        }
        try await stop()
        return result
    }

    /// Runs an engine for as long as the body takes.
    static func running<Result: Sendable>(
        _ world: LiveWorld, executor: @escaping ExecutorFactory = { _ in InProcessExecutor() },
        change: (inout EngineOptions) -> Void = { _ in },
        _ body: @Sendable (LiveEngine) async throws -> Result
    ) async throws -> Result {
        let before = try await world.sessions()
        return try await LiveEngine(world.store, executor: executor, change: change).whileRunning { engine in
            let isReady = try await eventually {
                let wanted = try await world.runningCount()
                return try await world.sessions() >= before + wanted
            }
            #expect(isReady, "the engine has not loaded its strategies")
            return try await body(engine)
        }
    }
}

extension LiveWorld {
    /// While connections to the database are being cut: the test's own are cut too, and each one that was says so once.
    func insist(_ body: @Sendable () async throws -> Bool) async throws -> Bool {
        try await eventually {
            do {
                return try await body()
            } catch is PostgresError {
                return false
            }
        }
    }

    /// How often strategies were loaded.
    func sessions() async throws -> Int {
        try await pool.query("SELECT count(*) AS n FROM strategy_sessions")[0].int("n")
    }

    /// Executions that are booked.
    func fills() async throws -> Int {
        try await pool.query("SELECT count(*) AS n FROM fills")[0].int("n")
    }

    /// Strategies that are to be loaded.
    func runningCount() async throws -> Int {
        try await pool.query("SELECT count(*) AS n FROM active_strategies WHERE state = 'active'")[0].int("n")
    }

    /// How many strategies have decided on a candle.
    func decisions(on open: Timestamp) async throws -> Int {
        // By the strategies, for which there is an index: a soak leaves a table of many rows.
        try await pool.query(
            """
            SELECT count(*) AS n FROM decisions
            WHERE active_strategy_id = ANY(\(strategies.map(\.id.number))) AND candle_open = \(open.milliseconds)
            """)[0].int("n")
    }

    /// Codes of all alerts so far.
    func alerts() async throws -> [String] {
        try await pool.query("SELECT code FROM alerts ORDER BY id").map { try $0.text("code") }
    }

    /// What the strategies' logs hold, in English.
    func log() async throws -> [String] {
        try await pool.query("SELECT text_en FROM strategy_log ORDER BY active_strategy_id, number")
            .map { try $0.text("text_en") }
    }

    /// Where orders and memories stand, for a test that failed.
    func state() async throws -> String {
        let orders = try await StoredBooks(pool).orders.suffix(30).map { order in
            "\(order.clientID) \(order.side) \(order.kind) \(order.quantity) \(order.state), \(order.filled) filled"
        }
        let memories = try await pool.query(
            "SELECT id, core_state::text AS memory FROM active_strategies ORDER BY id"
        ).map { "\(try $0.int64("id")): \(try $0.optionalText("memory") ?? "nothing")" }
        return (orders + memories + (try await log().suffix(30))).joined(separator: "\n")
    }

    /// All that happened, for a test that failed.
    func story() async throws -> String {
        let decisions = try await pool.query(
            "SELECT active_strategy_id, candle_open, outcome, detail::text AS detail FROM decisions ORDER BY id"
        ).map { row in
            let time = Timestamp(milliseconds: try row.int64("candle_open"))
            return "\(try row.int64("active_strategy_id")) \(time) \(try row.text("outcome")) \(try row.text("detail"))"
        }
        let orders = try await StoredBooks(pool).orders.map { order in
            "\(order.clientID) \(order.side) \(order.kind) \(order.quantity) \(order.state), \(order.filled) filled"
        }
        return
            (["decisions:"] + decisions + ["orders:"] + orders + ["log:"] + (try await log()) + ["alerts:"]
            + (try await alerts())).joined(separator: "\n")
    }
}
