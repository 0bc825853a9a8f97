import ArgumentParser
import Wording

/// `aristobot broker`: accounts at venues, used by hand.
struct BrokerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: say(
            "Accounts at venues: enter, look at, trade by hand.",
            fr: "Comptes sur les places : saisir, consulter, trader à la main."),
        discussion: prose(
            """
            A broker is an account of yours at a venue, under a name of your choice.

              aristobot broker add main --kind binance
              aristobot broker balance main
              aristobot broker order main buy BTC/USDT --quantity 0.001 --limit 20000

            Keys are asked for, or taken from ARISTOBOT_BROKER_KEY and ARISTOBOT_BROKER_SECRET,
            or from two lines of standard input; never from arguments. They are kept sealed.
            """,
            fr: """
                Un broker est un de vos comptes sur une place, sous le nom de votre choix.

                  aristobot broker add principal --kind binance
                  aristobot broker balance principal
                  aristobot broker order principal buy BTC/USDT --quantity 0.001 --limit 20000

                Les clés sont demandées, ou prises dans ARISTOBOT_BROKER_KEY et ARISTOBOT_BROKER_SECRET,
                ou dans deux lignes de l'entrée standard ; jamais dans les arguments. Elles sont scellées.
                """),
        subcommands: [
            AddBrokerCommand.self, ListBrokersCommand.self, VerifyBrokerCommand.self, BalanceCommand.self,
            SymbolsCommand.self, OrderCommand.self, CancelCommand.self, OrdersCommand.self, RemoveBrokerCommand.self,
        ])
}

/// Whose brokers and strategies, and where they are kept.
struct OwnerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say("Which user's (default: dev).", fr: "De quel utilisateur (par défaut : dev)."), valueName: "name"))
    var user: String?

    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    var userName: String { user ?? "dev" }
}

/// Which broker.
struct BrokerArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            say("The broker's name.", fr: "Le nom du broker."), valueName: "broker"))
    var name: String
}
