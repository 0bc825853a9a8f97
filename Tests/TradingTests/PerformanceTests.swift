import Market
import Testing

@testable import Trading

/// The totals of a run, computed by hand.
@Suite struct PerformanceTests {
    private static let day: Int64 = 86_400_000

    /// A curve of one candle a day from 2024-01-30 on, unless another start or timeframe is given.
    private static func report(
        _ equity: [Double], start: Double = 100, first: Int64 = 1_706_572_800_000, timeframe: Timeframe = .d1,
        closes: [Double]? = nil, trades: [ClosedTrade] = [], inPosition: Int = 0
    ) -> PerformanceReport {
        let times = equity.indices.map { first + Int64($0) * timeframe.milliseconds }
        return times.withUnsafeBufferPointer { times in
            equity.withUnsafeBufferPointer { equity in
                (closes ?? equity.map { $0 }).withUnsafeBufferPointer { closes in
                    PerformanceReport(
                        trades: trades,
                        curve: EquityCurve(
                            times: times, equity: equity, closes: closes, timeframe: timeframe, start: start),
                        fees: Money(7), candlesInPosition: inPosition)
                }
            }
        }
    }

    private static func trade(_ id: Int, profit: FixedDecimal, pct: Double = 0, bars: Int = 0) -> ClosedTrade {
        ClosedTrade(
            id: id, direction: .long, quantity: Quantity(1), entryTime: Timestamp(milliseconds: 0),
            entryPrice: Price(100), exitTime: Timestamp(milliseconds: 1), exitPrice: Price(100), fees: .zero,
            profit: Money(profit), profitPct: pct, bars: bars, reason: "stop", maePct: 0, mfePct: 0, entryReason: "",
            entryIndex: 0, exitIndex: bars, entryOrder: OrderID(1), exitOrder: OrderID(2), isAmbiguous: id == 3,
            remaining: .zero)
    }

    private static func near(_ value: Double?, _ expected: Double) -> Bool {
        value.map { abs($0 - expected) <= 1e-9 * max(1, abs(expected)) } ?? false
    }

    @Test("return, drawdown, months and ratios of five days")
    func fiveDays() {
        let report = Self.report([110, 99, 104.5, 121, 121], closes: [50, 60, 40, 70, 75], inPosition: 3)
        #expect(Self.near(report.netProfit, 21))
        #expect(Self.near(report.returnPct, 21))
        #expect(Self.near(report.buyAndHoldPct, 50))
        #expect(Self.near(report.exposure, 0.6))
        #expect(Self.near(report.drawdown.percent, 10))
        #expect(Self.near(report.drawdown.amount, 11))
        // From the close of the first day to the close of the fourth.
        #expect(report.drawdown.length == 3 * Self.day)
        #expect(report.drawdown.isRecovered)
        #expect(report.drawdown.longest == 3 * Self.day)
        // January: two days; February: three.
        #expect(report.months.map(\.month) == [1, 2])
        #expect(Self.near(report.months[0].percent, -1))
        #expect(Self.near(report.months[1].percent, (121.0 / 99 - 1) * 100))
        // Daily returns 0.1, -0.1, 0.0555…, 0.157894…, 0; the two ratios from Python's statistics module.
        #expect(Self.near(report.sharpe, 8.26990800988375), "\(report.sharpe ?? .nan)")
        #expect(Self.near(report.sortino, 18.23720097684738), "\(report.sortino ?? .nan)")
        #expect(Self.near(report.cagrPct, 110_492_204.88191971), "\(report.cagrPct ?? .nan)")
        #expect(Self.near(report.calmar, 11_049_220.488191971))
        #expect(report.fees == Money(7))
    }

    @Test("intraday candles make one return a day")
    func dailyReturns() {
        let hours: [Double] = (0..<72).map { (hour: Int) -> Double in
            Double(100 + hour / 24 * 10 + (hour % 24 == 23 ? 10 : 0))
        }
        let times = hours.indices.map { Int64($0) * 3_600_000 }
        times.withUnsafeBufferPointer { times in
            hours.withUnsafeBufferPointer { equity in
                let curve = EquityCurve(times: times, equity: equity, closes: equity, timeframe: .h1, start: 100)
                let returns = curve.periodReturns()
                #expect(returns.count == 3)
                #expect(Self.near(returns[0], 0.1) && Self.near(returns[1], 120.0 / 110 - 1))
                #expect(curve.periodsPerYear == 365)
                #expect(curve.drawdowns().allSatisfy { $0 == 0 })
            }
        }
    }

