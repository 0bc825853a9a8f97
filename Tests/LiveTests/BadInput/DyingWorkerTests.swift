import Broker
import Engine
import Glibc
import Market
import Postgres
import Storage
import Synchronization
import TestExchange
import TestSupport
import Testing
import Trading
import Wording
import Worker

/// Two users with a worker process each, of which one is killed whenever it has started.
@Suite("A worker process that dies again and again", .timeLimit(.minutes(5)))
struct DyingWorkerTests {
    /// Kills the workers of one tenant as soon as they have started, while it is told to.
    private final class Killer: Sendable {
        private struct State {
            var tenant: Int64?
            var running: [Int64: Int32] = [:]
            var kills = 0
        }

        private let state = Mutex(State())

        var kills: Int { state.withLock(\.kills) }

        func take(_ event: WorkerEvent) {
            switch event {
            case .started(let tenant, let pid, _):
                state.withLock { state in
                    state.running[tenant.number] = pid
                    Self.strike(&state)
                }
            case .lost(let tenant, _, _): _ = state.withLock { $0.running.removeValue(forKey: tenant.number) }
            case .decided, .banned: return
            }
        }

        /// - Parameter tenant: nil lets all of them live.
        func aim(at tenant: UserID?) {
            state.withLock { state in
                state.tenant = tenant?.number
                Self.strike(&state)
            }
        }

        private static func strike(_ state: inout State) {
            guard let tenant = state.tenant, let pid = state.running[tenant] else { return }
            // Only a child that nobody has waited for: its number cannot be another's.
            var info = siginfo_t()
            guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return }
            Glibc.kill(pid, SIGKILL)
            state.kills += 1
        }
    }

    private static func workers(_ killer: Killer) throws -> ExecutorFactory {
        let program = try RunnerProcess.besideThisProcess("WorkerRunner")
        let pool = WorkerPool(WorkerPoolOptions(executable: program)) { killer.take($0) }
        return { try pool.executor(for: TenantNumber($0.number)) }
    }

    @Test("its user is told, his position stays protected, and no strategy of another user misses a candle")
    func dies() async throws {
        try await LiveExchange.running(accounts: 2) { exchange in
            try await LiveWorld.with(exchange, symbols: ["BTC/USDT", "ETH/USDT"]) { world in
                let other = try await Self.addUser(world, exchange)
                let killer = Killer()
                try await LiveEngine.running(world, executor: try Self.workers(killer)) { engine in
                    let scene = LiveScene(exchange: exchange, world: world, engine: engine)
                    try await scene.open()
                    try await Self.kill(killer, scene, other)
                    try await Self.recover(scene)
                }
            }
        }
    }

    /// A second user, with an account and strategies of his own that only look on.
    private static func addUser(_ world: LiveWorld, _ exchange: LiveExchange) async throws -> UserID {
        let user = try await world.store.users.add("other").id
        let broker = try await world.store.brokers.add(
            user, name: "exchange 2", venue: .binance, settings: BrokerSettings(baseURL: exchange.url),
            credentials: BrokerCredentials(key: LiveExchange.key(2), secret: LiveExchange.secret))
        let strategy = try await world.store.strategies.add(
            user, name: "puppet", timeframe: .m1, source: Puppet.script)
        for number in 0..<5 {
            _ = try await world.store.activeStrategies.activate(
                user,
                NewActiveStrategy(
                    name: "looker \(number)", strategy: strategy.id, broker: broker.id, symbol: try Symbol("BTC/USDT"),
                    timeframe: .m1, parameters: ["slot": "7"], capital: Money(100),
                    startsAt: Timestamp(milliseconds: 0)))
        }
        return user
    }

    private static func kill(_ killer: Killer, _ scene: LiveScene, _ other: UserID) async throws {
        let world = scene.world
        killer.aim(at: world.user)
        for number in 2..<8 {
            let minute = scene.minute(number)
            try await scene.tell(minute)
            // Each of them has decided on each candle: none was skipped, none failed.
            let haveDecided = try await eventually {
                try await decided(world, other, on: minute) == 5
            }
            let story = try await world.story()
            #expect(haveDecided, "\(story)")
        }
        let codes: Set<String> = ["strategies_not_asked", "strategy_paused"]
        let isTold = try await eventually {
            Set(try await world.store.alerts.list(world.user).map(\.alert.code)).isSuperset(of: codes)
        }
        let alerts = try await world.store.alerts.list(world.user).map(\.alert)
        #expect(isTold, "\(alerts)")
        #expect(try await world.store.alerts.list(other).allSatisfy { !codes.contains($0.alert.code) })
        #expect(killer.kills >= 3)
        // Stop and target stand where they stood.
        #expect(try await scene.exchange.books().open.count == 2)
        try await scene.checkBooks()
        killer.aim(at: nil)
    }

    private static func decided(_ world: LiveWorld, _ user: UserID, on minute: Timestamp) async throws -> Int {
        try await world.pool.query(
            """
            SELECT count(*) AS n FROM decisions WHERE user_id = \(user.number)
                AND candle_open = \(minute.milliseconds) AND outcome IN ('nothing', 'intents')
            """)[0].int("n")
    }

    /// Resumed by hand once the cause is gone, the strategies decide again, on the position that they have.
    private static func recover(_ scene: LiveScene) async throws {
        let world = scene.world
        for strategy in world.strategies
        where try await world.store.activeStrategies.get(world.user, strategy.id).state == .suspended {
            _ = try await world.store.activeStrategies.submit(.resume, world.user, strategy.id)
        }
        // A worker that has died often is started again after a while: then a candle or two go by.
        var isClosed = false
        for number in 8..<30 where !isClosed {
            try await scene.tell(scene.minute(number), [.close, .nothing])
            isClosed = try await eventually(within: .seconds(3)) {
                try await StoredBooks(world.pool).positions.isEmpty
            }
        }
        let story = try await world.story()
        #expect(isClosed, "\(story)")
        try await scene.checkBooks()
    }
}
