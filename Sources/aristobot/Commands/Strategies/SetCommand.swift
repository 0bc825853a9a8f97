import ArgumentParser
import Market
import Storage
import Wording
import Worker

/// `aristobot strategies set`: other limits or parameters for a strategy that runs.
struct SetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: say(
            "Change limits, parameters or capital of a strategy that runs.",
            fr: "Change les limites, les paramètres ou le capital d'une stratégie active."),
        discussion: prose(
            """
            What is not named stays. Other parameters load the script anew, with its state.

              aristobot strategies set 1 --max-daily-loss 50 --max-order none
              aristobot strategies set 1 --param fast=12
            """,
            fr: """
                Ce qui n'est pas nommé reste. D'autres paramètres rechargent le script, avec son état.

                  aristobot strategies set 1 --max-daily-loss 50 --max-order none
                  aristobot strategies set 1 --param fast=12
                """))

    @OptionGroup var which: ActiveArgument
    @OptionGroup var parameters: ParameterOptions

    @Option(
        help: ArgumentHelp(
            say("Quote currency it may use.", fr: "Devise de cotation qu'elle peut employer."), valueName: "amount"),
        transform: ActivateCommand.capital)
    var capital: Money?

    @OptionGroup(title: say("Limits", fr: "Limites")) var risk: RiskOptions
    @OptionGroup var consent: ConsentOption
    @OptionGroup var owner: OwnerOptions

    func validate() throws {
        guard risk.isEmpty, parameters.param.isEmpty, capital == nil else { return }
        throw ArgumentReading.refusal(
            Message(
                "nothing to change: give a limit such as --max-daily-loss 50, --param name=value or --capital",
                fr: "rien à changer : donnez une limite comme --max-daily-loss 50, --param nom=valeur ou --capital"))
    }

    func run() async throws {
        let typed = try parameters.values()
        try await Steering.carryOut(
            which.id, owner, consent: consent, Message("Change it?", fr: "La changer ?")
        ) { services, user, active in
            var changed: [String: String]?
            if !typed.isEmpty {
                let all = active.parameters.merging(typed) { $1 }
                let source = try await services.store.strategies.source(
                    user.id, active.strategy, version: active.version)
                _ = try await UploadedCode.declaration(ScriptText(name: active.name, source: source), all, user)
                changed = all
            }
            var settings: String?
            if !risk.isEmpty {
                var known = try StrategySettings(text: active.settings)
                known.risk = risk.changing(known.risk)
                settings = try known.text
            }
            return .set(settings: settings, parameters: changed, capital: capital)
        }
    }
}
