import Market
import StrategyHost
import Trading

/// Runs a strategy over history.
public enum Backtest {
    /// Tries the strategy on candles. A run that is cancelled answers what is known so far.
    ///
    /// - Parameters:
    ///   - script: the strategy.
    ///   - series: the histories at hand; the first one's symbol is traded. See `BacktestHistory`.
    ///   - observer: told of progress, asked whether to stop.
    /// - Throws: `StrategyError` when the strategy cannot be used, `BacktestError` when the candles or options do not
    ///   fit it.
    public static func run(
        _ script: StrategyScript, series: [CandleSeries], options: BacktestOptions = BacktestOptions(),
        observer: BacktestObserver = .none
    ) throws -> BacktestResult {
        let declaration = try StrategyInstance.declaration(of: script, limits: options.limits)
        let history = try BacktestHistory(declaration, series: series, options: options)
        return try run(script, history: history, options: options, observer: observer)
    }

    /// The same over a history that was made before, which many runs may share.
    public static func run(
        _ script: StrategyScript, history: BacktestHistory, options: BacktestOptions = BacktestOptions(),
        observer: BacktestObserver = .none
    ) throws -> BacktestResult {
        var run = try BacktestRun(script, history, options)
        run.drive(observer)
        return run.result()
    }
}
