import Broker
import Market
import Storage
import TestSupport
import Testing
import Trading

@testable import Engine

@Suite("Parts of an engine", .timeLimit(.minutes(10)))
struct PartsTests {
    @Test("A queue keeps its order and its bound, and counts what is under way")
    func queue() async {
        let activity = Activity()
        let queue = WorkQueue<Int>(limit: 3, activity: activity)
        #expect(queue.push([1, 2]))
        #expect(!queue.push([3, 4]), "two more would be above the limit")
        #expect(queue.push(3))
        #expect(!queue.push(4))
        #expect(queue.push(5, isBoundedElsewhere: true))
        #expect(await queue.next(upTo: 3) == [1, 2, 3])
        #expect(!activity.isNone)
        queue.finished(3)
        queue.close()
        #expect(!queue.push(6))
        #expect(await queue.next(upTo: 9) == [5])
        queue.finished()
        #expect(activity.isNone)
        #expect(await queue.next() == [], "closed and empty")
    }

    @Test("A consumer that waits gets what comes, and nothing once its task is cancelled")
    func waiting() async {
        let queue = WorkQueue<Int>(limit: 3)
        async let first = queue.next()
        queue.push(7)
        #expect(await first == [7])
        let waiter = Task { await queue.next() }
        waiter.cancel()
        #expect(await waiter.value == [])
    }

    @Test("The venue is asked once whose executions were, however often they are told")
    func names() async throws {
        try await EngineRig.with { rig in
            rig.run()
            _ = try await rig.activate(Scripts.counter, name: "counter")
            try await until("a connection") { rig.broker != nil }
            let broker = try #require(rig.broker)
            let id = ClientOrderID(prefix: StrategyTerms.orderPrefix(of: ActiveStrategyID(1)), number: 1)
            _ = try await broker.base.place(
                OrderRequest(
                    clientID: id, symbol: EngineRig.symbol, side: .buy, instruction: .market,
                    amount: .base(Quantity(FixedDecimal("0.01")!))))
            broker.hideNames()
            let survey = AccountSurvey(broker: broker)
            let request = SurveyRequest(fillsSince: [EngineRig.symbol: EngineRig.start])
            for _ in 1...3 {
                let result = try await survey.run(request)
                #expect(result.fills.map(\.clientID) == [id])
            }
            #expect(broker.questions == 1)
        }
    }

    @Test("Executions of orders placed elsewhere are asked about once, some in each pass, and told once at most")
    func strangers() async throws {
        try await EngineRig.with { rig in
            rig.run()
            _ = try await rig.activate(Scripts.counter, name: "counter")
            try await until("a connection") { rig.broker != nil }
            let broker = try #require(rig.broker)
            func buy(_ prefix: String, _ number: Int) async throws {
                _ = try await broker.base.place(
                    OrderRequest(
                        clientID: ClientOrderID(prefix: prefix, number: number), symbol: EngineRig.symbol, side: .buy,
                        instruction: .market, amount: .base(Quantity(FixedDecimal("0.01")!))))
            }
            let own = StrategyTerms.orderPrefix(of: ActiveStrategyID(1))
            for number in 1...5 { try await buy("web", number) }
            try await buy(own, 6)
            let request = SurveyRequest(fillsSince: [EngineRig.symbol: EngineRig.start])
            var survey = AccountSurvey(broker: broker)
            var told: [[Int]] = []
            for _ in 1...2 { told.append(try await survey.run(request).fills.compactMap(\.clientID?.number)) }
            #expect(told == [[1, 2, 3, 4, 5, 6], [6]])

            broker.hideNames()
            broker.hideOrderNames()
            survey = AccountSurvey(broker: broker)
            survey.mostQuestions = 4
            var questions: [Int] = []
            for _ in 1...4 {
                #expect(try await survey.run(request).fills.isEmpty)
                questions.append(broker.questions)
            }
            #expect(questions == [4, 6, 6, 6])
        }
    }

    @Test("Quantiles of a histogram lie within an eighth of what was recorded")
    func histogram() {
        let histogram = LatencyHistogram()
        #expect(histogram.quantile(0.5) == 0)
        for milliseconds in 1...1_000 { histogram.record(nanoseconds: Int64(milliseconds) * 1_000_000) }
        #expect(histogram.count == 1_000)
        for (fraction, expected) in [(0.5, 500.0), (0.99, 990.0), (0.1, 100.0)] {
            let found = Double(histogram.quantile(fraction)) / 1_000_000
            #expect(abs(found - expected) / expected < 0.13, "\(fraction): \(found)")
        }
        #expect(histogram.longestNanoseconds == 1_000_000_000)
    }

    @Test("An engine that could not renew its lease in time sends nothing, by its own clock")
    func fence() {
        let start = ContinuousClock.now
        let clock = Box(start)
        let fence = LeaseFence(limit: .seconds(7)) { clock.value }
        #expect(!fence.isOpen, "nothing was renewed yet")
        fence.renewed(asked: start)
        clock.value = start + .milliseconds(6_999)
        #expect(fence.isOpen)
        clock.value = start + .seconds(7)
        #expect(!fence.isOpen)
        fence.renewed(asked: start + .seconds(7))
        #expect(fence.isOpen)
        fence.close()
        #expect(!fence.isOpen)
    }

