import Foundation
import Market
import Testing
import Wording

@testable import Trading

@Suite("What only happens live: fees in base, dust, positions closed or lost outside")
struct LiveBookingTests {
    private let minute: Int64 = 60_000

    private func core(_ risk: RiskLimits = .none, step: String = "0.01") throws -> TradingCore {
        var core = TradingCore(
            try TradingSettings(
                symbol: Symbol("BTC/USDT"),
                rules: InstrumentRules(quantityStep: Quantity(FixedDecimal(step)!)), risk: risk),
            cash: Money(1000))
        var actions: [TradingAction] = []
        core.closeCandle(high: 100, low: 100, close: 100, time: Timestamp(milliseconds: 0), index: 0, into: &actions)
        return core
    }

    private func fill(
        _ order: Int, _ side: Side, _ quantity: String, _ price: String = "100", baseFee: String = "0",
        at time: Int64 = 60_000, name: String = "f"
    ) -> TradingEvent {
        .filled(
            Fill(
                id: FillID("\(name)\(order)"), order: OrderID(order), side: side, price: Price(FixedDecimal(price)!),
                quantity: Quantity(FixedDecimal(quantity)!), fee: .zero, baseFee: Quantity(FixedDecimal(baseFee)!),
                time: Timestamp(milliseconds: time), index: 1, isMaker: false))
    }

    private func buy(_ core: inout TradingCore, _ quantity: Double, stop: Double? = nil) -> [TradingAction] {
        core.handle(
            .intents(
                [.submit(OrderIntent(.buy, size: .quantity(quantity), stop: stop))], at: core.lastDecisionPoint))
    }

    private func trades(_ actions: [TradingAction]) -> [ClosedTrade] {
        actions.compactMap { if case .notify(.positionClosed(let trade)) = $0 { trade } else { nil } }
    }

    private func placed(_ actions: [TradingAction]) -> [Order] {
        actions.compactMap { if case .place(let order) = $0 { order } else { nil } }
    }

    private func journal(_ actions: [TradingAction]) -> [JournalEntry.Kind] {
        actions.compactMap { if case .journal(let entry) = $0 { entry.kind } else { nil } }
    }

    @Test("a buy whose fee is in base opens a smaller lot at the full cost, and its stop is rounded to the step")
    func baseFee() throws {
        var core = try core()
        _ = buy(&core, 2, stop: 90)
        let actions = core.handle(fill(1, .buy, "2", baseFee: "0.002"))
        #expect(core.ledger.quantity == Quantity(FixedDecimal("1.998")!))
        #expect(core.ledger.cash == Money(800))
        #expect(core.ledger.lots[0].entryPrice == Price(100))
        #expect(core.ledger.lots[0].value + core.ledger.lots[0].fees == Money(200))
        #expect(placed(actions).map(\.quantity) == [Quantity(FixedDecimal("1.99")!)])
    }

    @Test("what a stop leaves of a lot and is less than a step is a loss of its trade")
    func dust() throws {
        var core = try core()
        _ = buy(&core, 2, stop: 90)
        _ = core.handle(fill(1, .buy, "2", baseFee: "0.002"))
        let actions = core.handle(fill(2, .sell, "1.99", "90"))
        #expect(core.ledger.isFlat)
        #expect(core.ledger.dust == Quantity(FixedDecimal("0.008")!))
        #expect(trades(actions).map(\.profit) == [core.ledger.cash - Money(1000)])
        #expect(trades(actions).map(\.quantity) == [Quantity(FixedDecimal("1.99")!)])
        #expect(journal(actions) == [.dust])
    }

    @Test("an entry that ends with less than a step is written off")
    func entryOfDust() throws {
        var core = try core()
        _ = buy(&core, 0.01)
        let actions = core.handle(fill(1, .buy, "0.01", baseFee: "0.0001"))
        #expect(core.ledger.isFlat)
        #expect(core.orders.isEmpty)
        #expect(trades(actions).map(\.reason) == ["dust"])
        #expect(trades(actions).map(\.profit) == [Money(-1)])
        #expect(core.ledger.cash == Money(999))
    }

    @Test("the dust of one lot is sold with the next one")
    func dustOfLots() throws {
        var core = try core()
        _ = buy(&core, 1, stop: 90)
        _ = core.handle(fill(1, .buy, "1", baseFee: "0.006"))
        _ = buy(&core, 1)
        _ = core.handle(fill(3, .buy, "1", baseFee: "0.006"))
        _ = core.handle(fill(2, .sell, "0.99", "90"))
        #expect(core.ledger.quantity == Quantity(FixedDecimal("0.998")!))
        #expect(core.ledger.dust == .zero)
        let exit = core.handle(.intents([.exit(reason: "")], at: core.lastDecisionPoint))
        #expect(placed(exit).map(\.quantity) == [Quantity(FixedDecimal("0.99")!)])
        _ = core.handle(fill(4, .sell, "0.99", "100"))
        #expect(core.ledger.isFlat)
        #expect(core.ledger.dust == Quantity(FixedDecimal("0.008")!))
    }

