import Broker
import Market
import Testing
import Trading

@Suite("The paper broker", .timeLimit(.minutes(5)))
struct PaperBrokerTests {
    private typealias Fixture = PaperFixture

    private func series(_ closes: [Double]) throws -> CandleSeries {
        try CandleSeries(
            symbol: Fixture.symbol, timeframe: .m1,
            candles: closes.enumerated().map { index, close in
                Candle(
                    openTime: Fixture.time(Int64(index)), open: close, high: close + 1, low: close - 1, close: close,
                    volume: 4)
            })
    }

    private func replay(_ closes: [Double]) throws -> ReplayMarket {
        try ReplayMarket(venue: .paper, markets: [Fixture.instrument()], series: [series(closes)])
    }

    private func broker(
        _ store: MemoryPaperStore, _ replay: ReplayMarket, settle: (@Sendable () async -> Void)? = nil
    ) async throws -> PaperBroker {
        let broker = try await PaperBroker(
            account: PaperAccountID(1), in: store, prices: replay,
            options: PaperBrokerOptions(followsTrades: false, settle: settle) { await replay.serverTime() })
        await replay.attach { bar, symbol in await broker.take(bar, on: symbol) }
        return broker
    }

    private func failure(_ body: () async throws -> Void) async -> BrokerError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? BrokerError
        }
    }

    @Test("an order decided when a candle closes fills at the open of the next, and is told to who listens")
    func nextOpen() async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let replay = try replay([100, 103, 104])
        let broker = try await broker(store, replay)
        try await broker.credit(1000, of: "USDT")
        let events = broker.accountEvents()
        _ = await replay.step()
        let report = try await broker.place(Fixture.order(1, .buy, .market, 2))
        #expect(report.status == .open)
        _ = await replay.step()
        let fills = try await broker.fills(FillRequest(symbol: Fixture.symbol))
        #expect(fills.map(\.price) == [Price(103)])
        #expect(fills.first?.time == Fixture.time(1))
        let order = try await broker.order(.client(ClientOrderID(prefix: "t", number: 1)), on: Fixture.symbol)
        #expect(order?.status == .filled)
        await broker.close()
        var told: [String] = []
        for try await event in events {
            switch event {
            case .connected: told.append("connected")
            case .orderChanged(let report): told.append(report.status.name)
            case .filled: told.append("fill")
            case .balancesChanged: told.append("balances")
            case .disconnected: told.append("disconnected")
            }
        }
        #expect(told == ["connected", "open", "filled", "fill", "balances"])
    }

    @Test("what cannot be written has not happened, and the missed prices are met when the store is back")
    func storeAway() async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let replay = try replay([100, 94, 100, 100])
        let broker = try await broker(store, replay)
        try await broker.credit(1, of: "BTC")
        _ = await replay.step()
        store.fail(.unavailable)
        await #expect(throws: BrokerError.self) {
            try await broker.place(Fixture.order(1, .sell, .stop(trigger: Price(95), limit: nil), 1))
        }
        #expect(try await broker.openOrders(on: nil).isEmpty)
        _ = try await broker.place(Fixture.order(1, .sell, .stop(trigger: Price(95), limit: nil), 1))
        store.fail(.unavailable)
        _ = await replay.step()
        #expect(try await broker.openOrders(on: nil).count == 1)
        #expect(try await broker.balances().first?.locked == 1)
        _ = await replay.step()
        #expect(try await broker.fills(FillRequest(symbol: Fixture.symbol)).map(\.price) == [Price(94)])
        await broker.close()
    }

    @Test("after a write whose end is not known the account is what the store has", arguments: [true, false])
    func unknownEnd(written: Bool) async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let broker = try await broker(store, try replay([100, 100]))
        try await broker.credit(1000, of: "USDT")
        store.fail(written ? .lostAnswer : .lostRequest)
        let request = Fixture.order(1, .buy, .limit(Price(90), .goodTillCancelled), 1)
        #expect(await failure { _ = try await broker.place(request) }?.code == "outcome_unknown")
        let found = try await broker.order(.client(request.clientID), on: Fixture.symbol)
        #expect((found != nil) == written)
        #expect(try await broker.balances().first?.locked == (written ? FixedDecimal("90.09")! : 0))
        if written {
            await #expect(throws: BrokerError.self) { try await broker.place(request) }
        } else {
            _ = try await broker.place(request)
        }
        #expect(try await broker.openOrders(on: nil).count == 1)
        await broker.close()
    }

    @Test("a client id is refused for ever, also when its order is long over")
    func oldClientID() async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let broker = try await broker(store, try replay([100]))
        try await broker.credit(1000, of: "USDT")
        let request = Fixture.order(1, .buy, .limit(Price(90), .goodTillCancelled), 1)
        let report = try await broker.place(request)
        _ = try await broker.cancel(.venue(report.venueID), on: Fixture.symbol)
        #expect(await failure { _ = try await broker.place(request) }?.code == "duplicate_order")
        #expect(try await broker.balances().first?.free == 1000)
        await broker.close()
    }

    @Test("of two brokers over one account the older one can do nothing more")
    func twoOwners() async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let older = try await broker(store, try replay([100]))
        try await older.credit(1000, of: "USDT")
        let newer = try await broker(store, try replay([100]))
        await #expect(throws: BrokerError.self) {
            try await older.place(Fixture.order(1, .buy, .limit(Price(90), .goodTillCancelled), 1))
        }
        _ = try await newer.place(Fixture.order(1, .buy, .limit(Price(90), .goodTillCancelled), 1))
        #expect(await failure { _ = try await older.balances() }?.code == "unauthorised")
        await older.close()
        await newer.close()
    }

    @Test("after a write whose end is not known an account that somebody else took is left to him")
    func takenMeanwhile() async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let older = try await broker(store, try replay([100]))
        try await older.credit(1000, of: "USDT")
        store.fail(.lostRequest)
        let request = Fixture.order(1, .buy, .limit(Price(90), .goodTillCancelled), 1)
        #expect(await failure { _ = try await older.place(request) }?.code == "outcome_unknown")
        let newer = try await broker(store, try replay([100]))
        #expect(await failure { _ = try await older.place(request) }?.code == "unauthorised")
        #expect(await failure { _ = try await older.balances() }?.code == "unauthorised")
        _ = try await newer.place(request)
        await older.close()
        await newer.close()
    }

    @Test("who only reads sees the account, changes nothing of it and takes it from nobody")
    func onlyReads() async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let owner = try await broker(store, try replay([100]))
        try await owner.credit(1000, of: "USDT")
        _ = try await owner.place(Fixture.order(1, .buy, .limit(Price(90), .goodTillCancelled), 1))
        let market = try replay([100])
        let reader = try await PaperBroker(
            account: PaperAccountID(1), in: store, prices: market,
            options: PaperBrokerOptions(onlyReads: true) { await market.serverTime() })
        #expect(try await reader.balances() == owner.balances())
        #expect(try await reader.openOrders(on: nil) == owner.openOrders(on: nil))
        let commits = store.commits
        let request = Fixture.order(2, .buy, .limit(Price(90), .goodTillCancelled), 1)
        await #expect(throws: BrokerError.self) { _ = try await reader.place(request) }
        #expect(store.commits == commits)
        _ = try await owner.place(request)
        await reader.close()
        await owner.close()
    }

    @Test("who follows the account can place a stop in the very candle of its entry")
    func settles() async throws {
        let store = MemoryPaperStore(try Fixture.settings())
        let replay = try ReplayMarket(
            venue: .paper, markets: [Fixture.instrument()],
            series: [
                CandleSeries(
                    symbol: Fixture.symbol, timeframe: .m1,
                    candles: [
                        Candle(openTime: Fixture.time(0), open: 100, high: 100, low: 100, close: 100, volume: 1),
                        Candle(openTime: Fixture.time(1), open: 100, high: 101, low: 90, close: 95, volume: 1),
                    ])
            ])
        let follower = Follower()
        let broker = try await broker(store, replay) { await follower.settle() }
        await follower.follow(broker)
        try await broker.credit(1000, of: "USDT")
        _ = await replay.step()
        _ = try await broker.place(Fixture.order(1, .buy, .market, 2))
        _ = await replay.step()
        let fills = try await broker.fills(FillRequest(symbol: Fixture.symbol))
        #expect(fills.map(\.price) == [Price(100), Price(95)])
        #expect(await replay.step() == false)
        await broker.close()
    }

    /// Places a stop as soon as something is held.
    private actor Follower {
        private var broker: PaperBroker?
        private var isProtected = false

        func follow(_ broker: PaperBroker) { self.broker = broker }

        func settle() async {
            guard !isProtected, let broker else { return }
            do {
                guard try await broker.balances().contains(where: { $0.asset == "BTC" }) else { return }
                isProtected = true
                _ = try await broker.place(
                    PaperFixture.order(9, .sell, .stop(trigger: Price(95), limit: nil), 2))
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test("a hundred callers at once are served one after the other, and the balance adds up")
    func manyCallers() async throws {
        let store = MemoryPaperStore(try Fixture.settings(.lastPrice))
        let replay = try replay([100, 100])
        let broker = try await broker(store, replay)
        try await broker.credit(100_000, of: "USDT")
        _ = await replay.step()
        await withTaskGroup(of: Void.self) { group in
            for number in 1...100 {
                group.addTask {
                    do {
                        _ = try await broker.place(Fixture.order(number, .buy, .market, 1))
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
        }
        let balances = try await broker.balances()
        #expect(balances.first { $0.asset == "BTC" }?.free == 100)
        #expect(balances.first { $0.asset == "USDT" }?.free == FixedDecimal("89980")!)
        #expect(store.commits == 101)
        await broker.close()
    }

    @Test("a replay tells candles that have closed, nothing of the future, and ends")
    func replayMarket() async throws {
        let replay = try replay([100, 101, 102])
        let stream = replay.marketEvents([.candles(Fixture.symbol, .m1), .trades(Fixture.symbol)])
        let all = CandleRequest(symbol: Fixture.symbol, timeframe: .m1, from: Fixture.time(0), to: Fixture.time(99))
        #expect(try await replay.candles(all).isEmpty)
        #expect(await replay.step())
        #expect(try await replay.candles(all).count == 1)
        #expect(try await replay.ticker(Fixture.symbol).last == Price(100))
        #expect(await replay.serverTime() == Fixture.time(1))
        try await replay.run(speed: 1e9) { _ in }
        await replay.close()
        var trades: [Int64] = []
        var candles = 0
        for try await event in stream {
            if case .trade(_, _, let id) = event { trades.append(id) }
            if case .candle = event { candles += 1 }
        }
        #expect(trades == Array(1...12))
        #expect(candles == 3)
    }
}
