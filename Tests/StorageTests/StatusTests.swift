import Broker
import Market
import Storage
import TestSupport
import Testing
import Trading
import Wording

@Suite struct StatusTests {
    private static let source = "return Strategy { name = 'x' }"
    private static let noon = Timestamp(milliseconds: 1_700_049_600_000)

    private static func activate(_ store: Store, _ user: UserID, _ broker: BrokerID) async throws -> ActiveStrategy {
        let strategy = try await store.strategies.add(user, name: "crossing", timeframe: .m1, source: source)
        return try await store.activeStrategies.activate(
            user,
            NewActiveStrategy(
                name: "mine", strategy: strategy.id, broker: broker, symbol: try Symbol("BTC/USDT"),
                capital: Money(1000)))
    }

    @Test func `a strategy stands with its names, position and profits`() async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let broker = try await store.brokers.add(
                user, name: "main", venue: .binance, settings: BrokerSettings(options: ["market": "demo-1"]))
            let strategy = try await Self.activate(store, user, broker.id)
            let empty = try #require(try await store.status.strategies().first)
            #expect(empty.position == nil && empty.profit == .zero && empty.decisions == 0)
            func put(_ quantity: FixedDecimal, profit: FixedDecimal, stop: FixedDecimal? = nil) async throws {
                try await store.positions.put(
                    .init(
                        direction: .long, quantity: Quantity(quantity), entryPrice: Price(100),
                        stop: stop.map(Price.init), realisedProfit: Money(profit)),
                    user, broker.id, try Symbol("BTC/USDT"), of: strategy.id)
            }
            try await put(1, profit: 0)
            try await put(0, profit: 7)
            try await put(2, profit: 3, stop: 90)
            let all = try await store.status.strategies()
            #expect(all.count == 1)
            let standing = all[0]
            #expect(standing.owner == "dev" && standing.name == "mine" && standing.broker == "main")
            #expect(standing.market.text == "demo-1" && standing.state == .active && standing.timeframe == .m1)
            #expect(standing.profit == Money(10))
            #expect(standing.position?.quantity == Quantity(2) && standing.position?.stop == Price(90))
            #expect(standing.position?.target == nil)
        }
    }

    @Test func `a market stands with its newest candles and its silence`() async throws {
        try await ScratchStore.with { store in
            #expect(try await store.status.markets().isEmpty)
            let symbol = try Symbol("BTC/USDT")
            let candles = (0..<3).map { number in
                ClosedCandle(
                    key: CandleKey(venue: .binance, symbol: symbol, timeframe: .m1),
                    candle: Candle(
                        openTime: Timestamp(milliseconds: Self.noon.milliseconds + Int64(number) * 60_000),
                        open: 100, high: 110, low: 90, close: 100 + Double(number), volume: 1),
                    tradeCount: 1, closedAt: Self.noon, isSignalled: true)
            }
            let status = HeartbeatStatus(market: .binance, isConnected: true, isCoherent: false)
            _ = try await store.heartbeat.record(HeartbeatPulse(candles: candles, status: status))
            // The store's clock stands at a fixed time, long before that of the database.
            let standing = try #require(try await store.status.markets(heardWithin: .seconds(1_000_000_000)).first)
            #expect(standing.status.isConnected && !standing.status.isCoherent)
            #expect(standing.series.map(\.price) == [102] && standing.series.map(\.timeframe) == [.m1])
            #expect(standing.silence >= .zero)
            #expect(try await store.status.now() > Self.noon)
        }
    }

    @Test func `no symbol of a large market is left out, and only the heartbeat's timeframes are shown`() async throws {
        try await ScratchStore.with { store in
            let symbols = try (0..<260).map { try Symbol("A\($0)/B") }
            let candles = symbols.flatMap { symbol in
                (Timeframe.heartbeat + [.m30, .d1]).map { timeframe in
                    ClosedCandle(
                        key: CandleKey(venue: .binance, symbol: symbol, timeframe: timeframe),
                        candle: Candle(
                            openTime: timeframe.openTime(containing: Self.noon), open: 100, high: 110, low: 90,
                            close: 100, volume: 1), tradeCount: 1, closedAt: Self.noon, isSignalled: false)
                }
            }
            let status = HeartbeatStatus(market: .binance, isConnected: true, isCoherent: true)
            _ = try await store.heartbeat.record(HeartbeatPulse(candles: candles, status: status))
            let standing = try #require(try await store.status.markets(heardWithin: .seconds(1_000_000_000)).first)
            #expect(Set(standing.series.map(\.symbol)) == Set(symbols))
            #expect(Set(standing.series.map(\.timeframe)) == Set(Timeframe.heartbeat))
            #expect(standing.series.count == symbols.count * Timeframe.heartbeat.count)
        }
    }

    @Test func `fills and alerts come in their order, after a number or the last ones`() async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let broker = try await store.brokers.add(user, name: "main", venue: .binance)
            let strategy = try await Self.activate(store, user, broker.id)
            let request = try Orders.market(1, quantity: Quantity(4))
            _ = try await store.orders.add(request, user, broker.id, origin: .strategy(strategy.id))
            for number in 1...4 {
                _ = try await store.fills.book(
                    Orders.fill("f\(number)", of: request, 1, at: FixedDecimal(number)), user, broker.id)
                try await store.alerts.add(Alert(.info, "test", Message("\(number)", fr: "\(number)")))
            }
            let fills = try await store.status.fills(limit: 3)
            #expect(fills.map(\.price) == [Price(2), Price(3), Price(4)])
            #expect(fills[0].strategy == "mine" && fills[0].owner == "dev" && fills[0].side == .buy)
            #expect(try await store.status.fills(after: fills[1].number).map(\.number) == [fills[2].number])
            let alerts = try await store.status.alerts(limit: 2)
            #expect(alerts.map(\.alert.message.english) == ["3", "4"])
            #expect(try await store.status.alerts(after: alerts[1].id).isEmpty)
            let orders = try await store.status.orders()
            #expect(orders.map(\.strategy) == ["mine"] && orders[0].order.request == request)
        }
    }

    @Test func `an engine stands with the strategies of its accounts`() async throws {
        try await ScratchStore.with { store in
            let user = try await store.users.add("dev").id
            let broker = try await store.brokers.add(user, name: "main", venue: .binance)
            _ = try await Self.activate(store, user, broker.id)
            let engine = try await store.engine.register(name: "one")
            _ = try await store.engine.take(engine)
            let standing = try #require(try await store.status.engines().first)
            #expect(standing.engine.name == "one" && standing.engine.isAlive && standing.engine.accountCount == 1)
            #expect(standing.strategies == 1)
        }
    }
}
