import Market
import StrategyHost
import Trading
import Wording

/// How a strategy is tried: money, costs, the way orders fill, which candles.
public struct BacktestOptions: Sendable {
    /// Quote currency at the start, above 0.
    public var cash: Money = Money(10_000)
    public var fees: FeeRates = .none
    /// The fraction of the price by which market orders and stops fill worse, from 0 to below 1.
    public var slippage: FixedDecimal = .zero
    public var marketFill: MarketFillTime = .nextOpen
    /// Finer candles of the same history that decide the order of events inside a candle; nil takes the candle as one.
    public var intrabar: Timeframe?
    /// Trading begins with the first candle that opens at this time or later; candles before it warm the indicators.
    public var from: Timestamp?
    /// Candles that open at this time or later are left out.
    public var to: Timestamp?
    /// Runs the strategy on this timeframe instead of the one it declares.
    public var timeframe: Timeframe?
    /// Parameters by name, as text; those left out have their declared values.
    public var parameters: [String: String] = [:]
    /// What `random()` starts from.
    public var seed: UInt64 = 0
    public var rules: InstrumentRules = .unknown
    public var risk: RiskLimits = .none
    /// The language of messages made while it runs.
    public var language: Language = .english
    /// What the strategy may use, and after how many failed candles in a row the run ends.
    public var limits = InstanceLimits()
    /// Entries of the journal that are kept, the first ones, log lines included; the rest is counted.
    public var journalLimit = 2_000
    /// Whether the columns of `plot` are kept; they take 8 bytes a name and candle.
    public var keepsPlots = false

    public init() {}
}
