import ArgumentParser
import Backtest
import Foundation
import Market
import StrategyHost
import Wording

/// `aristobot optimize`: tries every combination of some parameters.
struct OptimizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: say(
            "Try every combination of some parameters, on all cores.",
            fr: "Essaie toutes les combinaisons de paramètres, sur tous les cœurs."),
        discussion: prose(
            """
            A parameter that did best in the past may have done so by chance: try it on other candles.

              aristobot optimize ema_cross.lua --candles btc_15m.csv.gz \\
                --param fast=5:30:5 --param slow=20:100:10 --sort sharpe
            """,
            fr: """
                Le meilleur paramètre du passé l'est peut-être par hasard : essayez-le sur d'autres bougies.

                  aristobot optimize ema_cross.lua --candles btc_15m.csv.gz \\
                    --param fast=5:30:5 --param slow=20:100:10 --sort sharpe
                """))

    @Argument(
        help: ArgumentHelp(say("The strategy, a Lua file.", fr: "La stratégie, un fichier Lua."), valueName: "strategy")
    )
    var file: String

    @OptionGroup(title: say("Candles", fr: "Bougies")) var candles: CandleOptions
    @OptionGroup(title: say("Trading", fr: "Trading")) var trial: TrialOptions

    @Option(
        help: ArgumentHelp(
            say(
                "Values of a parameter: from:to:step, or a,b,c, or one; repeat it for others.",
                fr: "Valeurs d'un paramètre : début:fin:pas, ou a,b,c, ou une seule ; à répéter pour d'autres."),
            valueName: "name=values"))
    var param: [String] = []

    @Option(
        help: ArgumentHelp(
            say(
                "Figure to sort by, best first: \(Self.figures) (default: net_profit).",
                fr: "Chiffre du tri, meilleur d'abord : \(Self.figures) (par défaut : net_profit)."),
            valueName: "figure"),
        transform: Self.figure)
    var sort: Optimizer.Figure?

    @Option(
        help: ArgumentHelp(say("Show the best so many.", fr: "Montre les meilleures, tant."), valueName: "count"),
        transform: { try ArgumentReading.count($0, 1...100_000) })
    var top = 20

    @Option(
        help: ArgumentHelp(
            say("Threads (default: one for each core).", fr: "Fils (par défaut : un par cœur)."), valueName: "count"),
        transform: { try ArgumentReading.count($0, 1...256) })
    var threads: Int?

    @Flag(help: ArgumentHelp(say("Answer in JSON, every combination.", fr: "Répond en JSON, toutes les combinaisons.")))
    var json = false

    private static var figures: String {
        Optimizer.Figure.allCases.map(\.rawValue).joined(separator: ", ")
    }

    private static func figure(_ text: String) throws -> Optimizer.Figure {
        guard let figure = Optimizer.Figure(rawValue: text) else {
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message("\(shown): expected one of \(figures)", fr: "\(shown) : attendu l'un de \(figures)"))
        }
        return figure
    }

    func validate() throws {
        guard !param.isEmpty else {
            throw ArgumentReading.refusal(
                Message(
                    "name the values to try, such as --param fast=5:30:5",
                    fr: "nommez les valeurs à essayer, comme --param fast=5:30:5"))
        }
        do { _ = try ParameterGrid(parsing: param) } catch { throw ArgumentReading.refusal(error.message) }
    }

    func run() async throws {
        Interruption.listen()
        let trial = try await Trial(path: file, candles: candles, options: try trial.options(candles))
        let bar = ProgressBar(ScriptFile.name(file))
        let outcome = try trial.explaining {
            try Optimizer(
                trial.script, history: trial.history, grid: try ParameterGrid(parsing: param), options: trial.options,
                figure: sort ?? .netProfit, threads: threads
            ).run(Trial.observer(bar, unit: Message("runs", fr: "essais")))
        }
        bar.clear()
        if outcome.rows.isEmpty, outcome.skipped == outcome.total { try explainRefusal(trial) }
        let answer = OptimizeAnswer(outcome)
        if json {
            try JSONAnswer.print(answer)
        } else {
            Console.print(answer.table(top: top).text)
            Console.print(answer.line)
        }
        if outcome.isInterrupted { throw CommandFailure.interrupted }
    }

    /// When the strategy refuses every combination, what it says to the first one is the answer.
    private func explainRefusal(_ trial: Trial) throws {
        try trial.explaining {
            let first = try ParameterGrid(parsing: param)[0]
            try StrategyInstance.checkParameters(first, of: trial.script, limits: trial.options.limits)
        }
    }
}
