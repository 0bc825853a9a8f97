import Foundation
import Market
import Postgres
import Storage
import TestExchange
import TestSupport
import Trading

/// An engine in a process of its own that trades for a long time while everything around it fails now and then.
struct Soak: Sendable {
    struct Plan: Sendable {
        var seed: UInt64
        /// One a candle; 43,200 are thirty days.
        var minutes: Int
        /// Ends earlier when so much time has passed.
        var limit: Duration?
        /// Faults in a hundred minutes.
        var faults: Int
        /// The engine's program, as `RunnerProcess` takes it.
        var program = "LiveRunner"
    }

    /// What the engine's process holds.
    struct Footprint: Sendable, CustomStringConvertible {
        var residentKibibytes = 0
        var files = 0
        var threads = 0

        var description: String { "\(residentKibibytes) KiB, \(files) files, \(threads) threads" }

        init(of process: Int32) throws {
            let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            func number(_ name: String) -> Int {
                let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
                return Int(line.filter(\.isNumber)) ?? 0
            }
            residentKibibytes = number("VmRSS:")
            threads = number("Threads:")
            files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
        }
    }

    struct Outcome: Sendable {
        var minutes = 0
        /// Candles that were not decided on within half a second.
        var missed = 0
        var faults: [String: Int] = [:]
        var orders = 0
        var fills = 0
        /// Fills that were booked by the end of each day.
        var days: [Int] = []
        /// After the first fifth, and at the end.
        var early: Footprint?
        var late: Footprint?
        var differences: [String] = []
        var lastWords = ""
    }

    let plan: Plan
    static let symbols = ["BTC/USDT", "ETH/USDT", "BTC/USDT", "ETH/USDT"]

    func run() async throws -> Outcome {
        try await LiveExchange.running(depth: FixedDecimal("0.15")!) { exchange in
            try await LiveWorld.with(exchange, symbols: Self.symbols) { world in
                let directory = try ScratchDirectory()
                let runner = try RunnerProcess(
                    plan.program, ["engine", "soak"],
                    environment: [
                        "DATABASE_URL": world.databaseURL, "ARISTOBOT_SECRET_KEY": LiveWorld.secretKey,
                        "LIVE_RUNNER_LOG": "error",
                    ], log: directory.file("soak.log"))
                var course = SoakCourse(plan: plan, exchange: exchange, world: world, runner: runner)
                var outcome = try await course.run()
                outcome.lastWords = runner.lastWords
                return outcome
            }
        }
    }
}

/// One soak on its way.
struct SoakCourse {
    let plan: Soak.Plan
    let exchange: LiveExchange
    let world: LiveWorld
    let runner: RunnerProcess
    private var numbers: SeededNumbers
    private var outcome = Soak.Outcome()
    private var price = 1000
    private var minute = Timeframe.m1.openTime(containing: Store.systemTime())
    /// What is to be put right again, and at which minute.
    private var healing: [(at: Int, heal: Trouble)] = []
    /// The minute of the last fault, or of the last one's end.
    private var lastTrouble = 0

    /// A fault that lasts until it is healed.
    private enum Trouble: Sendable {
        case requests, revoked, skew, maintenance
    }

    init(plan: Soak.Plan, exchange: LiveExchange, world: LiveWorld, runner: RunnerProcess) {
        self.plan = plan
        self.exchange = exchange
        self.world = world
        self.runner = runner
        numbers = SeededNumbers(seed: plan.seed)
    }

    mutating func run() async throws -> Soak.Outcome {
        let deadline = plan.limit.map { ContinuousClock.now + $0 }
        let early = plan.limit.map { ContinuousClock.now + $0 / 5 }
        guard try await eventually(within: .seconds(60), { try await world.sessions() >= world.strategies.count })
        else {
            outcome.differences = ["the engine did not begin"]
            return outcome
        }
        var number = 0
        while number < plan.minutes, deadline.map({ ContinuousClock.now < $0 }) ?? true, runner.ending == nil {
            number += 1
            try await heal(at: number)
            if numbers.chance(plan.faults) {
                try await trouble(at: number)
                lastTrouble = number
            }
            guard try await beat(number) else { break }
            if outcome.early == nil, number * 5 >= plan.minutes || early.map({ ContinuousClock.now > $0 }) ?? false {
                outcome.early = try Soak.Footprint(of: runner.id)
            }
            if number % Self.day == 0 { try await endDay() }
        }
        outcome.minutes = number
        try await end()
        return outcome
    }

