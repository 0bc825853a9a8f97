import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot strategies kill-switch`: lets nothing of a user open anything.
struct KillSwitchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill-switch",
        abstract: say(
            "Let no strategy of a user open anything, or let them again.",
            fr: "Interdit à toute stratégie d'un utilisateur d'ouvrir quoi que ce soit, ou le permet à nouveau."),
        discussion: prose(
            """
            What closes or protects a position always passes. Without on or off it tells how
            the switch stands.

              aristobot strategies kill-switch on
            """,
            fr: """
                Ce qui ferme ou protège une position passe toujours. Sans on ni off, dit où en est
                l'interrupteur.

                  aristobot strategies kill-switch on
                """))

    @Argument(help: ArgumentHelp(say("on or off.", fr: "on ou off."), valueName: "on|off"), transform: Self.position)
    var position: Bool?

    @OptionGroup var owner: OwnerOptions

    private static func position(_ text: String) throws -> Bool {
        switch text.lowercased() {
        case "on": return true
        case "off": return false
        default:
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(Message("\(shown): expected on or off", fr: "\(shown) : attendu on ou off"))
        }
    }

    func run() async throws {
        Interruption.listen()
        let isOn = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            if let position {
                try await services.store.users.setKillSwitch(position, user.id)
                try await services.store.audit.add("kill_switch", subject: position ? "on" : "off", by: user.id)
            }
            return try await services.store.users.killSwitch(user.id)
        }
        guard !owner.json else { return try JSONAnswer.print(["killSwitch": isOn]) }
        Console.print(
            isOn
                ? say(
                    "kill switch on: nothing is opened, positions stay protected",
                    fr: "arrêt d'urgence actif : rien n'est ouvert, les positions restent protégées")
                : say("kill switch off", fr: "arrêt d'urgence inactif"))
    }
}
