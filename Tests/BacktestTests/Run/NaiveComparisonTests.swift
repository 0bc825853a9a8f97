import Foundation
import Market
import TestSupport
import Testing
import Trading

@testable import Backtest

@Suite(
    "A second reading of the contract gives the same trades", .enabled(if: SharedData.isThere, SharedData.absence))
struct NaiveComparisonTests {
    struct Case: CustomTestStringConvertible {
        let file: String
        let range: Range<Int>
        var fee = "0"
        var slippage = "0"
        var stop = "0.02"
        var target = "0.04"
        var part = 0.1
        var closes = false
        var fast = 10
        var slow = 20

        var testDescription: String {
            "\(file) \(range): fee \(fee), slippage \(slippage), stop \(stop), target \(target), part \(part), "
                + "\(fast)/\(slow), fill \(closes ? "close" : "open")"
        }
    }

    static let hours = "binance_btcusdt_1h.csv.gz"
    static let quarters = "binance_btcusdt_15m.csv.gz"
    static let minutes = "bitfinex_ethusd_1m_2016_sparse.csv.gz"

    static let cases = [
        Case(file: hours, range: 0..<8000),
        Case(file: hours, range: 8000..<16000, fee: "0.001"),
        Case(file: hours, range: 20000..<28000, fee: "0.00075", slippage: "0.0005", stop: "0.01", target: "0.015"),
        Case(file: quarters, range: 0..<8000, fee: "0.001", closes: true),
        Case(file: quarters, range: 50000..<58000, fee: "0.001", slippage: "0.001", closes: true, fast: 5, slow: 40),
        Case(file: quarters, range: 30000..<38000, fee: "0.002", stop: "0", target: "0", part: 1),
        Case(file: minutes, range: 0..<8000, fee: "0.001", stop: "0.005", target: "0.004", part: 0.5),
        Case(file: minutes, range: 60000..<68000, slippage: "0.002", stop: "0.003", target: "0"),
    ]

    @Test("trade by trade", arguments: cases)
    func compare(_ example: Case) throws {
        let candles = try SharedData.candles(example.file, example.range)
        var options = BacktestOptions()
        options.timeframe = candles.timeframe
        options.fees = try Scripts.fee(example.fee)
        options.slippage = Scripts.decimal(example.slippage)
        options.marketFill = example.closes ? .sameClose : .nextOpen
        options.parameters = [
            "fast": "\(example.fast)", "slow": "\(example.slow)", "part": "\(example.part)", "stop": example.stop,
            "target": example.target,
        ]
        let result = try Backtest.run(Scripts.script(Scripts.cross), series: [candles], options: options)

        var naive = NaiveCross()
        naive.fast = example.fast
        naive.slow = example.slow
        naive.warmup = example.slow - 1
        naive.fraction = example.part
        naive.fee = Decimal(string: example.fee)!
        naive.slippage = Decimal(string: example.slippage)!
        naive.stop = Decimal(string: example.stop)!
        naive.target = Decimal(string: example.target)!
        naive.fillsAtClose = example.closes
        naive.run(
            candles.map {
                .init(time: $0.openTime.milliseconds, open: $0.open, high: $0.high, low: $0.low, close: $0.close)
            })

        #expect(result.trades.count > 20)
        #expect(result.trades.count == naive.trades.count)
        for (ours, theirs) in zip(result.trades, naive.trades) {
            #expect(ours.entryTime.milliseconds == theirs.entryTime)
            #expect(ours.exitTime.milliseconds == theirs.exitTime)
            #expect(ours.reason == theirs.reason)
            #expect(ours.bars == theirs.bars)
            #expect(ours.quantity.description == "\(theirs.quantity)")
            #expect(close(ours.entryPrice.value, theirs.entryPrice))
            #expect(close(ours.exitPrice.value, theirs.exitPrice))
            #expect(close(ours.fees.value, theirs.fees))
            guard ours.reason == theirs.reason, ours.exitTime.milliseconds == theirs.exitTime else { break }
        }
        #expect(abs(result.finalEquity - NSDecimalNumber(decimal: naive.cash).doubleValue) < 1e-6)
    }

    /// Equal but for the twelfth decimal, where the two round products in a different order.
    private func close(_ ours: FixedDecimal, _ theirs: Decimal) -> Bool {
        abs(Decimal(string: ours.description)! - theirs) <= Decimal(string: "0.000000000002")!
    }
}