    private static let day = 1440

    private mutating func endDay() async throws {
        let fills = try await withDatabase { try await world.fills() }
        outcome.days.append(fills)
        let faults = outcome.faults.values.reduce(0, +)
        let footprint = try Soak.Footprint(of: runner.id)
        let market = "day \(outcome.days.count), \(fills) fills, \(outcome.missed) missed"
        let line = "soak: \(market), \(faults) faults, \(footprint)\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    // MARK: One minute

    /// So long after the last fault an engine decides on every candle.
    private static let quietMinutes = 20

    /// False when nothing goes on any more.
    private mutating func beat(_ number: Int) async throws -> Bool {
        minute = Timestamp(milliseconds: minute.milliseconds + 60_000)
        // Some minutes are never told: they are taken in as missed.
        if numbers.chance(2) { return true }
        let orders = Soak.symbols.map { _ in
            numbers.chance(15) ? Puppet.Order.allCases[numbers.below(10)] : .nothing
        }
        let prices = ["BTC/USDT": Double(price), "ETH/USDT": Double(price) / 10]
        try await withDatabase { [world, minute] in
            try await world.close(minute, prices: prices, volume: Puppet.volume(orders))
        }
        for _ in 0..<numbers.below(3) { try await move() }
        let open = minute
        // While an account is being connected anew a candle goes by; it is taken in later.
        let isDecided = try await isDecided(open, within: .milliseconds(500))
        outcome.missed += isDecided ? 0 : 1
        if !isDecided, healing.isEmpty, number - lastTrouble > Self.quietMinutes {
            guard try await decidesAgain(within: .seconds(60)) else {
                outcome.differences.append("minute \(number): nothing has failed for long, and it does not decide")
                return false
            }
        }
        return runner.ending == nil
    }

    /// Whether it decides on one of the candles that close from now on. A broker connected anew takes in the one before
    /// with the next: the soak's candles are ahead of the venue's clock, beyond what is loaded as history.
    private mutating func decidesAgain(within limit: Duration) async throws -> Bool {
        try await eventually(within: limit, every: .milliseconds(100)) {
            minute = Timestamp(milliseconds: minute.milliseconds + 60_000)
            let prices = ["BTC/USDT": Double(price), "ETH/USDT": Double(price) / 10]
            try await withDatabase { [world, minute] in try await world.close(minute, prices: prices, volume: 0) }
            return try await isDecided(minute, within: .seconds(2))
        }
    }

    private func isDecided(_ open: Timestamp, within limit: Duration) async throws -> Bool {
        try await eventually(within: limit) { [world, runner] in
            if runner.ending != nil { return true }
            do {
                return try await world.decisions(on: open) >= world.strategies.count
            } catch is PostgresError {
                return false
            }
        }
    }

    /// The test's own connections are cut too.
    private func withDatabase<Value>(_ body: () async throws -> Value) async throws -> Value {
        var value: Value?
        _ = try await eventually(within: .seconds(5)) {
            do {
                value = try await body()
                return true
            } catch is PostgresError {
                return false
            }
        }
        guard let value else { throw BookError(text: "the database does not come back") }
        return value
    }

    private mutating func move() async throws {
        price += numbers.chance(20) ? (numbers.chance(50) ? 15 : -15) : numbers.below(7) - 3
        price = min(max(price, 800), 1200)
        for (market, value) in [("BTCUSDT", "\(price)"), ("ETHUSDT", "\(price / 10).\(price % 10)")] {
            guard let value = FixedDecimal(value) else { continue }
            do {
                try await exchange.setPrice(value, of: market)
            } catch {
                // A halted market takes no price.
            }
        }
    }

    // MARK: What goes wrong

    private mutating func trouble(at number: Int) async throws {
        let name: String
        switch numbers.below(10) {
        case 0...3: name = try await requestFault(at: number)
        case 4:
            name = "sockets cut"
            try await exchange.server.disconnectSockets(withCloseFrame: numbers.chance(50))
        case 5:
            name = "database connections cut"
            // It may end its own connection, and fails then.
            _ = try? await world.pool.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
        case 6:
            name = "keys revoked"
            try await exchange.server.setKey(LiveExchange.key, revoked: true)
            healing.append((number + 1 + numbers.below(3), .revoked))
        case 7:
            name = "clock skew"
            try await exchange.server.setClockSkew(Int64(numbers.below(7_200_000)) - 3_600_000)
            healing.append((number + 1 + numbers.below(5), .skew))
        case 8:
            name = "maintenance"
            try await exchange.server.withExchange { $0.setMaintenance(true, now: $0.now) }
            healing.append((number + 1 + numbers.below(3), .maintenance))
        default:
            name = "partial fills"
            try await exchange.server.withExchange { core in
                core.forcePartialFills(
                    fraction: FixedDecimal("0.5")!, orders: 3, hold: 50, account: LiveExchange.account)
            }
        }
        outcome.faults[name, default: 0] += 1
    }

    private mutating func requestFault(at number: Int) async throws -> String {
        let order = "POST /api/v3/order"
        let seed = numbers.next()
        let busy = Fault.Effect.refuse(status: 503, code: -1000, text: "busy", retryAfter: nil)
        let limited = Fault.Effect.refuse(status: 429, code: -1003, text: "Too much request weight.", retryAfter: 1)
        let faults: [Fault] = [
            Fault(order, .loseReply, times: 2), Fault(order, .statusUnknown(status: 504), times: 2),
            Fault(order, .disconnect, times: 2), Fault(order, .html(status: 502), times: 1),
            Fault(order, .neverAnswer, times: 1), Fault(order, .executeAndNeverAnswer, times: 1),
            Fault(order, limited, times: 1), Fault("GET /api/v3/order", busy, times: 3),
            Fault("DELETE /api/v3/order", .loseReply, times: 2),
            Fault("POST /api/v3/orderList/oco", .loseReply, times: 2),
            Fault("GET /api/v3/openOrders", .html(status: 200), times: 2), Fault("UPGRADE *", .disconnect, times: 2),
            Fault("EVENT executionReport", .loseEvent, probability: 0.5, seed: seed),
            Fault("EVENT executionReport", .duplicateEvent, probability: 0.5, seed: seed),
            Fault("EVENT executionReport", .holdEvent, probability: 0.5, seed: seed),
            Fault("*", .delay(milliseconds: 20), probability: 0.2, seed: seed),
        ]
        let fault = faults[numbers.below(faults.count)]
        try await exchange.server.inject(fault)
        healing.append((number + 3, .requests))
        return "\(fault.subject): \(fault.effect)"
    }

    private mutating func heal(at number: Int) async throws {
        let due = healing.filter { $0.at <= number }
        guard !due.isEmpty else { return }
        for (_, trouble) in due { try await heal(trouble) }
        healing.removeAll { $0.at <= number }
        lastTrouble = number
    }

    private func heal(_ trouble: Trouble) async throws {
        switch trouble {
        case .requests: try await exchange.server.removeFaults()
        case .revoked: try await exchange.server.setKey(LiveExchange.key, revoked: false)
        case .skew: try await exchange.server.setClockSkew(0)
        case .maintenance: try await exchange.server.withExchange { $0.setMaintenance(false, now: $0.now) }
        }
    }

    // MARK: The end

    private mutating func end() async throws {
        try await heal(at: .max)
        try await exchange.server.removeFaults()
        if let ending = runner.ending {
            outcome.differences.append("the engine ended: \(ending)")
            return
        }
        let again = try await decidesAgain(within: .seconds(90))
        if !again { outcome.differences.append("it does not decide any more") }
        var comparison: BookComparison?
        _ = try await eventually(within: .seconds(60)) { [world, exchange] in
            comparison = try await world.books(exchange)
            return comparison?.differences.isEmpty ?? false
        }
        outcome.differences += comparison?.differences ?? []
        outcome.orders = comparison?.exchange.orders.count ?? 0
        outcome.fills = comparison?.exchange.trades.count ?? 0
        outcome.late = try Soak.Footprint(of: runner.id)
        runner.stop()
        guard try await runner.hasEnded(), runner.ending == .exited(0) else {
            return outcome.differences.append("the engine did not stop in good order")
        }
        outcome.differences += try await world.books(exchange).differences
    }
}