    @Test("a sale whose fee is in base takes it out of what is left, or pays for it where nothing is")
    func baseFeeOfSale() throws {
        var core = try core()
        _ = buy(&core, 2)
        _ = core.handle(fill(1, .buy, "2"))
        _ = core.handle(.intents([.submit(OrderIntent(.sell, size: .quantity(1)))], at: core.lastDecisionPoint))
        _ = core.handle(fill(2, .sell, "1", baseFee: "0.001"))
        #expect(core.ledger.quantity == Quantity(FixedDecimal("0.999")!))
        #expect(core.ledger.cash == Money(900))
        _ = core.handle(.intents([.exit(reason: "")], at: core.lastDecisionPoint))
        _ = core.handle(fill(3, .sell, "0.99", "100", baseFee: "0.01"))
        #expect(core.ledger.isFlat)
        #expect(core.ledger.cash == Money(998))
    }

    @Test("a stop follows its lot when that pays the fee of a sale in base")
    func baseFeeBesideStop() throws {
        var core = try core(step: "0.001")
        _ = buy(&core, 2, stop: 90)
        _ = core.handle(fill(1, .buy, "2"))
        _ = core.handle(.intents([.submit(OrderIntent(.sell, size: .quantity(1)))], at: core.lastDecisionPoint))
        _ = core.handle(fill(3, .sell, "1", baseFee: "0.00075"))
        #expect(core.ledger.quantity == Quantity(FixedDecimal("0.99925")!))
        #expect(core.orders.map(\.quantity) == [Quantity(FixedDecimal("0.999")!)])
        let actions = core.handle(fill(2, .sell, "0.999", "90", baseFee: "0.00074925"))
        #expect(core.ledger.isFlat && core.orders.isEmpty)
        #expect(journal(actions) == [.dust])
        #expect(core.ledger.dust == Quantity(FixedDecimal("0.00025")!))
    }

    @Test("an order in parts leaves what it has yet to sell where it is: its fee in base is paid with something else")
    func baseFeeInParts() throws {
        for stop in [nil, 90.0] {
            var core = try core(step: "0.001")
            _ = buy(&core, 2, stop: stop)
            _ = core.handle(fill(1, .buy, "2"))
            if stop == nil { _ = core.handle(.intents([.exit(reason: "")], at: core.lastDecisionPoint)) }
            for part in ["x", "y"] {
                #expect(journal(core.handle(fill(2, .sell, "1", baseFee: "0.00075", name: part))).isEmpty)
            }
            #expect(core.ledger.isFlat && core.orders.isEmpty)
            #expect(core.ledger.cash == Money(1000) - Money(FixedDecimal("0.15")!))
        }
    }

    @Test("of two lots the one that stays pays the fee of the other's stop in base, and its own stop follows")
    func baseFeeOfTwoLots() throws {
        var core = try core(step: "0.001")
        _ = buy(&core, 1, stop: 90)
        _ = core.handle(fill(1, .buy, "1"))
        _ = buy(&core, 1, stop: 80)
        _ = core.handle(fill(3, .buy, "1"))
        _ = core.handle(fill(4, .sell, "0.5", "90", baseFee: "0.0004", name: "x"))
        _ = core.handle(fill(4, .sell, "0.5", "90", baseFee: "0.0004", name: "y"))
        #expect(core.ledger.lots.map(\.quantity) == [Quantity(FixedDecimal("0.9992")!)])
        #expect(core.orders.map(\.quantity) == [Quantity(FixedDecimal("0.999")!)])
        #expect(journal(core.handle(fill(2, .sell, "0.999", "80"))) == [.dust])
        #expect(core.ledger.isFlat && core.orders.isEmpty)
    }

