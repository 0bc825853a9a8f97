import Backtest
import Market
import StrategyHost
import Wording

/// A strategy, its candles and its options, brought together and found to fit.
struct Trial {
    let path: String
    let script: StrategyScript
    let options: BacktestOptions
    let history: BacktestHistory

    init(path: String, candles: CandleOptions, options: BacktestOptions) async throws {
        let script = try ScriptFile.script(path)
        let declaration: StrategyDeclaration
        do {
            declaration = try StrategyInstance.declaration(of: script, limits: options.limits)
        } catch {
            throw CommandFailure(strategy: error, path: path)
        }
        let reading = HistoryReading(
            options: candles, declaration: declaration, timeframe: options.timeframe ?? declaration.timeframe,
            intrabar: options.intrabar)
        let series = try await reading.series()
        do {
            history = try BacktestHistory(declaration, series: series, options: options)
        } catch {
            throw CommandFailure(input: error)
        }
        self.path = path
        self.script = script
        self.options = options
    }

    /// Runs `body`, with the errors of strategy and backtest as failures of the command.
    func explaining<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let error as StrategyError {
            throw CommandFailure(strategy: error, path: path)
        } catch let error as any ExplainedError {
            throw CommandFailure(input: error)
        }
    }

    /// Draws the progress, and stops on Ctrl-C.
    static func observer(_ bar: ProgressBar, unit: Message) -> BacktestObserver {
        BacktestObserver(
            progress: { progress in
                bar.show(progress.fraction) {
                    let rate = progress.elapsedSeconds > 0 ? Double(progress.done) / progress.elapsedSeconds : 0
                    let left = progress.fraction > 0 ? progress.elapsedSeconds * (1 / progress.fraction - 1) : 0
                    let perSecond = "\(CountText.grouped(Int(rate))) \(unit.text(in: Console.language))/s"
                    return "\(perSecond), \(Int(left.rounded(.up))) s"
                }
            },
            isCancelled: { Interruption.isRequested })
    }
}