    @Test("trade figures: wins, losses, factor, expectancy, runs")
    func trades() {
        let profits: [FixedDecimal] = [10, -5, -3, 0, 8, -2]
        let list = profits.enumerated().map { Self.trade($0 + 1, profit: $1, pct: Double($0), bars: 2 * $0) }
        let report = Self.report([108], trades: list)
        #expect(report.trades == 6 && report.wins == 2 && report.losses == 3)
        #expect(Self.near(report.winRate, 1.0 / 3))
        #expect(Self.near(report.profitFactor, 1.8))
        #expect(Self.near(report.expectancy, 8.0 / 6))
        #expect(Self.near(report.expectancyPct, 2.5))
        #expect(report.largestLoss == 5 && report.largestWin == 10)
        #expect(report.averageWin == 9 && Self.near(report.averageLoss, 10.0 / 3))
        #expect(report.longestLosingRun == 2)
        #expect(report.averageBars == 5)
        #expect(report.ambiguousExits == 1)
    }

    @Test("a fall that does not come back lasts to the end")
    func unrecovered() {
        let report = Self.report([120, 90, 100, 95])
        #expect(Self.near(report.drawdown.percent, 25))
        #expect(!report.drawdown.isRecovered)
        #expect(report.drawdown.length == 3 * Self.day)
    }

    @Test("the drawdown curve counts from the highest value so far, the start included")
    func drawdownCurve() {
        let equity = [90.0, 110, 99, 121, 60.5]
        let times = equity.indices.map { Int64($0) * Self.day }
        let drawdowns = times.withUnsafeBufferPointer { times in
            equity.withUnsafeBufferPointer { equity in
                EquityCurve(times: times, equity: equity, closes: equity, timeframe: .d1, start: 100).drawdowns()
            }
        }
        #expect(drawdowns == [0.1, 0, 0.1, 0, 0.5])
    }

    @Test("a fall from the start counts from the first open")
    func fallFromStart() {
        let report = Self.report([90, 100])
        #expect(Self.near(report.drawdown.percent, 10))
        #expect(report.drawdown.length == 2 * Self.day)
    }

    @Test("every number is finite or absent, whatever the curve")
    func edges() {
        let curves: [[Double]] = [
            [], [100], [100, 100, 100], [0, 0], [100, 0, 0], [-5, 10, -5], [1e300, 1e-300], [101],
        ]
        for curve in curves {
            for start in [100.0, 0] {
                for timeframe in [Timeframe.m1, .d1, .w1] {
                    let report = Self.report(
                        curve, start: start, timeframe: timeframe, closes: curve.map { _ in 0 },
                        trades: curve.count == 1 ? [Self.trade(1, profit: 5)] : [])
                    let numbers: [Double?] = [
                        report.netProfit, report.returnPct, report.cagrPct, report.sharpe, report.sortino,
                        report.calmar, report.winRate, report.profitFactor, report.expectancy, report.exposure,
                        report.buyAndHoldPct, report.drawdown.percent, report.drawdown.amount, report.largestLoss,
                        report.averageWin, report.averageLoss, report.averageBars,
                    ]
                    #expect(numbers.allSatisfy { $0?.isFinite ?? true }, "\(curve) from \(start) at \(timeframe)")
                    #expect(report.months.allSatisfy { $0.percent?.isFinite ?? true })
                }
            }
        }
        #expect(Self.report([100, 100, 100]).sharpe == nil)
        #expect(Self.report([101, 102, 104]).sortino == nil)
        #expect(Self.report([101, 102, 104]).calmar == nil)
        #expect(Self.report([100], trades: [Self.trade(1, profit: 5)]).profitFactor == nil)
        #expect(Self.report([]).months.isEmpty)
    }
}
