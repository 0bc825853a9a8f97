import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot strategies active`: what runs.
struct ActiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "active",
        abstract: say("List the strategies that run.", fr: "Liste les stratégies qui tournent."),
        discussion: prose(
            "Profit is what was realised, after fees, and what the open position would bring at the last price.",
            fr: "Le profit est ce qui est réalisé, frais déduits, plus ce que vaudrait la position au dernier prix."))

    @Flag(help: ArgumentHelp(say("Those that are over too.", fr: "Celles qui sont finies aussi.")))
    var all = false

    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        Interruption.listen()
        let rows = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            return try await ActiveAnswer.all(user, services, stopped: all)
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(
                say(
                    "Nothing runs: 'aristobot strategies activate NAME …' lets a strategy run.",
                    fr: "Rien ne tourne : 'aristobot strategies activate NOM …' fait tourner une stratégie."))
            return
        }
        Console.print(ActiveWords.table(rows).text)
    }
}

/// `aristobot strategies show`: everything about one that runs.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("Show everything about a strategy that runs.", fr: "Montre tout d'une stratégie active."))

    @OptionGroup var which: ActiveArgument
    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        Interruption.listen()
        let row = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let active = try await services.active(which.id, of: user)
            return try await ActiveAnswer.one(active.id, user, services)
        }
        guard !owner.json else { return try JSONAnswer.print(row) }
        Console.print(ActiveWords.page(row))
    }
}
