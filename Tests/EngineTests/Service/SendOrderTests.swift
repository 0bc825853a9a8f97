import Broker
import Logging
import Market
import Synchronization
import TestSupport
import Testing
import Trading
import Wording

@testable import Engine

@Suite("Sending orders", .timeLimit(.minutes(2)))
struct SendOrderTests {
    private static let strategies = 5
    private static let ordersEach = 20

    @Test(
        "orders of one strategy reach a venue that answers out of order as they were decided, those of others beside",
        arguments: [UInt64(1), 2, 3])
    func shuffled(seed: UInt64) async throws {
        var numbers = SeededNumbers(seed: seed)
        let broker = ShuffledBroker()
        let activity = Activity()
        let calls = SendQueue(limit: 1000, activity: activity)
        let answers = Mutex(0)
        let sender = Self.sender(broker, calls) { answers.withLock { $0 += 1 } }
        let workers = (0..<16).map { _ in Task { await sender.run() } }
        for number in 0..<Self.ordersEach {
            for strategy in 0..<Self.strategies {
                let request = try Self.order(strategy, number)
                calls.push(
                    number % 4 == 3
                        ? .cancel(request.clientID, request.symbol) : .place(request, decided: nil))
            }
        }
        let all = Self.strategies * Self.ordersEach
        var left = Dictionary(uniqueKeysWithValues: (0..<Self.strategies).map { ("ab\($0)", Self.ordersEach) })
        for _ in 0..<all {
            // One of every strategy that has calls left is under way, and never two.
            let busy = left.values.count { $0 > 0 }
            try await until("\(busy) calls under way, seed \(seed)") { broker.waiting == busy }
            #expect(broker.mostOfOne == 1, "seed \(seed)")
            left[broker.answer(place: numbers.below(busy)).prefix, default: 0] -= 1
        }
        try await until("all answers, seed \(seed)") { answers.withLock { $0 } == all && activity.isNone }
        for strategy in 0..<Self.strategies {
            let arrived = broker.arrived.filter { $0.prefix == "ab\(strategy)" }.map(\.number)
            #expect(arrived == Array(0..<Self.ordersEach), "seed \(seed)")
        }
        calls.close()
        for worker in workers { await worker.value }
    }

    @Test("a call without an answer is overtaken after a while, and its answer then lets nobody go")
    func overdue() async throws {
        let activity = Activity()
        let calls = SendQueue(limit: 10, activity: activity)
        for number in 0..<4 { calls.push(.place(try Self.order(0, number), decided: nil)) }
        let start = ContinuousClock.now
        let first = try #require(await calls.next { start })
        calls.passOverdue(at: start + .seconds(2))
        calls.push(.ask(ClientOrderID(prefix: "ab0", number: 0), try Symbol("BTC/USDT")))
        let question = try #require(await calls.next { start })
        #expect(question.call.number == nil, "a question waits for nobody, the second order waits")
        calls.passOverdue(at: start + .seconds(3))
        let second = try #require(await calls.next { start + .seconds(3) })
        #expect(second.call.number == 1)
        calls.passOverdue(at: start + .seconds(5))
        calls.finished(first)
        calls.finished(second)
        let third = try #require(await calls.next { start })
        #expect(third.call.number == 2)
        calls.finished(question)
        #expect(!activity.isNone)
        calls.close()
        calls.finished(third)
        #expect(activity.isNone, "what waited is dropped")
        #expect(await calls.next() == nil)
    }

    @Test("a queue that is full takes nothing but what is bounded elsewhere")
    func full() async throws {
        let calls = SendQueue(limit: 2)
        #expect(calls.push(.place(try Self.order(0, 0), decided: nil)))
        #expect(calls.push(.place(try Self.order(0, 1), decided: nil)))
        #expect(!calls.push(.place(try Self.order(0, 2), decided: nil)))
        #expect(!calls.push(.place(try Self.order(1, 0), decided: nil)))
        #expect(calls.push(.placeWatched(try Self.order(0, 3)), isBoundedElsewhere: true))
    }

    @Test("an order whose price was touched goes out though every sender waits for an answer, and as urgent")
    func touched() async throws {
        let broker = ShuffledBroker()
        let calls = SendQueue(limit: 1000)
        let sender = Self.sender(broker, calls) {}
        let workers = (0..<2).map { _ in Task { await sender.run() } } + [Task { await sender.run(urgent: true) }]
        for strategy in 0..<20 { calls.push(.place(try Self.order(strategy, 0), decided: nil)) }
        try await until("both senders wait for answers") { broker.waiting == 2 }
        calls.push(.placeWatched(try Self.order(0, 1)))
        try await until("the order is there") { broker.waiting == 3 }
        #expect(broker.urgent == [ClientOrderID(prefix: "ab0", number: 1)])
        calls.close()
        for number in 1...21 {
            try await until("an answer that is awaited, \(number)") { broker.waiting > 0 }
            _ = broker.answer(place: 0)
        }
        for worker in workers { await worker.value }
        #expect(broker.arrived.count == 21)
    }

