import Glibc
import Market

/// The totals of a run. What is not defined (a ratio without a divisor, a year of a curve without length) is nil;
/// every number is finite.
///
/// Ratios are those that users of jesse and quantstats know: returns of UTC days (of candles, from one day on),
/// risk-free rate 0, 365 days a year.
public struct PerformanceReport: Sendable, Hashable {
    /// Quote currency.
    public var initialCash: Double
    public var finalEquity: Double
    public var netProfit: Double
    public var returnPct: Double?
    /// Growth a year in %: `((end / start) ^ (365 days / duration) - 1) x 100`.
    public var cagrPct: Double?
    public var drawdown: Drawdown
    /// Mean of the daily returns over their sample standard deviation, times the root of 365 (Sharpe 1994).
    public var sharpe: Double?
    /// Mean of the daily returns over the root of the mean square of the negative ones (all days counted), times the
    /// root of 365 (Sortino and Price 1994).
    public var sortino: Double?
    /// CAGR over the deepest drawdown, both in % (Young 1991).
    public var calmar: Double?

    /// Closed trades: how many there are, by the sign of their profit after fees.
    public var trades: Int
    public var wins = 0
    public var losses = 0
    /// A fraction, 0 to 1.
    public var winRate: Double?
    /// Sum of the profits over the sum of the losses.
    public var profitFactor: Double?
    /// Mean profit of a trade, quote currency.
    public var expectancy: Double?
    /// Mean profit of a trade in % of its entry value.
    public var expectancyPct: Double?
    /// Quote currency, 0 or more; nil without a losing trade.
    public var largestLoss: Double?
    public var largestWin: Double?
    public var averageWin: Double?
    public var averageLoss: Double?
    /// The most losing trades in a row, in the order of closing.
    public var longestLosingRun = 0
    public var averageBars: Double?
    /// Trades whose exit the candles alone could not tell for certain; see `Fill.isAmbiguous`.
    public var ambiguousExits = 0
    /// Sum of all fees paid, quote currency.
    public var fees: Money
    /// Fraction of the candles at whose close a position was open, 0 to 1.
    public var exposure: Double?
    /// Change from the first close to the last one in %, no fees.
    public var buyAndHoldPct: Double?
    public var months: [MonthlyReturn]

    /// - Parameters:
    ///   - trades: in the order of closing.
    ///   - candlesInPosition: how many candles of the curve closed with an open position.
    public init(trades: [ClosedTrade], curve: EquityCurve, fees: Money, candlesInPosition: Int) {
        initialCash = curve.start
        finalEquity = curve.end
        netProfit = curve.end - curve.start
        returnPct = Self.finite(curve.start > 0 ? (curve.end / curve.start - 1) * 100 : .nan)
        drawdown = Drawdown(curve)
        let growth = Self.growth(curve)
        cagrPct = growth
        let returns = curve.periodReturns()
        sharpe = Self.sharpe(returns, curve.periodsPerYear)
        sortino = Self.sortino(returns, curve.periodsPerYear)
        calmar = Self.finite((growth ?? .nan) / drawdown.percent)
        self.trades = trades.count
        self.fees = fees
        exposure = curve.count > 0 ? Double(candlesInPosition) / Double(curve.count) : nil
        if let first = curve.closes.first, let last = curve.closes.last {
            buyAndHoldPct = Self.finite((last / first - 1) * 100)
        }
        months = MonthlyReturn.months(of: curve)
        count(trades)
    }

    private mutating func count(_ trades: [ClosedTrade]) {
        guard !trades.isEmpty else { return }
        var gain = 0.0
        var loss = 0.0
        var percent = 0.0
        var bars = 0
        var run = 0
        for trade in trades {
            let profit = trade.profit.value.double
            percent += trade.profitPct
            bars += trade.bars
            if trade.isAmbiguous { ambiguousExits += 1 }
            if profit > 0 {
                wins += 1
                gain += profit
                largestWin = max(largestWin ?? 0, profit)
            } else if profit < 0 {
                losses += 1
                loss -= profit
                largestLoss = max(largestLoss ?? 0, -profit)
            }
            run = profit < 0 ? run + 1 : 0
            longestLosingRun = max(longestLosingRun, run)
        }
        let count = Double(trades.count)
        winRate = Double(wins) / count
        profitFactor = Self.finite(gain / loss)
        expectancy = Self.finite((gain - loss) / count)
        expectancyPct = Self.finite(percent / count)
        averageWin = wins > 0 ? Self.finite(gain / Double(wins)) : nil
        averageLoss = losses > 0 ? Self.finite(loss / Double(losses)) : nil
        averageBars = Double(bars) / count
    }

    private static func growth(_ curve: EquityCurve) -> Double? {
        guard curve.start > 0, curve.end >= 0, curve.duration > 0 else { return nil }
        let years = Double(curve.duration) / (365 * 86_400_000)
        return finite((pow(curve.end / curve.start, 1 / years) - 1) * 100)
    }

    private static func sharpe(_ returns: [Double], _ periodsPerYear: Double) -> Double? {
        guard returns.count >= 2 else { return nil }
        let count = Double(returns.count)
        let mean = returns.reduce(0, +) / count
        let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / (count - 1)).squareRoot()
        // Returns that differ by rounding alone have no spread to speak of.
        guard deviation > 1e-15 else { return nil }
        return finite(mean / deviation * periodsPerYear.squareRoot())
    }

    private static func sortino(_ returns: [Double], _ periodsPerYear: Double) -> Double? {
        guard returns.count >= 2 else { return nil }
        let count = Double(returns.count)
        let mean = returns.reduce(0, +) / count
        let squares = returns.reduce(0) { $0 + ($1 < 0 ? $1 * $1 : 0) }
        let deviation = (squares / count).squareRoot()
        guard deviation > 1e-15 else { return nil }
        return finite(mean / deviation * periodsPerYear.squareRoot())
    }

    private static func finite(_ value: Double) -> Double? {
        value.isFinite ? value : nil
    }
}