    @Test("a position closed from outside takes a number of its own and names its reason")
    func closedFromOutside() throws {
        var core = try core()
        _ = buy(&core, 1)
        _ = core.handle(fill(1, .buy, "1"))
        let time = Timestamp(milliseconds: 90_000)
        let actions = core.handle(.closePosition(reason: "closed by hand", at: time))
        #expect(placed(actions).map(\.id) == [OrderID(2)])
        #expect(
            core.handle(.closePosition(reason: "again", at: time)).contains { action in
                if case .journal(let entry) = action { entry.kind == .skipped } else { false }
            })
        #expect(trades(core.handle(fill(2, .sell, "1", "110"))).map(\.reason) == ["closed by hand"])
        #expect(core.handle(.closePosition(reason: "", at: time)).isEmpty)
    }

    @Test("what the broker does not hold any more is closed at the last close, oldest lots first")
    func lost() throws {
        var core = try core()
        _ = buy(&core, 1, stop: 90)
        _ = core.handle(fill(1, .buy, "1", "80"))
        _ = buy(&core, 1)
        _ = core.handle(fill(3, .buy, "1", "100"))
        let actions = core.handle(
            .positionLost(downTo: Quantity(FixedDecimal("0.5")!), at: Timestamp(milliseconds: 90_000)))
        #expect(trades(actions).map(\.profit) == [Money(20), Money(0)])
        #expect(core.ledger.quantity == Quantity(FixedDecimal("0.5")!))
        #expect(journal(actions) == [.conflict])
        #expect(actions.contains(.cancel(OrderID(2))))
        #expect(core.handle(.positionLost(downTo: Quantity(5), at: Timestamp(milliseconds: 90_000))).isEmpty)
    }

    @Test("a day's losses hold back what opens, until the next UTC day")
    func dailyLoss() throws {
        var core = try core(RiskLimits(maximumDailyLoss: Money(10)))
        _ = buy(&core, 1)
        _ = core.handle(fill(1, .buy, "1", "100"))
        _ = core.handle(.intents([.exit(reason: "")], at: core.lastDecisionPoint))
        _ = core.handle(fill(2, .sell, "1", "89"))
        #expect(journal(buy(&core, 1)) == [.risk])
        let tomorrow = DecisionPoint(time: Timestamp(milliseconds: 86_400_000), index: 1440, close: 100)
        #expect(
            placed(core.handle(.intents([.submit(OrderIntent(.buy, size: .quantity(1)))], at: tomorrow))).count == 1)
    }

    @Test("a loss just after midnight counts for the decision on the candle that ended then")
    func lossAfterMidnight() throws {
        var core = try core(RiskLimits(maximumDailyLoss: Money(10)))
        let midnight: Int64 = 86_400_000
        _ = buy(&core, 1)
        _ = core.handle(fill(1, .buy, "1", "100"))
        _ = core.handle(.intents([.exit(reason: "")], at: core.lastDecisionPoint))
        _ = core.handle(fill(2, .sell, "1", "89", at: midnight + 20))
        let last = DecisionPoint(time: Timestamp(milliseconds: midnight - 60_000), index: 1439, close: 100)
        let actions = core.handle(.intents([.submit(OrderIntent(.buy, size: .quantity(1)))], at: last))
        #expect(journal(actions) == [.risk])
    }

    @Test("capital that is taken out or put in moves the peak with it: neither is a loss or a gain")
    func capitalAndDrawdown() throws {
        var core = try core(RiskLimits(maximumDrawdown: 0.2))
        let cash = core.ledger.cash
        _ = core.handle(.cashChanged(cash - Money(500)))
        #expect(journal(buy(&core, 1)).isEmpty)
        _ = core.handle(.cashChanged(cash + Money(5_000)))
        #expect(core.peakEquity == core.equity)
    }

    @Test("other settings hold from the next decision on, with everything that is open kept")
    func otherSettings() throws {
        var core = try core()
        _ = buy(&core, 1)
        _ = core.handle(fill(1, .buy, "1", "100"))
        let memory = core.memory
        let other = try self.core(RiskLimits(maximumDrawdown: 0.5, killSwitch: true)).settings
        core.change(other)
        #expect(core.memory == memory)
        #expect(journal(buy(&core, 1)) == [.risk])
        _ = core.handle(
            .candleClosed(
                Candle(
                    openTime: Timestamp(milliseconds: 60_000), open: 100, high: 200, low: 100, close: 200, volume: 1),
                index: 1))
        #expect(core.peakEquity > memory.peakEquity)
    }

    @Test("a memory written as JSON and read again is the same, and a core made of it does the same")
    func memory() throws {
        for seed in UInt64(1)...5 {
            var session = try RandomSession(seed: seed, candles: 40)
            var trading = SimulatedTrading(session.settings, cash: session.cash)
            for (index, candle) in session.candles.enumerated() {
                trading.advance(candle, index: index)
                let intents = session.intents(close: candle.close, open: trading.openOrders.map(\.id))
                trading.decide(intents)
                let memory = trading.core.memory
                let read = try JSONDecoder().decode(TradingMemory.self, from: JSONEncoder().encode(memory))
                #expect(read == memory, "seed \(seed), candle \(index)")
                let again = TradingCore(session.settings, restoring: read)
                #expect(again.account.equity == trading.core.account.equity, "seed \(seed), candle \(index)")
            }
        }
    }

    @Test("a memory of another version is refused in words")
    func otherVersion() throws {
        let text = String(decoding: try JSONEncoder().encode(core().memory), as: UTF8.self)
            .replacingOccurrences(of: "\"version\":1", with: "\"version\":2")
        #expect(throws: TradingError.self) {
            try JSONDecoder().decode(TradingMemory.self, from: Data(text.utf8))
        }
    }
}
