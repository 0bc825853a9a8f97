import Market
import Testing
import Trading

/// What holds in every session, whatever is traded: books that add up, orders that end once, runs that repeat.
@Suite struct TradingPropertyTests {
    static let seeds: [UInt64] = (0..<120).map { 500_000 + $0 }

    @Test("on spot cash and holdings never go negative, and equity is cash and position")
    func cashStaysPositive() throws {
        for seed in Self.seeds {
            try Self.run(seed, market: .spot) { trading, close in
                #expect(!trading.cash.value.isNegative, "seed \(seed)")
                #expect(
                    trading.lots.allSatisfy { $0.direction == .long && $0.quantity.value.isPositive }, "seed \(seed)")
                let held = trading.lots.reduce(0) { $0 + $1.quantity.value.double }
                #expect(abs(trading.equity - (trading.cash.value.double + held * close)) < 1e-9, "seed \(seed)")
            }
        }
    }

    @Test("profits of closed trades are the change of the cash, to the last digit, when all is closed")
    func profitsAreTheCash() throws {
        for seed in Self.seeds {
            let session = try RandomSession(seed: seed)
            let trading = try Self.run(seed) { _, _ in }
            var profit = Money.zero
            var fees = Money.zero
            for trade in trading.trades {
                profit += trade.profit
                fees += trade.fees
            }
            #expect(trading.cash == session.cash + profit, "seed \(seed)")
            #expect(trading.feesPaid == fees, "seed \(seed)")
            #expect(trading.openOrders.isEmpty && trading.lots.isEmpty, "seed \(seed)")
        }
    }

    @Test("base bought and base sold are equal when all is closed, and each entry is closed once")
    func baseIsConserved() throws {
        for seed in Self.seeds {
            let trading = try Self.run(seed) { _, _ in }
            var bought = Quantity.zero
            var sold = Quantity.zero
            for fill in trading.fills {
                if fill.side == .buy { bought += fill.quantity } else { sold += fill.quantity }
            }
            #expect(bought == sold, "seed \(seed)")
            #expect(trading.trades.map(\.id) == (0..<trading.trades.count).map { $0 + 1 }, "seed \(seed)")
        }
    }

    @Test("every order that was ever open ends in exactly one terminal state")
    func ordersEndOnce() throws {
        for seed in Self.seeds {
            var open: Set<OrderID> = []
            var ended: Set<OrderID> = []
            try Self.run(seed, listening: .all) { _, _ in
            } events: { event in
                guard case .orderUpdated(let order) = event else { return }
                #expect(!ended.contains(order.id), "seed \(seed), order \(order.id)")
                if order.state.isTerminal { ended.insert(order.id) } else { open.insert(order.id) }
            }
            #expect(open.isSubset(of: ended), "seed \(seed)")
        }
    }

    @Test("the same session gives the same fills, trades and journal again")
    func repeats() throws {
        for seed in Self.seeds.prefix(40) {
            let first = try Self.run(seed) { _, _ in }
            let second = try Self.run(seed, listening: []) { _, _ in }
            #expect(first.fills == second.fills, "seed \(seed)")
            #expect(first.trades == second.trades, "seed \(seed)")
            #expect(first.journal == second.journal, "seed \(seed)")
        }
    }

    @Test("a candle cut into finer ones of its own trades the same as the candle when nothing is ambiguous")
    func fineCandlesAgree() throws {
        for seed in Self.seeds.prefix(60) {
            var session = try RandomSession(seed: seed)
            var whole = SimulatedTrading(session.settings, cash: session.cash)
            var cut = SimulatedTrading(session.settings, cash: session.cash)
            for (index, candle) in session.candles.enumerated() {
                whole.advance(candle, index: index)
                let fine = try CandleSeries(symbol: session.settings.symbol, timeframe: .m1, candles: [candle])
                cut.advance(candle, index: index, fine: fine, range: 0..<1)
                let intents = session.intents(
                    close: candle.close, open: whole.openOrders.filter { $0.lot == nil }.map(\.id))
                whole.decide(intents)
                cut.decide(intents)
            }
            #expect(whole.fills == cut.fills, "seed \(seed)")
        }
    }

    @discardableResult
    private static func run(
        _ seed: UInt64, market: MarketKind? = nil, listening: StrategyEventKinds = .all,
        each: (borrowing SimulatedTrading, Double) -> Void, events: (StrategyEvent) -> Void = { _ in }
    ) throws -> SimulatedTrading {
        var session = try RandomSession(seed: seed, market: market)
        var trading = SimulatedTrading(session.settings, cash: session.cash, listening: listening)
        for (index, candle) in session.candles.enumerated() {
            trading.advance(candle, index: index)
            for event in trading.takeEvents() { events(event) }
            let open = trading.openOrders.filter { $0.lot == nil }.map(\.id)
            trading.decide(session.intents(close: candle.close, open: open))
            each(trading, candle.close)
        }
        trading.finish()
        for event in trading.takeEvents() { events(event) }
        return trading
    }
}