    @Test("nothing is sent for an account that another engine has, though the fence is open")
    func lost() async throws {
        let broker = ShuffledBroker()
        let calls = SendQueue(limit: 1000)
        let end = LoopEnd()
        let sender = Self.sender(broker, calls, end) {}
        calls.push(.place(try Self.order(0, 0), decided: nil))
        calls.push(.cancel(ClientOrderID(prefix: "ab1", number: 0), try Symbol("BTC/USDT")))
        calls.push(.placeWatched(try Self.order(2, 0)))
        end.request(.leaseLost)
        calls.close()
        // Whatever arrives there is answered, so that this ends in any case.
        let answers = Task {
            while !Task.isCancelled {
                if broker.waiting > 0 { _ = broker.answer(place: 0) }
                await Task.yield()
            }
        }
        await sender.run()
        await sender.run(urgent: true)
        answers.cancel()
        #expect(broker.arrived.isEmpty)
    }

    private static func sender(
        _ broker: ShuffledBroker, _ calls: SendQueue, _ end: LoopEnd = LoopEnd(),
        answered: @escaping @Sendable () -> Void
    ) -> BrokerSender {
        let fence = LeaseFence(limit: .seconds(600))
        fence.renewed(asked: .now)
        return BrokerSender(
            broker: broker, calls: calls, fence: fence, end: end, probe: .none, meter: EngineMeter(),
            logger: Logger(label: "sends") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in answered() }
    }

    static func order(_ strategy: Int, _ number: Int) throws -> OrderRequest {
        OrderRequest(
            clientID: ClientOrderID(prefix: "ab\(strategy)", number: number), symbol: try Symbol("BTC/USDT"),
            side: .buy, instruction: .limit(Price(100), .goodTillCancelled), amount: .base(Quantity(1)))
    }
}

extension BrokerCall {
    fileprivate var number: Int? {
        if case .place(let request, _) = self { request.clientID.number } else { nil }
    }
}

/// Takes orders and cancels, and answers the one that a test names.
private final class ShuffledBroker: Broker {
    private struct State {
        var arrived: [ClientOrderID] = []
        var waiting: [(id: ClientOrderID, answer: CheckedContinuation<Void, Never>)] = []
        var mostOfOne = 0
        var urgent: [ClientOrderID] = []
    }

    private let state = Mutex(State())

    /// In the order in which they came.
    var arrived: [ClientOrderID] { state.withLock(\.arrived) }
    var waiting: Int { state.withLock(\.waiting.count) }
    /// The most calls of one strategy that were under way together.
    var mostOfOne: Int { state.withLock(\.mostOfOne) }

    /// Those that were placed as urgent.
    var urgent: [ClientOrderID] { state.withLock(\.urgent) }

    func answer(place: Int) -> ClientOrderID {
        let (id, answer) = state.withLock { $0.waiting.remove(at: place) }
        answer.resume()
        return id
    }

    private func take(_ id: ClientOrderID) async {
        let isUrgent = CallUrgency.isUrgent
        await withCheckedContinuation { answer in
            state.withLock { state in
                state.arrived.append(id)
                if isUrgent { state.urgent.append(id) }
                state.waiting.append((id, answer))
                state.mostOfOne = max(state.mostOfOne, state.waiting.count { $0.id.prefix == id.prefix })
            }
        }
    }

    func place(_ order: OrderRequest) async throws(BrokerError) -> OrderReport {
        await take(order.clientID)
        throw Self.nothing
    }

    func cancel(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport {
        if case .client(let id) = reference { await take(id) }
        throw Self.nothing
    }

    static let nothing = BrokerError.unsupported(Message("nothing is here", fr: "rien ici"))

    let venue = VenueName.paper
    let capabilities = BrokerCapabilities(
        orderKinds: [], hasOrderPairs: false, hasQuoteAmounts: false, timeframes: [], isRealMoney: false,
        hasAccount: true)

    func placePair(_ pair: OrderPairRequest) async throws(BrokerError) -> [OrderReport] { throw Self.nothing }
    func order(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport? { nil }
    func openOrders(on symbol: Symbol?) async throws(BrokerError) -> [OrderReport] { [] }
    func fills(_ request: FillRequest) async throws(BrokerError) -> [FillReport] { [] }
    func balances() async throws(BrokerError) -> [Balance] { [] }
    func serverTime() async throws(BrokerError) -> Timestamp { throw Self.nothing }
    func instruments() async throws(BrokerError) -> [Instrument] { [] }
    func candles(_ request: CandleRequest) async throws(BrokerError) -> [Candle] { [] }
    func ticker(_ symbol: Symbol) async throws(BrokerError) -> Ticker { throw Self.nothing }
    func accountEvents() -> AsyncThrowingStream<AccountEvent, any Error> { AsyncThrowingStream { $0.finish() } }
    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        AsyncThrowingStream { $0.finish() }
    }
    func close() async {}
}
