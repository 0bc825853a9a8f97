import Market
import StrategyHost
import Trading

/// What came of a backtest; also of one that was interrupted, up to where it came.
public struct BacktestResult: Sendable {
    /// How a run ended.
    public enum Ending: Sendable, Hashable {
        /// All candles were used.
        case complete
        /// It was asked to stop; an open position was closed at the close of the last candle used.
        case interrupted
        /// The strategy failed too often in a row.
        case failed(StrategyError)

        public static func == (left: Ending, right: Ending) -> Bool {
            switch (left, right) {
            case (.complete, .complete), (.interrupted, .interrupted): true
            case (.failed(let left), .failed(let right)): left.diagnostics == right.diagnostics
            default: false
            }
        }

        public func hash(into hasher: inout Hasher) {
            switch self {
            case .complete: hasher.combine(0)
            case .interrupted: hasher.combine(1)
            case .failed(let error): hasher.combine(error.diagnostics)
            }
        }
    }

    /// The declared name and version of the strategy.
    public var strategy: String
    public var version: String
    public var market: MarketKind
    /// Every parameter with the value it ran with, as text, in the order of their names.
    public var parameters: [(name: String, value: String)]
    public var options: BacktestOptions
    /// The candles of the strategy's timeframe, those before the traded range included.
    public var candles: CandleSeries
    /// The traded candles, as indices of `candles`; equity has one value for each.
    public var range: Range<Int>
    /// Candles before the first callback, from the start of `candles`.
    public var warmup: Int
    public var gaps: GapCount
    public var ending: Ending
    public var trades: [ClosedTrade]
    /// Cash and position at each close, in quote currency.
    public var equity: [Double]
    public var performance: PerformanceReport
    /// Callbacks that failed.
    public var failures: Int
    public var holding: BuyAndHold
    public var notes: BoundedLog<BacktestNote>
    public var plots: PlotColumns?
    /// FNV-1a over all fills, trades and the equity curve; equal for equal runs on any machine.
    public var hash: UInt64
    /// Seconds of the run by the wall's clock, without reading the candles.
    public var elapsedSeconds: Double
    /// CPU seconds of the thread that ran it, without reading the candles.
    public var cpuSeconds: Double
}

extension BacktestResult {
    public var symbol: Symbol { candles.symbol }
    public var timeframe: Timeframe { candles.timeframe }
    public var cash: Double { options.cash.value.double }
    public var finalEquity: Double { equity.last ?? cash }
    /// Open time of the first traded candle.
    public var from: Timestamp? { range.isEmpty ? nil : candles[range.lowerBound].openTime }
    /// Open time of the last traded candle.
    public var to: Timestamp? { range.isEmpty ? nil : candles[range.upperBound - 1].openTime }
    /// Traded candles in a CPU second of the run.
    public var candlesPerSecond: Double { cpuSeconds > 0 ? Double(range.count) / cpuSeconds : 0 }

    /// Times, equity and closing prices of the traded candles.
    public func withCurve<Answer>(_ body: (EquityCurve) -> Answer) -> Answer {
        EquityCurve.over(candles, range, equity: equity, start: cash, body)
    }

    /// The hash as 16 hexadecimal digits.
    public var hashText: String { ResultHash.text(hash) }

    public var monthlyReturns: MonthlyReturns {
        MonthlyReturns(performance.months, start: cash)
    }
}
