import TestSupport
import Testing
import Transport

@Suite("The budget of a venue's rate limits")
struct RateLimitBudgetTests {
    private static let minute = Duration.seconds(60)
    /// 2026-01-01T00:00:20Z: in the middle of a minute.
    private static let start = Duration.seconds(1_767_225_620)
    private static let nextMinute = start + .seconds(40)
    private static let margin = Duration.milliseconds(100)

    private func window(_ unit: RateLimitUnit, _ limit: Int, _ length: Duration) throws -> RateLimitWindow {
        try #require(RateLimitWindow(unit, limit: limit, per: length))
    }

    private func weightBudget(_ limit: Int = 10, maximumWaiting: Int = 100) throws -> RateLimitBudget {
        RateLimitBudget([try window("weight", limit, Self.minute)], maximumWaiting: maximumWaiting)
    }

    @Test func `what fits goes, what does not waits for the next stretch of the calendar`() throws {
        var budget = try weightBudget()
        #expect(budget.ask(1, cost: ["weight": 6], now: Self.start) == .go)
        #expect(budget.ask(2, cost: ["weight": 4], now: Self.start) == .go)
        let until = Self.nextMinute + Self.margin
        #expect(budget.ask(3, cost: ["weight": 1], now: Self.start) == .wait(until: until))
        #expect(budget.nextRelease(now: Self.start) == until)
        #expect(budget.release(now: Self.nextMinute - .milliseconds(1)).isEmpty)
        #expect(budget.release(now: until) == [3])
        #expect(budget.used("weight", per: Self.minute, now: until) == 1)
    }

    @Test func `who comes later does not pass who waits, however little it costs`() throws {
        var budget = try weightBudget()
        #expect(budget.ask(1, cost: ["weight": 9], now: Self.start) == .go)
        let until = Self.nextMinute + Self.margin
        #expect(budget.ask(2, cost: ["weight": 5], now: Self.start) == .wait(until: until))
        guard case .wait = budget.ask(3, cost: ["weight": 1], now: Self.start) else {
            Issue.record("the third passed the second")
            return
        }
        #expect(budget.release(now: until) == [2, 3])
    }

    @Test func `urgent requests go before those that wait, and may use what is reserved`() throws {
        let length = Duration.seconds(10)
        var budget = RateLimitBudget([try window("orders", 20, length)], reserved: ["orders"])
        #expect(budget.ask(1, cost: ["orders": 18], now: Self.start) == .go)
        let until = Self.start + length + Self.margin
        #expect(budget.ask(2, cost: ["orders": 1], now: Self.start) == .wait(until: until))
        #expect(budget.ask(3, cost: ["orders": 2], isUrgent: true, now: Self.start) == .go)
        #expect(budget.ask(4, cost: ["orders": 15], isUrgent: true, now: Self.start) == .wait(until: until))
        #expect(budget.ask(5, cost: ["orders": 5], isUrgent: true, now: Self.start) == .wait(until: until))
        #expect(budget.release(now: until) == [4, 5])
        #expect(budget.release(now: until + length) == [2])
        guard case .impossible = budget.ask(6, cost: ["orders": 19], now: until) else {
            Issue.record("it would wait for ever")
            return
        }
        guard case .wait = budget.ask(6, cost: ["orders": 20], isUrgent: true, now: until) else {
            Issue.record("an urgent one may have them all")
            return
        }
    }

    @Test func `an order does not wait behind weight, but behind orders`() throws {
        var budget = RateLimitBudget([
            try window("weight", 10, Self.minute), try window("orders", 2, .seconds(10)),
        ])
        #expect(budget.ask(1, cost: ["weight": 10], now: Self.start) == .go)
        _ = budget.ask(2, cost: ["weight": 10], now: Self.start)
        #expect(budget.ask(3, cost: ["orders": 2], now: Self.start) == .go)
        let soon = Self.start + .seconds(10) + Self.margin
        #expect(budget.ask(4, cost: ["orders": 1], now: Self.start) == .wait(until: soon))
        _ = budget.ask(5, cost: ["orders": 1, "weight": 1], now: Self.start)
        #expect(budget.nextRelease(now: Self.start) == soon)
        #expect(budget.release(now: soon) == [4])
        #expect(budget.release(now: Self.nextMinute + Self.margin) == [2])
        #expect(budget.release(now: Self.nextMinute * 2) == [5])
    }

