import ArgumentParser
import Backtest
import Market
import StrategyHost
import Trading
import Wording

/// `aristobot backtest`: tries a strategy on past candles.
struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: say("Try a strategy on past candles.", fr: "Essaie une stratégie sur des bougies passées."),
        discussion: prose(
            """
            The same strategy, candles and options give the same trades and hash
            on every machine.

              aristobot backtest ema_cross.lua --synthetic 1
              aristobot backtest ema_cross.lua --candles btc_1m.csv.gz \\
                --fee 0.001 --param fast=12 --html report.html
              aristobot backtest pairs.lua --candles ETH/USDT=eth_1h.csv.gz \\
                --candles BTC/USDT=btc_1h.csv.gz
              aristobot backtest ema_cross.lua --venue binance --symbol BTC/USDT \\
                --from 2024-01-01 --to 2025-01-01 --intrabar 1m
            """,
            fr: """
                Même stratégie, mêmes bougies et mêmes options donnent les mêmes trades
                et la même empreinte, sur toute machine.

                  aristobot backtest ema_cross.lua --synthetic 1
                  aristobot backtest ema_cross.lua --candles btc_1m.csv.gz \\
                    --fee 0.001 --param fast=12 --html rapport.html
                  aristobot backtest pairs.lua --candles ETH/USDT=eth_1h.csv.gz \\
                    --candles BTC/USDT=btc_1h.csv.gz
                  aristobot backtest ema_cross.lua --venue binance --symbol BTC/USDT \\
                    --from 2024-01-01 --to 2025-01-01 --intrabar 1m
                """))

    @Argument(
        help: ArgumentHelp(say("The strategy, a Lua file.", fr: "La stratégie, un fichier Lua."), valueName: "strategy")
    )
    var file: String

    @OptionGroup(title: say("Candles", fr: "Bougies")) var candles: CandleOptions
    @OptionGroup(title: say("Trading", fr: "Trading")) var trial: TrialOptions

    @OptionGroup var parameters: ParameterOptions

    @OptionGroup(title: say("Answers", fr: "Réponses")) var outputs: OutputOptions

    func run() async throws {
        Interruption.listen()
        try outputs.checkPlaces()
        var options = try trial.options(candles)
        options.parameters = try parameters.values()
        options.keepsPlots = outputs.needsPlots
        let trial = try await Trial(path: file, candles: candles, options: options)
        let bar = ProgressBar(ScriptFile.name(file))
        let result = try trial.explaining {
            try Backtest.run(
                trial.script, history: trial.history, options: trial.options,
                observer: Trial.observer(bar, unit: Message("candles", fr: "bougies")))
        }
        bar.clear()
        try outputs.write(result)
        let done = CountText.grouped(result.range.count)
        switch result.ending {
        case .complete:
            let numbers = NumberText(Console.language)
            let seconds = numbers.fixed(result.elapsedSeconds, 2)
            let rate = CountText.grouped(Int(result.candlesPerSecond))
            Console.standardError(
                say(
                    "\(done) candles in \(seconds) s, \(rate) a CPU second",
                    fr: "\(done) bougies en \(seconds) s, \(rate) par seconde de calcul"))
        case .interrupted:
            let all = CountText.grouped(trial.history.range.count)
            throw CommandFailure(
                .interrupted, "interrupted after \(done) of \(all) candles",
                fr: "interrompu après \(done) bougies sur \(all)")
        case .failed(let error): throw CommandFailure(strategy: error, path: file)
        }
    }
}