    @Test("A venue's clock is followed at its own speed")
    func clock() {
        let start = ContinuousClock.now
        var clock = VenueClock()
        #expect(clock.time(at: start) == nil)
        clock.told(Timestamp(milliseconds: -20_000), at: start - .seconds(1))
        #expect(clock.interval == .seconds(30))
        clock.told(Timestamp(milliseconds: 0), at: start)
        #expect(clock.speed == 1 && !clock.isSteady)
        clock.told(Timestamp(milliseconds: 20_000), at: start + .seconds(1))
        #expect(clock.speed == 20 && clock.isSteady && clock.interval == .seconds(1))
        #expect(clock.time(at: start + .milliseconds(1_500)) == Timestamp(milliseconds: 30_000))
        clock.told(Timestamp(milliseconds: -50_000), at: start + .seconds(2))
        #expect(clock.speed == 20, "a clock that jumped back says nothing of its speed")
        clock.told(Timestamp(milliseconds: 100_000), at: start + .seconds(3))
        #expect(clock.speed == 20, "nor does one that jumped ahead")
        #expect(clock.time(at: start + .seconds(4)) == Timestamp(milliseconds: 120_000))
        clock.told(Timestamp(milliseconds: 101_000), at: start + .seconds(4))
        clock.told(Timestamp(milliseconds: 102_000), at: start + .seconds(5))
        #expect(clock.speed == 1 && clock.interval == .seconds(30), "another speed is believed when it stays")
    }

    @Test("A name tells whose order it is, and foreign names are nobody's")
    func owner() {
        let id = ActiveStrategyID(123_456)
        let name = ClientOrderID(prefix: StrategyTerms.orderPrefix(of: id), number: 7, revision: 2)
        #expect(AccountLoop.owner(of: name) == id)
        for prefix in ["ab", "ab-x", "abZ", "mine", "ab0", "ab-2n9c"] {
            #expect(AccountLoop.owner(of: ClientOrderID(prefix: prefix, number: 1)) == nil, "\(prefix)")
        }
    }

    @Test("A touched order is sent once, and the others of its group are disarmed")
    func watch() throws {
        let watch = PriceWatch()
        let stop = try watched(1, 95, isBelow: true)
        let target = try watched(2, 110, isBelow: false)
        watch.watch(stop)
        watch.watch(target)
        let symbol = stop.request.symbol
        #expect(watch.take(100, at: .init(milliseconds: 0), on: symbol).isEmpty)
        #expect(watch.take(94, at: .init(milliseconds: 1), on: symbol) == [.send(stop)])
        #expect(watch.take(94, at: .init(milliseconds: 2), on: symbol).isEmpty)
        #expect(watch.take(120, at: .init(milliseconds: 3), on: symbol).isEmpty, "its group has been sent")
        #expect(!watch.unwatch(stop.clientID), "its strategy is yet to hear of it")
        watch.watch(target)
        #expect(watch.take(120, at: .init(milliseconds: 4), on: symbol).isEmpty, "nor is it armed until then")
        watch.noted(stop.clientID)
        #expect(watch.unwatch(target.clientID) && watch.count == 0)
    }

    @Test("A closed watch sends nothing more, and still knows of whom nobody has taken note")
    func closed() throws {
        let watch = PriceWatch()
        let stop = try watched(1, 95, isBelow: true)
        watch.watch(stop)
        let symbol = stop.request.symbol
        #expect(!watch.hasUnnoted)
        #expect(watch.take(94, at: .init(milliseconds: 0), on: symbol) == [.send(stop)])
        watch.close()
        watch.watch(try watched(3, 90, isBelow: true))
        #expect(watch.take(80, at: .init(milliseconds: 1), on: symbol).isEmpty && watch.count == 0)
        #expect(watch.hasUnnoted, "the one that was sent before")
        watch.noted(stop.clientID)
        #expect(!watch.hasUnnoted)
    }

    @Test("What has to be cancelled first is told once until it is watched anew")
    func told() throws {
        let watch = PriceWatch()
        var stop = try watched(1, 95, isBelow: true)
        stop.sendsAtOnce = false
        watch.watch(stop)
        let time = Timestamp(milliseconds: 1)
        let symbol = stop.request.symbol
        #expect(watch.take(95, at: time, on: symbol) == [.tell(stop, price: 95, time: time)])
        #expect(watch.take(94, at: time, on: symbol).isEmpty)
        watch.rearm()
        #expect(watch.take(94, at: time, on: symbol) == [.tell(stop, price: 94, time: time)])
    }

    private func watched(_ number: Int, _ level: FixedDecimal, isBelow: Bool) throws -> WatchedOrder {
        WatchedOrder(
            request: OrderRequest(
                clientID: ClientOrderID(prefix: "ab1", number: number), symbol: try Symbol("BTC/USDT"), side: .sell,
                instruction: .market, amount: .base(Quantity(1))), level: Price(level), isBelow: isBelow,
            sendsAtOnce: true, group: 1)
    }
}

/// A value that a closure reads and a test sets.
private final class Box: @unchecked Sendable {
    var value: ContinuousClock.Instant

    init(_ value: ContinuousClock.Instant) { self.value = value }
}
