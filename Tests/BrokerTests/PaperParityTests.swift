import Broker
import Market
import TestSupport
import Testing
import Trading
import Wording

@Suite("A paper account fills as a backtest does")
struct PaperParityTests {
    @Test("a market order decided at a candle's close fills at the next candle's open")
    func marketOrder() throws {
        var account = try PaperFixture.account(cash: 1000)
        account.take(PaperFixture.bar(100, 101, 99, 100), on: PaperFixture.symbol)
        _ = try account.place(PaperFixture.order(1, .buy, .market, 2), now: PaperFixture.time(1))
        account.take(PaperFixture.bar(103, 110, 90, 105, minute: 1), on: PaperFixture.symbol)
        let fill = try #require(account.takeChanges().fills.first)
        #expect(fill.price == Price(103))
        #expect(fill.time == PaperFixture.time(1))
    }

    @Test("the same decisions over the same candles give the same fills, fees and balances", arguments: 1...60)
    func sameFills(_ number: Int) throws {
        let seed = UInt64(7000 + number)
        var session = try PaperSession(seed: seed)
        var backtest = SimulatedTrading(session.settings, cash: session.cash)
        var paper = try PaperStrategy(session.settings, cash: session.cash)
        for (index, candle) in session.candles.enumerated() {
            backtest.advance(candle, index: index)
            try paper.advance(candle, index: index)
            let intents = session.intents(
                close: candle.close, account: backtest.account, open: backtest.openOrders.filter { $0.lot == nil })
            backtest.decide(intents)
            try paper.decide(intents)
        }
        #expect(paper.refusals.isEmpty, "seed \(seed)")
        let expected = backtest.fills.map(PaperSession.text)
        let found = paper.fills.map(PaperSession.text)
        #expect(found == expected, "seed \(seed)")
        #expect(paper.core.ledger.cash == backtest.cash, "seed \(seed)")
        let balances = paper.account.balances
        let quote = balances.first { $0.asset == "USDT" }?.total ?? .zero
        #expect(Money(quote) == backtest.cash, "seed \(seed)")
        let held = backtest.lots.reduce(Quantity.zero) { $0 + $1.quantity }
        #expect(balances.first { $0.asset == "BTC" }?.total ?? .zero == held.value, "seed \(seed)")
    }

    @Test("the sessions that are compared trade: hundreds of fills of every kind")
    func sessionsAreBusy() throws {
        var kinds: [String: Int] = [:]
        for number in 1...60 {
            var session = try PaperSession(seed: UInt64(7000 + number))
            var backtest = SimulatedTrading(session.settings, cash: session.cash)
            for (index, candle) in session.candles.enumerated() {
                backtest.advance(candle, index: index)
                backtest.decide(
                    session.intents(
                        close: candle.close, account: backtest.account,
                        open: backtest.openOrders.filter { $0.lot == nil }))
            }
            for trade in backtest.trades { kinds[trade.reason, default: 0] += 1 }
            for fill in backtest.fills { kinds[fill.isMaker ? "maker" : "taker", default: 0] += 1 }
            if backtest.journal.contains(where: { $0.kind == .cut }) { kinds["cut", default: 0] += 1 }
        }
        for kind in ["stop", "target", "exit_signal", "maker", "taker"] {
            #expect(kinds[kind, default: 0] > 30, "\(kinds)")
        }
        #expect(kinds["cut", default: 0] > 5, "\(kinds)")
    }
}

/// A random spot market, terms and strategy, within what a venue takes: no sale of what an order holds back already.
private struct PaperSession {
    let settings: TradingSettings
    let cash = Money(1000)
    let candles: [Candle]
    private var numbers: SeededNumbers

    init(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        settings = try TradingSettings(
            symbol: Symbol("BTC/USDT"),
            rules: InstrumentRules(
                quantityStep: Quantity(Self.pick(["0.0001", "0.01", "0.1"], &numbers)),
                priceTick: numbers.chance(30) ? Price(FixedDecimal("0.01")!) : nil),
            fees: FeeRates(
                maker: Self.pick(["0", "0.0005"], &numbers), taker: Self.pick(["0", "0.001"], &numbers)),
            slippage: Self.pick(["0", "0.0005", "0.01"], &numbers))
        candles = gridCandles(&numbers, count: 200, around: 1000)
        self.numbers = numbers
    }

    private static func pick(_ choices: [String], _ numbers: inout SeededNumbers) -> FixedDecimal {
        FixedDecimal(choices[numbers.below(choices.count)])!
    }

    mutating func intents(close: Double, account: AccountView, open: [Order]) -> [Intent] {
        guard numbers.chance(40) else { return [] }
        if account.position == nil, open.isEmpty {
            if numbers.chance(50) { return [.enter(entry(close, account))] }
            return [.submit(limitBuy(close, account))]
        }
        guard account.position != nil else { return open.first.map { [.cancel($0.id)] } ?? [] }
        switch numbers.below(6) {
        case 0, 1: return [.exit(reason: "")]
        case 2: return [.moveStop(close - Double(12 + numbers.below(10)))]
        case 3: return [.moveTarget(close + Double(12 + numbers.below(10)))]
        case 4: return [numbers.chance(50) ? .moveStop(nil) : .moveTarget(nil)]
        default: return []
        }
    }

    private mutating func entry(_ close: Double, _ account: AccountView) -> EntryIntent {
        EntryIntent(
            .long, size: .value(account.free * [0.3, 0.9, 1][numbers.below(3)]),
            stop: numbers.chance(80) ? .distance([0.02, 0.03][numbers.below(2)]) : nil,
            target: numbers.chance(80) ? .distance([0.01, 0.02][numbers.below(2)]) : nil)
    }

    private mutating func limitBuy(_ close: Double, _ account: AccountView) -> OrderIntent {
        let limit = close - Double(numbers.below(6)) / 2
        return OrderIntent(
            .buy, size: .value(account.free * 0.5), limit: limit, stop: numbers.chance(60) ? limit - 30 : nil,
            take: numbers.chance(60) ? limit + 12 : nil, expires: numbers.chance(50) ? 1 + numbers.below(5) : nil)
    }

    static func text(_ fill: Fill) -> String {
        "\(fill.side) \(fill.quantity) at \(fill.price) fee \(fill.fee) \(fill.time) maker \(fill.isMaker)"
    }

    static func text(_ fill: FillReport) -> String {
        "\(fill.side) \(fill.quantity) at \(fill.price) fee \(fill.fee.amount) \(fill.time) maker \(fill.isMaker)"
    }
}
