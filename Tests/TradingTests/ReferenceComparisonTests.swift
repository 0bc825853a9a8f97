import Foundation
import Market
import Testing
import Trading

/// The core and the fill model against an independent, naive simulator.
@Suite struct ReferenceComparisonTests {
    /// `ARISTOBOT_SESSIONS` asks for more of them.
    static let sessionsPerBlock =
        (ProcessInfo.processInfo.environment["ARISTOBOT_SESSIONS"].flatMap { Int($0) } ?? 800) / 8

    @Test("every step of random sessions agrees with the naive reference", arguments: 0..<8)
    func sessionsAgree(block: Int) throws {
        for offset in 0..<Self.sessionsPerBlock {
            let seed = UInt64(block * 1_000_000 + offset)
            let difference = try Self.firstDifference(seed: seed)
            guard let difference else { continue }
            Issue.record("seed \(seed): \(difference)")
            return
        }
    }

    /// The first thing on which the two disagree, in words.
    static func firstDifference(seed: UInt64) throws -> String? {
        var session = try RandomSession(seed: seed)
        var trading = SimulatedTrading(session.settings, cash: session.cash, listening: [])
        let reference = ReferenceSimulator(session.options, cash: decimal(session.cash.value))
        for (index, candle) in session.candles.enumerated() {
            trading.advance(candle, index: index)
            reference.candle(candle, at: index)
            let own = trading.openOrders.filter { $0.lot == nil }.map(\.id)
            let intents = session.intents(close: candle.close, open: own)
            reference.decide(intents, firstID: trading.nextOrderID.number)
            trading.decide(intents)
            if let difference = difference(trading, reference) {
                return "candle \(index) \(candle), after \(intents): \(difference)"
            }
        }
        trading.finish()
        reference.finish()
        return difference(trading, reference) ?? tradeDifference(trading.trades, reference.trades)
    }

    private static func difference(_ trading: borrowing SimulatedTrading, _ reference: ReferenceSimulator) -> String? {
        let real = trading.lots.map {
            "\($0.direction) \($0.quantity) at \($0.entryPrice) \(level($0.stop)) \(level($0.target))"
        }
        let naive = reference.lots.map {
            "\($0.isLong ? "long" : "short") \($0.quantity) at \($0.price) \(level($0.stop)) \(level($0.target))"
        }
        if real != naive { return "lots \(real), expected \(naive)" }
        let open = trading.openOrders.filter { $0.lot == nil }.map { "\($0.id) \($0.side) \($0.quantity)" }
        let waiting = reference.waiting.map { "\($0.id) \($0.isBuy ? "buy" : "sell") \($0.quantity)" }
        if open != waiting { return "orders \(open), expected \(waiting)" }
        if !near(trading.cash.value, reference.cash) {
            return "cash \(trading.cash), expected \(reference.cash); trades \(trading.trades.suffix(2))"
        }
        let equity = (reference.equity as NSDecimalNumber).doubleValue
        if abs(trading.equity - equity) > 1e-6 { return "equity \(trading.equity), expected \(equity)" }
        return trading.trades.count == reference.trades.count
            ? nil : "\(trading.trades.count) trades, expected \(reference.trades.count)"
    }

    private static func tradeDifference(_ real: [ClosedTrade], _ naive: [ReferenceSimulator.Trade]) -> String? {
        for (trade, expected) in zip(real, naive) {
            let agrees =
                (trade.direction == .long) == expected.isLong && near(trade.quantity.value, expected.quantity)
                && near(trade.entryPrice.value, expected.entryPrice) && near(trade.exitPrice.value, expected.exitPrice)
                && trade.entryIndex == expected.entryIndex && trade.exitIndex == expected.exitIndex
                && trade.bars == expected.exitIndex - expected.entryIndex && trade.reason == expected.reason
                && near(trade.profit.value, expected.profit) && near(trade.fees.value, expected.fees)
                && abs(trade.maePct - double(expected.adverse)) < 1e-9
                && abs(trade.mfePct - double(expected.favourable)) < 1e-9
            if !agrees { return "\(trade), expected \(expected)" }
        }
        return nil
    }

    private static func level(_ price: Price?) -> String { price.map { "\($0)" } ?? "none" }
    private static func level(_ guarded: ReferenceSimulator.Guard?) -> String {
        guarded.map { "\($0.price)" } ?? "none"
    }

    private static func near(_ real: FixedDecimal, _ expected: Decimal) -> Bool {
        abs(decimal(real) - expected) < Decimal(string: "0.00000001")!
    }

    private static func decimal(_ value: FixedDecimal) -> Decimal { Decimal(string: value.description)! }
    private static func double(_ value: Decimal) -> Double { (value as NSDecimalNumber).doubleValue }
}
