import ArgumentParser
import Storage
import StrategyHost
import Wording

/// `aristobot strategies add`: keeps a file as a strategy.
struct AddStrategyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: say("Keep a file as a strategy.", fr: "Garde un fichier comme stratégie."),
        discussion: prose(
            """
            The file is checked first, in a worker process as all kept code is run; one with
            errors is not kept. 'strategies update' adds a version later.

              aristobot strategies add ema_cross.lua
              aristobot strategies add ema_cross.lua --name trend
            """,
            fr: """
                Le fichier est d'abord vérifié, dans un processus à part, où tourne tout code
                gardé ; s'il a des erreurs, il n'est pas gardé. 'strategies update' ajoute ensuite
                une version.

                  aristobot strategies add ema_cross.lua
                  aristobot strategies add ema_cross.lua --name tendance
                """))

    @Argument(
        help: ArgumentHelp(say("The strategy, a Lua file.", fr: "La stratégie, un fichier Lua."), valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            say("Your name for it (default: that of the file).", fr: "Son nom (par défaut : celui du fichier)."),
            valueName: "name"))
    var name: String?

    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        Interruption.listen()
        let name = name ?? StrategyUpload.name(ofFile: file)
        let bytes = try ScriptFile.bytes(file)
        let kept = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            // Found out before anything is run.
            guard try await services.store.strategies.find(user.id, name: name) == nil else {
                throw CommandFailure(
                    .input,
                    "user \(user.name) has a strategy '\(name)' already: 'aristobot strategies update \(name) "
                        + "\(file)' adds a version",
                    fr: "l'utilisateur \(user.name) a déjà une stratégie '\(name)' : 'aristobot strategies update "
                        + "\(name) \(file)' ajoute une version")
            }
            let checked = try await StrategyUpload.check(bytes, path: file, user, isQuiet: owner.json)
            return try await services.store.strategies.add(
                user.id, name: name, timeframe: checked.declaration.timeframe, description: checked.description,
                source: checked.source)
        }
        try StrategyUpload.tell(kept, isJSON: owner.json)
    }
}

/// `aristobot strategies update`: a new version of a strategy.
struct UpdateStrategyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: say("Add a version of a strategy.", fr: "Ajoute une version d'une stratégie."),
        discussion: prose(
            """
            Checked as by 'add'. What runs stays on its version until 'strategies upgrade ID'.

              aristobot strategies update ema_cross ema_cross.lua
            """,
            fr: """
                Vérifiée comme par 'add'. Ce qui tourne garde sa version jusqu'à 'strategies upgrade ID'.

                  aristobot strategies update ema_cross ema_cross.lua
                """))

    @OptionGroup var which: StrategyArgument

    @Argument(
        help: ArgumentHelp(say("The strategy, a Lua file.", fr: "La stratégie, un fichier Lua."), valueName: "file"))
    var file: String

    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        Interruption.listen()
        let bytes = try ScriptFile.bytes(file)
        let (kept, running, isUnchanged) = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let strategy = try await services.strategy(which.name, of: user)
            let checked = try await StrategyUpload.check(bytes, path: file, user, isQuiet: owner.json)
            let kept = try await services.store.strategies.addVersion(
                user.id, strategy.id, timeframe: checked.declaration.timeframe, description: checked.description,
                source: checked.source)
            let running = try await services.store.activeStrategies.list(user.id).filter {
                $0.strategy == strategy.id && $0.version != kept.currentVersion
            }
            return (kept, running, kept.currentVersion == strategy.currentVersion)
        }
        try StrategyUpload.tell(kept, isJSON: owner.json, isUnchanged: isUnchanged)
        guard !owner.json, !running.isEmpty else { return }
        let ids = running.map(\.id).sorted().map(\.description).joined(separator: ", ")
        Console.print(
            say(
                "running on an older version: \(ids) ('aristobot strategies upgrade ID')",
                fr: "tournent sur une version antérieure : \(ids) ('aristobot strategies upgrade ID')"))
    }
}
