import ArgumentParser
import Storage
import Wording

/// `aristobot strategies stop`: ends it.
struct StopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: say("End a strategy.", fr: "Arrête une stratégie."),
        discussion: prose(
            """
            For good: it decides nothing more. Refused while it holds a position, unless
            --close sells it first; 'suspend' keeps a position with its stop and target.
            """,
            fr: """
                Pour de bon : elle ne décide plus rien. Refusé tant qu'elle tient une position,
                sauf si --close la vend d'abord ; 'suspend' garde une position, son stop et son
                objectif.
                """))

    @OptionGroup var which: ActiveArgument

    @Flag(help: ArgumentHelp(say("Sell what it holds first.", fr: "Vend d'abord ce qu'elle tient.")))
    var close = false

    @OptionGroup var consent: ConsentOption
    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        let question =
            close ? Message("Sell what it holds and end it?", fr: "Vendre ce qu'elle tient et l'arrêter ?") : nil
        try await Steering.carryOut(.stop(closing: close), which.id, owner, consent: consent, question)
    }
}

/// `aristobot strategies close`: closes its position at market.
struct CloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: say(
            "Close the position of a strategy, at market.", fr: "Ferme la position d'une stratégie, au marché."),
        discussion: prose(
            "It goes on running, and may open another one: 'suspend' it first if it shall not.",
            fr: "Elle continue de tourner et peut en ouvrir une autre : 'suspend' d'abord si elle ne doit pas."))

    @OptionGroup var which: ActiveArgument
    @OptionGroup var consent: ConsentOption
    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        try await Steering.carryOut(
            .close, which.id, owner, consent: consent,
            Message("Close its position at market?", fr: "Fermer sa position au marché ?"))
    }
}
