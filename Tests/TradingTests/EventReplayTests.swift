import Market
import Testing
import Trading

/// The core as the live engine will use it: events in, actions out, memory kept across restarts.
@Suite struct EventReplayTests {
    private static func loop(_ seed: UInt64) throws -> (RandomSession, EventLoop) {
        var session = try RandomSession(seed: seed)
        var loop = EventLoop(session.settings, cash: session.cash)
        for (index, candle) in session.candles.enumerated() {
            loop.advance(candle, index: index)
            let open = loop.core.orders.filter { $0.lot == nil }.map(\.id)
            loop.decide(session.intents(close: candle.close, open: open))
        }
        loop.finish()
        return (session, loop)
    }

    @Test("the same events give the same actions")
    func replay() throws {
        for seed in UInt64(900_000)..<900_040 {
            let (session, loop) = try Self.loop(seed)
            var core = TradingCore(session.settings, cash: session.cash)
            for (event, answer) in zip(loop.events, loop.answers) {
                #expect(core.handle(event) == answer, "seed \(seed)")
            }
            #expect(core.memory == loop.core.memory, "seed \(seed)")
        }
    }

    @Test("a core restored from its memory after any event goes on as if nothing had happened")
    func restart() throws {
        for seed in UInt64(910_000)..<910_020 {
            let (session, loop) = try Self.loop(seed)
            var core = TradingCore(session.settings, cash: session.cash)
            for (event, answer) in zip(loop.events, loop.answers) {
                core = TradingCore(session.settings, restoring: core.memory)
                #expect(core.handle(event) == answer, "seed \(seed)")
            }
            #expect(core.account.equity == loop.core.account.equity, "seed \(seed)")
        }
    }

    @Test("a broker that joins core and fill model by their public calls trades like the backtest's driver")
    func sameAsBacktest() throws {
        for seed in UInt64(920_000)..<920_060 {
            let (_, loop) = try Self.loop(seed)
            var session = try RandomSession(seed: seed)
            var trading = SimulatedTrading(session.settings, cash: session.cash, listening: [])
            for (index, candle) in session.candles.enumerated() {
                trading.advance(candle, index: index)
                let open = trading.openOrders.filter { $0.lot == nil }.map(\.id)
                trading.decide(session.intents(close: candle.close, open: open))
            }
            trading.finish()
            #expect(trading.trades == loop.trades, "seed \(seed)")
            #expect(trading.cash == loop.core.ledger.cash, "seed \(seed)")
        }
    }
}
