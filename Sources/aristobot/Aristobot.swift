import ArgumentParser
import Wording

/// The command line: one file a command in `Commands`.
struct Aristobot: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "aristobot",
        abstract: say(
            "Trading strategies in Lua: written, checked, tried on past candles, and run live.",
            fr: "Des stratégies de trading en Lua : écrites, vérifiées, essayées sur des bougies passées, "
                + "et en action."),
        discussion: prose(
            """
            First steps:
              aristobot new my_first
              aristobot check my_first.lua
              aristobot backtest my_first.lua --synthetic 1
              aristobot up
              aristobot candles fetch --venue binance --symbol BTC/USDT \\
                --timeframe 15m --from 2024-01-01
              aristobot backtest my_first.lua --venue binance --symbol BTC/USDT

            DATABASE_URL names a PostgreSQL; without it, the program has its own
            (see 'aristobot doctor').
            Exit codes: 0 done, 1 the input is at fault, 2 wrong usage,
            3 the environment is at fault, 130 interrupted.
            """,
            fr: """
                Premiers pas :
                  aristobot new ma_premiere
                  aristobot check ma_premiere.lua
                  aristobot backtest ma_premiere.lua --synthetic 1
                  aristobot up
                  aristobot candles fetch --venue binance --symbol BTC/USDT \\
                    --timeframe 15m --from 2024-01-01
                  aristobot backtest ma_premiere.lua --venue binance --symbol BTC/USDT

                DATABASE_URL nomme un PostgreSQL ; sans elle, le programme a le sien
                (voir 'aristobot doctor').
                Codes de sortie : 0 fait, 1 l'entrée est en faute, 2 mauvais usage,
                3 l'environnement est en faute, 130 interrompu.
                """),
        version: "aristobot \(version)",
        subcommands: [
            NewCommand.self, CheckCommand.self, BacktestCommand.self, OptimizeCommand.self, CandlesCommand.self,
            BrokerCommand.self, StrategiesCommand.self, ReplayCommand.self, ExchangeCommand.self, UpCommand.self,
            HeartbeatCommand.self, EngineCommand.self, ServeCommand.self, InitCommand.self, MigrateCommand.self,
            UserCommand.self, BackupCommand.self, RestoreCommand.self, SecretCommand.self, DoctorCommand.self,
            WorkerCommand.self,
        ])
}

/// The text in the user's language.
func say(_ english: String, fr french: String) -> String {
    Message(english, fr: french).text(in: Console.language)
}

/// The same for a help text of several lines. The lines of a paragraph become one, which is wrapped where it is shown;
/// empty lines and indented ones stay as they are.
func prose(_ english: String, fr french: String) -> String {
    var text = ""
    var isOpen = false
    for line in say(english, fr: french).split(separator: "\n", omittingEmptySubsequences: false) {
        let isParagraph = !line.isEmpty && !line.hasPrefix(" ")
        if !text.isEmpty { text += isOpen && isParagraph ? " " : "\n" }
        text += line
        isOpen = isParagraph
    }
    return text
}