    @Test func `the longest of several windows decides`() throws {
        var budget = RateLimitBudget([
            try window("orders", 1, .seconds(10)), try window("orders", 2, .seconds(86_400)),
        ])
        #expect(budget.ask(1, cost: ["orders": 1], now: Self.start) == .go)
        #expect(budget.ask(2, cost: ["orders": 1], now: Self.start + .seconds(10)) == .go)
        let midnight = Duration.seconds(1_767_225_600 + 86_400)
        #expect(
            budget.ask(3, cost: ["orders": 1], now: Self.start + .seconds(20)) == .wait(until: midnight + Self.margin))
    }

    @Test func `what the venue counted raises the count, never lowers it`() throws {
        var budget = try weightBudget()
        #expect(budget.ask(1, cost: ["weight": 2], now: Self.start) == .go)
        budget.report(used: 8, of: "weight", per: Self.minute, askedAt: Self.start, now: Self.start)
        #expect(budget.used("weight", per: Self.minute, now: Self.start) == 8)
        budget.report(used: 3, of: "weight", per: Self.minute, askedAt: Self.start, now: Self.start)
        #expect(budget.used("weight", per: Self.minute, now: Self.start) == 8)
        guard case .wait = budget.ask(2, cost: ["weight": 3], now: Self.start) else {
            Issue.record("the venue's count was not taken over")
            return
        }
    }

    @Test func `a reply to a request of the last minute says nothing about this one`() throws {
        var budget = try weightBudget()
        #expect(budget.ask(1, cost: ["weight": 2], now: Self.start) == .go)
        budget.report(
            used: 10, of: "weight", per: Self.minute, askedAt: Self.start, now: Self.nextMinute + .milliseconds(5))
        #expect(budget.used("weight", per: Self.minute, now: Self.nextMinute + .milliseconds(5)) == 0)
    }

    @Test func `a ban holds everyone, a pause of orders only orders, and neither is shortened`() throws {
        var budget = RateLimitBudget([
            try window("weight", 10, Self.minute), try window("orders", 5, .seconds(10)),
        ])
        let until = Self.start + .seconds(5)
        budget.pause("orders", until: until)
        #expect(budget.ask(1, cost: ["weight": 1], now: Self.start) == .go)
        #expect(budget.ask(2, cost: ["orders": 1], now: Self.start) == .wait(until: until))
        let banned = Self.start + .seconds(120)
        budget.pause(until: banned)
        budget.pause(until: until)
        #expect(budget.ask(3, cost: [:], now: Self.start) == .wait(until: banned))
        #expect(budget.release(now: until).isEmpty)
        #expect(budget.release(now: banned) == [2, 3])
    }

    @Test func `a full queue and a cost over any window are refused`() throws {
        var budget = try weightBudget(10, maximumWaiting: 1)
        #expect(budget.ask(1, cost: ["weight": 10], now: Self.start) == .go)
        _ = budget.ask(2, cost: ["weight": 1], now: Self.start)
        #expect(budget.ask(3, cost: ["weight": 1], now: Self.start) == .full(waiting: 1))
        #expect(
            budget.ask(4, cost: ["weight": 11], now: Self.start) == .impossible(try window("weight", 10, Self.minute)))
    }

    @Test func `who gives up makes room for who stands behind`() throws {
        var budget = try weightBudget()
        #expect(budget.ask(1, cost: ["weight": 5], now: Self.start) == .go)
        _ = budget.ask(2, cost: ["weight": 10], now: Self.start)
        _ = budget.ask(3, cost: ["weight": 5], now: Self.start)
        budget.withdraw(2)
        #expect(budget.release(now: Self.start) == [3])
    }

    @Test func `new windows keep what was used, and refuse what can no longer go`() throws {
        var budget = try weightBudget()
        #expect(budget.ask(1, cost: ["weight": 6], now: Self.start) == .go)
        _ = budget.ask(2, cost: ["weight": 8], now: Self.start)
        _ = budget.ask(3, cost: ["weight": 2], now: Self.start)
        let smaller = try window("weight", 7, Self.minute)
        let impossible = budget.setWindows([smaller], now: Self.start)
        #expect(impossible.map(\.ticket) == [2])
        #expect(impossible.first?.window == smaller && impossible.first?.cost == 8)
        #expect(budget.used("weight", per: Self.minute, now: Self.start) == 6)
        #expect(budget.release(now: Self.nextMinute + Self.margin) == [3])
    }

    @Test func `a clock that is set back gives nothing away`() throws {
        var budget = try weightBudget()
        #expect(budget.ask(1, cost: ["weight": 10], now: Self.start) == .go)
        let earlier = Self.start - .seconds(3600)
        #expect(
            budget.ask(2, cost: ["weight": 1], now: earlier)
                == .wait(until: Self.nextMinute - .seconds(3600) + Self.margin))
    }

    @Test(arguments: [(0, Duration.seconds(1)), (-1, .seconds(1)), (1, .zero), (1, .seconds(400 * 86_400))])
    func `a window without sense is none`(limit: Int, length: Duration) {
        #expect(RateLimitWindow("weight", limit: limit, per: length) == nil)
    }

    /// Against a plain recount: no stretch ever holds more than its limit, and within a unit nobody is overtaken.
    @Test(arguments: 0..<20)
    func `over random requests no limit is passed and the order is kept`(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let windows = [
            try window("weight", 20, Self.minute), try window("orders", 3, .seconds(10)),
            try window("orders", 9, Self.minute),
        ]
        var budget = RateLimitBudget(windows)
        var now = Self.start
        var costs: [UInt64: RateLimitBudget.Cost] = [:]
        var gone: [(ticket: UInt64, at: Duration)] = []
        for ticket in UInt64(1)...300 {
            now += .milliseconds(random.below(2000))
            gone += budget.release(now: now).map { ($0, now) }
            let cost: RateLimitBudget.Cost =
                random.chance(50) ? ["weight": 1 + random.below(8)] : ["orders": 1, "weight": random.below(2)]
            costs[ticket] = cost
            switch budget.ask(ticket, cost: cost, now: now) {
            case .go: gone.append((ticket, now))
            case .wait(let until): #expect(until > now)
            case .full, .impossible: Issue.record("refused at seed \(seed)")
            }
        }
        while let next = budget.nextRelease(now: now) {
            now = max(now, next)
            gone += budget.release(now: now).map { ($0, now) }
        }
        #expect(gone.count == 300, "seed \(seed)")
        for window in windows {
            var used: [Int64: Int] = [:]
            for (ticket, time) in gone {
                used[time.components.seconds / window.length.components.seconds, default: 0] +=
                    costs[ticket]?[window.unit] ?? 0
            }
            #expect(used.values.allSatisfy { $0 <= window.limit }, "seed \(seed)")
            let tickets = gone.map(\.ticket).filter { (costs[$0]?[window.unit] ?? 0) > 0 }
            #expect(tickets == tickets.sorted(), "seed \(seed)")
        }
    }
}
