import Broker
import Market
import Postgres
import Storage
import Trading

/// What a live engine asks of the store: 10,000 strategies of one account at one signal.
extension StorageBench {
    private static let count = 10_000
    private static let start = Timestamp(milliseconds: 1_704_067_200_000)

    func engine() async throws {
        let user = try await store.users.add("live").id
        let broker = try await store.brokers.add(user, name: "live", venue: .binance).id
        let script = try await store.strategies.add(
            user, name: "s", timeframe: .m1, source: "return Strategy { name = \"s\", timeframe = \"1m\" }")
        _ = try await store.activeStrategies.activate(
            user,
            NewActiveStrategy(
                name: "first", strategy: script.id, broker: broker, symbol: try Symbol("BTC/USDT"),
                capital: Money(1000)))
        try await store.pool.execute(
            """
            INSERT INTO active_strategies (user_id, name, strategy_id, version, broker_id, symbol, timeframe, capital,
                seed, starts_at, created_at)
            SELECT user_id, 'copy ' || n, strategy_id, version, broker_id, symbol, timeframe, capital, seed, starts_at,
                created_at FROM active_strategies, generate_series(2, \(Self.count)) AS n
            """)
        let engine = try await store.engine.register(name: "bench")
        guard var lease = try await store.engine.take(engine).taken.first else { return }
        let roster = try await store.engine.roster(lease)
        let strategies = roster.strategies.map(\.strategy)
        for minute in 0..<3 {
            let commits = strategies.map { Self.decision(of: $0, minute, remembering: false) }
            lease = try await time("\(Self.count) decisions committed, \(minute + 1)") { [lease] in
                try await store.engine.commit(commits, under: lease)
            }
        }
        let remembering = strategies.map { Self.decision(of: $0, 3, remembering: true) }
        lease = try await time("\(Self.count) decisions that change memory and state") { [lease] in
            try await store.engine.commit(remembering, under: lease)
        }
        let orders = try strategies.prefix(1000).map { try Self.order(of: $0) }
        lease = try await time("1000 orders at once") { [lease] in
            try await store.engine.commit(orders, under: lease)
        }
        _ = try await time("the roster of \(Self.count)") { [lease] in try await store.engine.roster(lease) }
        for minute in 0...1 {
            let pulse = try Self.pulse(minute)
            try await time("500 candles of 500 symbols with their signals, \(minute + 1)") {
                _ = try await store.heartbeat.record(pulse)
            }
        }
    }

    private static func decision(
        of strategy: ActiveStrategy, _ minute: Int, remembering: Bool
    ) -> StrategyCommit {
        var commit = StrategyCommit(strategy: strategy.id, symbol: strategy.symbol)
        commit.decision = DecisionRecord(
            candleOpen: Timestamp(milliseconds: start.milliseconds + Int64(minute) * 60_000), outcome: .nothing,
            decidedAt: start, version: 1, session: 1, input: [UInt8](repeating: 7, count: 200), outputHash: 1,
            stateHash: 2)
        if remembering {
            commit.memory = #"{"memory": "\#(String(repeating: "x", count: 1500))"}"#
            commit.scriptState = [UInt8](repeating: 1, count: 300)
        }
        return commit
    }

    private static func order(of strategy: ActiveStrategy) throws -> StrategyCommit {
        let request = OrderRequest(
            clientID: ClientOrderID(prefix: strategy.orderPrefix, number: 1), symbol: strategy.symbol, side: .buy,
            instruction: .market, amount: .base(Quantity(1)))
        return StrategyCommit(strategy: strategy.id, symbol: strategy.symbol, orders: [request])
    }

    private static func pulse(_ minute: Int) throws -> HeartbeatPulse {
        let open = Timestamp(milliseconds: start.milliseconds + Int64(minute) * 60_000)
        return HeartbeatPulse(
            candles: try (0..<500).map { number in
                ClosedCandle(
                    key: CandleKey(venue: .binance, symbol: try Symbol("A\(number)/USDT"), timeframe: .m1),
                    candle: Candle(openTime: open, open: 2, high: 3, low: 1, close: 2, volume: 1), tradeCount: 9,
                    closedAt: open, isSignalled: true)
            })
    }
}
