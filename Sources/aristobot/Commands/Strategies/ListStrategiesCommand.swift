import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot strategies list`: the strategies that a user keeps.
struct ListStrategiesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the strategies that are kept.", fr: "Liste les stratégies gardées."))

    @OptionGroup var owner: OwnerOptions

    private struct Row: Encodable {
        let name: String
        let version: Int
        let timeframe: String
        let description: String
        let running: Int
        let created: String
        let updated: String
    }

    func run() async throws {
        Interruption.listen()
        let rows = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let running = try await services.store.activeStrategies.list(user.id)
            return try await services.store.strategies.list(user.id).map { strategy in
                Row(
                    name: strategy.name, version: strategy.currentVersion, timeframe: strategy.timeframe.rawValue,
                    description: strategy.description, running: running.count { $0.strategy == strategy.id },
                    created: strategy.createdAt.description, updated: strategy.updatedAt.description)
            }
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(
                say(
                    "No strategies: 'aristobot strategies add FILE' keeps one.",
                    fr: "Pas de stratégies : 'aristobot strategies add FICHIER' en garde une."))
            return
        }
        var table = TextTable([
            (say("name", fr: "nom"), .left), (say("version", fr: "version"), .right), (say("tf", fr: "ut"), .left),
            (say("running", fr: "actives"), .right), (say("changed", fr: "modifiée"), .left),
            (say("description", fr: "description"), .left),
        ])
        for row in rows {
            table.add([row.name, "\(row.version)", row.timeframe, "\(row.running)", row.updated, row.description])
        }
        Console.print(table.text)
    }
}

/// `aristobot strategies versions`: how a strategy came to be.
struct VersionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions",
        abstract: say("List the versions of a strategy.", fr: "Liste les versions d'une stratégie."))

    @OptionGroup var which: StrategyArgument
    @OptionGroup var owner: OwnerOptions

    private struct Row: Encodable {
        let version: Int
        let bytes: Int
        let isCurrent: Bool
        let running: [Int64]
        let created: String
    }

    func run() async throws {
        Interruption.listen()
        let rows = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let strategy = try await services.strategy(which.name, of: user)
            let running = try await services.store.activeStrategies.list(user.id).filter { $0.strategy == strategy.id }
            return try await services.store.strategies.versions(user.id, strategy.id).map { version in
                Row(
                    version: version.version, bytes: version.byteCount,
                    isCurrent: version.version == strategy.currentVersion,
                    running: running.filter { $0.version == version.version }.map(\.id.number),
                    created: version.createdAt.description)
            }
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        var table = TextTable([
            (say("version", fr: "version"), .right), (say("size", fr: "taille"), .right),
            (say("since", fr: "depuis"), .left), (say("running as", fr: "active sous"), .left),
        ])
        for row in rows {
            let ids = row.running.map(String.init).joined(separator: ", ")
            table.add(["\(row.version)", CountText.bytes(row.bytes), row.created, ids.isEmpty ? "-" : ids])
        }
        Console.print(table.text)
    }
}

/// `aristobot strategies source`: the text of a strategy.
struct SourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source",
        abstract: say("Print the text of a strategy.", fr: "Affiche le texte d'une stratégie."),
        discussion: prose(
            "  aristobot strategies source ema_cross --version 2 > ema_cross_2.lua",
            fr: "  aristobot strategies source ema_cross --version 2 > ema_cross_2.lua"))

    @OptionGroup var which: StrategyArgument
    @OptionGroup var version: VersionOption
    @OptionGroup var owner: OwnerOptions

    private struct Answer: Encodable {
        let name: String
        let version: Int
        let source: String
    }

    func run() async throws {
        Interruption.listen()
        let answer = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let strategy = try await services.strategy(which.name, of: user)
            let version = try services.version(version.version, of: strategy)
            return Answer(
                name: strategy.name, version: version,
                source: try await services.store.strategies.source(user.id, strategy.id, version: version))
        }
        guard !owner.json else { return try JSONAnswer.print(answer) }
        Console.write(answer.source.hasSuffix("\n") ? answer.source : answer.source + "\n", to: 1)
    }
}

/// `aristobot strategies remove`: forgets a strategy that does not run.
struct RemoveStrategyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: say("Forget a strategy that does not run.", fr: "Oublie une stratégie qui ne tourne pas."),
        discussion: prose(
            "Its versions stay in the journal of what they have decided.",
            fr: "Ses versions restent dans le journal de ce qu'elles ont décidé."))

    @OptionGroup var which: StrategyArgument
    @OptionGroup var owner: OwnerOptions

    func run() async throws {
        Interruption.listen()
        try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let strategy = try await services.strategy(which.name, of: user)
            try await services.store.strategies.remove(user.id, strategy.id)
        }
        guard !owner.json else { return try JSONAnswer.print(["removed": which.name]) }
        Console.print(say("strategy \(which.name) removed", fr: "stratégie \(which.name) supprimée"))
    }
}
