import ArgumentParser
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// `aristobot strategies upgrade`: another version of its script.
struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: say(
            "Run another version, with position and state kept.",
            fr: "Passe à une autre version, position et état gardés."),
        discussion: prose(
            """
            The new version gets the stored state through on_upgrade. One that cannot be
            loaded changes nothing: the running one goes on. A suspended strategy stays
            suspended until 'strategies resume'; a failed one runs again.

              aristobot strategies update ema_cross ema_cross.lua
              aristobot strategies upgrade 1
            """,
            fr: """
                La nouvelle version reçoit l'état gardé par on_upgrade. Si elle ne peut être
                chargée, rien ne change : celle qui tourne continue. Une stratégie suspendue
                le reste jusqu'à 'strategies resume' ; une stratégie en échec tourne à nouveau.

                  aristobot strategies update ema_cross ema_cross.lua
                  aristobot strategies upgrade 1
                """))

    @OptionGroup var which: ActiveArgument
    @OptionGroup var version: VersionOption
    @OptionGroup var consent: ConsentOption
    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        try await Steering.carryOut(
            which.id, owner, consent: consent,
            Message("Run the other version?", fr: "Faire tourner l'autre version ?")
        ) { services, user, active in
            let strategy = try await services.store.strategies.get(user.id, active.strategy)
            let version = try services.version(version.version, of: strategy)
            guard version != active.version else {
                throw CommandFailure(
                    .input, "\(active.id) runs version \(version) of \(strategy.name) already",
                    fr: "\(active.id) tourne déjà sur la version \(version) de \(strategy.name)")
            }
            let source = try await services.store.strategies.source(user.id, strategy.id, version: version)
            let declaration = try await UploadedCode.declaration(
                ScriptText(name: strategy.name, source: source), active.parameters, user)
            let broker = try await services.store.brokers.get(user.id, active.broker)
            try Placement.checkMarket(declaration, .spot, of: broker.name)
            return .upgrade(version: version)
        }
    }
}
