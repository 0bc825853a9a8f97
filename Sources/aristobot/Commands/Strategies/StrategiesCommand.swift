import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot strategies`: the strategies of a user, and those that run.
struct StrategiesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strategies",
        abstract: say(
            "Keep strategies, run them on brokers, look at what they do.",
            fr: "Garde les stratégies, les fait tourner sur des brokers, montre ce qu'elles font."),
        discussion: prose(
            """
            A strategy is kept under a name, version by version. Activated on a broker and a
            symbol it runs at every candle close, under a number, for as long as an engine
            runs ('aristobot up').

              aristobot strategies add ema_cross.lua
              aristobot strategies activate ema_cross --broker dry --symbol BTC/USDT \\
                --timeframe 1m --capital 1000
              aristobot strategies active
              aristobot strategies stop 1 --close
            """,
            fr: """
                Une stratégie est gardée sous un nom, version par version. Activée sur un broker et
                un symbole, elle tourne à chaque clôture de bougie, sous un numéro, tant qu'un
                moteur tourne ('aristobot up').

                  aristobot strategies add ema_cross.lua
                  aristobot strategies activate ema_cross --broker fictif --symbol BTC/USDT \\
                    --timeframe 1m --capital 1000
                  aristobot strategies active
                  aristobot strategies stop 1 --close
                """),
        subcommands: [
            AddStrategyCommand.self, UpdateStrategyCommand.self, ListStrategiesCommand.self, VersionsCommand.self,
            SourceCommand.self, RemoveStrategyCommand.self, ActivateCommand.self, ActiveCommand.self, ShowCommand.self,
            SuspendCommand.self, ResumeCommand.self, StopCommand.self, CloseCommand.self, UpgradeCommand.self,
            SetCommand.self, KillSwitchCommand.self, DecisionsCommand.self, LogCommand.self, AlertsCommand.self,
        ])
}

/// Which strategy of those that are kept.
struct StrategyArgument: ParsableArguments {
    @Argument(help: ArgumentHelp(say("The strategy's name.", fr: "Le nom de la stratégie."), valueName: "name"))
    var name: String
}

/// Which strategy of those that run.
struct ActiveArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            say(
                "Its number, as 'aristobot strategies active' shows it.",
                fr: "Son numéro, tel que 'aristobot strategies active' le montre."),
            valueName: "id"),
        transform: Self.id)
    var id: ActiveStrategyID

    private static func id(_ text: String) throws -> ActiveStrategyID {
        guard let number = Int64(text), number > 0 else {
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message(
                    "\(shown) is not a number of an active strategy: 'aristobot strategies active' lists them",
                    fr: "\(shown) n'est pas un numéro de stratégie active : 'aristobot strategies active' les liste"))
        }
        return ActiveStrategyID(number)
    }
}

/// How much of a long list is shown.
struct LimitOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "At most so many, the newest (default: 20).",
                fr: "Au plus autant, les plus récents (par défaut : 20)."),
            valueName: "number"),
        transform: { try ArgumentReading.count($0, 1...1000) })
    var limit = 20
}

/// Which version of a strategy.
struct VersionOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say("A version of it (default: the newest).", fr: "Une de ses versions (par défaut : la dernière)."),
            valueName: "number"),
        transform: { try ArgumentReading.count($0, 1...1_000_000) })
    var version: Int?
}
