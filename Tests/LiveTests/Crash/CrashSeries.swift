import Engine
import Market
import Postgres
import Storage
import TestExchange
import TestSupport
import Testing
import Trading

/// Engines that are killed one after the other on one database and one exchange, by a plan that a seed makes.
struct CrashSeries: Sendable {
    /// When an engine ends.
    enum Death: Sendable, CustomStringConvertible {
        /// It kills itself at the n-th time it comes to a step.
        case at(EngineStep, Int)
        /// It is killed from outside, at a moment that nobody chose.
        case any(milliseconds: Int)

        var description: String {
            switch self {
            case .at(let step, let count): "\(step) \(count)"
            case .any(let milliseconds): "any time after \(milliseconds) ms"
            }
        }
    }

    struct Outcome: Sendable {
        var kills = 0
        /// How often an engine died at each step.
        var steps: [String: Int] = [:]
        var orders = 0
        var fills = 0
        /// What is wrong at the end.
        var differences: [String] = []
        /// What was done, for a failing seed.
        var story: [String] = []
    }

    let seed: UInt64
    let kills: Int
    static let symbols = ["BTC/USDT", "ETH/USDT", "BTC/USDT"]
    /// Candles that one engine sees at most before it is killed from outside.
    private static let candlesPerLife = 6

    func run() async throws -> Outcome {
        // In every fourth series the engine watches the stops and targets of one market by itself.
        let watched = seed % 4 == 3 ? "ETHUSDT" : nil
        return try await LiveExchange.running(depth: FixedDecimal("0.15")!, watched: watched) { exchange in
            try await LiveWorld.with(exchange, symbols: Self.symbols) { world in
                var life = CrashLife(
                    exchange: exchange, world: world, numbers: SeededNumbers(seed: seed),
                    directory: try ScratchDirectory())
                return try await life.run(kills: kills)
            }
        }
    }

    /// The lives of the engines, one after the other.
    private struct CrashLife {
        let exchange: LiveExchange
        let world: LiveWorld
        var numbers: SeededNumbers
        let directory: ScratchDirectory
        var outcome = Outcome()
        var price = 1000
        /// Candles lie in the future: none is ever too old to be traded on.
        var minute = Timeframe.m1.openTime(containing: Store.systemTime())
        var lives = 0

        mutating func run(kills: Int) async throws -> Outcome {
            // Twice as many lives as kills: an engine may come to the end of its candles.
            while outcome.kills < kills, lives < kills * 2 {
                try await live(try await chooseDeath())
                if !outcome.differences.isEmpty { return outcome }
            }
            try await settle()
            return outcome
        }

        private mutating func chooseDeath() async throws -> Death {
            guard numbers.chance(85) else { return .any(milliseconds: numbers.below(300)) }
            let step = EngineStep.allCases[numbers.below(EngineStep.allCases.count)]
            return .at(step, 1 + numbers.below(4))
        }

        // MARK: One engine

        private mutating func live(_ death: Death) async throws {
            lives += 1
            try await chooseFaults()
            outcome.story.append("life \(lives): \(death)")
            // The market does not wait for the next engine.
            if numbers.chance(30) { try await move() }
            let before = try await world.sessions()
            let runner = try start(death)
            guard try await eventually(within: .seconds(20), { try await isReady(before, runner) })
            else {
                outcome.differences.append("life \(lives) did not begin: \(runner.lastWords)")
                return
            }
            try await checkProtection(runner)
            if case .any(let milliseconds) = death {
                let killer = after(.milliseconds(milliseconds)) { runner.kill() }
                try await feed(runner)
                try await killer.value
            } else {
                try await feed(runner)
                runner.kill()
            }
            guard try await runner.hasEnded() else {
                outcome.differences.append("life \(lives) does not end")
                return
            }
            try await note(runner, death)
        }

        /// Before anything new is decided, what is held is protected again.
        private mutating func checkProtection(_ runner: RunnerProcess) async throws {
            var bare: [String] = []
            let isSafe = try await eventually(within: .seconds(20)) {
                if runner.ending != nil { return true }
                bare = try await world.books(exchange).protection
                return bare.isEmpty
            }
            guard !isSafe else { return }
            outcome.differences.append("life \(lives) leaves bare what it found: \(bare); \(runner.lastWords)")
            outcome.differences.append("what the database holds: \(try await world.state())")
        }

        private mutating func note(_ runner: RunnerProcess, _ death: Death) async throws {
            guard runner.ending == .signalled(9) else {
                outcome.differences.append("life \(lives) ended by itself: \(runner.lastWords)")
                return
            }
            outcome.kills += 1
            // As if the time had passed after which an engine that says nothing counts as dead.
            try await world.pool.execute("UPDATE engines SET started_at = 0, renewed_at = 0 WHERE left_at IS NULL")
            if runner.lastWords.contains("killed at "), case .at(let step, _) = death {
                outcome.steps[step.rawValue, default: 0] += 1
            } else {
                outcome.steps["any", default: 0] += 1
            }
        }

        private func start(_ death: Death?) throws -> RunnerProcess {
            // A name of its own: what a dead engine had sent may reach the database after its death.
            var arguments = ["engine", "runner-\(lives)"]
            if case .at(let step, let count) = death { arguments += [step.rawValue, "\(count)"] }
            return try RunnerProcess(
                "LiveRunner", arguments,
                environment: [
                    "DATABASE_URL": world.databaseURL, "ARISTOBOT_SECRET_KEY": LiveWorld.secretKey,
                    "LIVE_RUNNER_LOG": "debug",
                ], log: directory.file("life-\(lives).log"))
        }

        private func isReady(_ before: Int, _ runner: RunnerProcess) async throws -> Bool {
            if runner.ending != nil { return true }
            return try await world.sessions() >= before + world.strategies.count
        }

        private func hasDecided(_ open: Timestamp, _ runner: RunnerProcess) async throws -> Bool {
            if runner.ending != nil { return true }
            return try await world.decisions(on: open) >= world.strategies.count
        }

        /// Candles and prices until the engine is dead or has seen enough.
        private mutating func feed(_ runner: RunnerProcess) async throws {
            for _ in 0..<CrashSeries.candlesPerLife where runner.ending == nil {
                minute = Timestamp(milliseconds: minute.milliseconds + 60_000)
                let orders = CrashSeries.symbols.map { _ in Puppet.Order.allCases[numbers.below(10)] }
                let prices = [
                    "BTC/USDT": Double(price), "ETH/USDT": Double(price) / 10,
                ]
                try await world.close(minute, prices: prices, volume: Puppet.volume(orders))
                outcome.story.append("  \(minute): \(orders) at \(price)")
                let (moves, open) = (numbers.below(3), minute)
                for _ in 0..<moves { try await move() }
                guard
                    try await eventually(
                        within: .seconds(10),
                        {
                            try await hasDecided(open, runner)
                        })
                else {
                    outcome.differences.append("life \(lives): \(open) is not decided: \(runner.lastWords)")
                    return
                }
                if numbers.chance(50) { try await move() }
            }
        }

        /// Mostly a little; now and then through every stop or target.
        private mutating func move() async throws {
            price += numbers.chance(20) ? (numbers.chance(50) ? 15 : -15) : numbers.below(7) - 3
            price = min(max(price, 800), 1200)
            try await exchange.setPrice(FixedDecimal(price), of: "BTCUSDT")
            try await exchange.setPrice(FixedDecimal("\(price / 10).\(price % 10)")!, of: "ETHUSDT")
        }

        // MARK: Faults

        private mutating func chooseFaults() async throws {
            try await exchange.server.removeFaults()
            let seed = numbers.next()
            let order = "POST /api/v3/order"
            let faults: [Fault] = [
                Fault(order, .loseReply, times: 1),
                Fault(order, .statusUnknown(status: 504), skip: 1, times: 1),
                Fault(order, .disconnect, times: 1),
                Fault(order, .refuse(status: 503, code: -1000, text: "busy", retryAfter: nil), skip: 1, times: 2),
                Fault("POST /api/v3/orderList/oco", .loseReply, times: 1),
                Fault("DELETE /api/v3/order", .loseReply, times: 1),
                Fault("EVENT executionReport", .loseEvent, probability: 0.3, seed: seed),
                Fault("EVENT executionReport", .duplicateEvent, probability: 0.3, seed: seed),
                Fault("EVENT executionReport", .holdEvent, probability: 0.2, seed: seed),
                Fault(order, .delay(milliseconds: 30), probability: 0.5, seed: seed),
            ]
            for fault in faults where numbers.chance(15) {
                try await exchange.server.inject(fault)
                outcome.story.append("  fault \(fault.subject) \(fault.effect)")
            }
            guard numbers.chance(30) else { return }
            let hold = Int64(numbers.below(2) * 100)
            try await exchange.server.withExchange { core in
                core.forcePartialFills(
                    fraction: FixedDecimal("0.5")!, orders: 2, hold: hold, account: LiveExchange.account)
            }
            outcome.story.append("  partial fills, hold \(hold)")
        }

        // MARK: The end

        /// An engine that lives: the books must agree before long, and still after a stop in good order.
        private mutating func settle() async throws {
            try await exchange.server.removeFaults()
            lives += 1
            let before = try await world.sessions()
            let runner = try start(nil)
            // What the killed engine had sent may still be on its way: it has arrived once the next one is at work.
            guard try await eventually(within: .seconds(20), { try await isReady(before, runner) }) else {
                outcome.differences.append("the last engine did not begin: \(runner.lastWords)")
                return
            }
            var comparison = try await world.books(exchange)
            let agrees = try await eventually(within: .seconds(30)) {
                comparison = try await world.books(exchange)
                return comparison.differences.isEmpty || runner.ending != nil
            }
            outcome.orders = comparison.exchange.orders.count
            outcome.fills = comparison.exchange.trades.count
            guard agrees, runner.ending == nil else {
                outcome.differences = comparison.differences + ["last words: \(runner.lastWords)"]
                outcome.differences.append("what the database holds: \(try await world.state())")
                return
            }
            runner.stop()
            guard try await runner.hasEnded(), runner.ending == .exited(0) else {
                outcome.differences.append("the last engine did not stop in good order: \(runner.lastWords)")
                return
            }
            // A stop in good order leaves positions protected.
            outcome.differences = try await world.books(exchange).differences
            if !outcome.differences.isEmpty {
                outcome.differences.append("last words: \(runner.lastWords)")
                outcome.differences.append("what the database holds: \(try await world.state())")
            }
        }
    }
}
