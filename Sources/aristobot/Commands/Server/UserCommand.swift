import ArgumentParser
import Market
import Storage
import Wording

/// `aristobot user`: those who have brokers, strategies and trades.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: say("Add and list users.", fr: "Ajoute et liste les utilisateurs."),
        subcommands: [AddUserCommand.self, ListUsersCommand.self])
}

struct AddUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: say("Add a user.", fr: "Ajoute un utilisateur."))

    @Argument(
        help: ArgumentHelp(
            say("Small letters, digits, - and _.", fr: "Lettres minuscules, chiffres, - et _."), valueName: "name"))
    var name: String

    @Option(
        help: ArgumentHelp(
            say("Language, en or fr (default: that of the terminal).", fr: "Langue, en ou fr (par défaut : la vôtre)."),
            valueName: "en|fr"),
        transform: Self.language)
    var language: Language?

    @OptionGroup var data: DataOptions

    private static func language(_ text: String) throws -> Language {
        guard let language = Language(rawValue: text) else {
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message("\(shown): expected en or fr", fr: "\(shown) : attendu en ou fr"))
        }
        return language
    }

    func run() async throws {
        Interruption.listen()
        let user = try await Services.with(data.configuration) { services in
            try await services.store.users.add(name, language: language ?? Console.language)
        }
        Console.print(say("user \(user.name) added", fr: "utilisateur \(user.name) ajouté"))
    }
}

struct ListUsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the users.", fr: "Liste les utilisateurs."))

    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    private struct Row: Encodable {
        let name: String
        let language: String
        let active: Bool
        let created: String
    }

    func run() async throws {
        Interruption.listen()
        let rows = try await Services.with(data.configuration) { services in
            try await services.store.users.list().map {
                Row(
                    name: $0.name, language: $0.language.rawValue, active: $0.isActive,
                    created: $0.createdAt.description)
            }
        }
        guard !json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(
                say(
                    "No users: 'aristobot init' makes the first.",
                    fr: "Pas d'utilisateurs : 'aristobot init' crée les premiers."))
            return
        }
        var table = TextTable([
            (say("name", fr: "nom"), .left), (say("language", fr: "langue"), .left), (say("state", fr: "état"), .left),
            (say("since", fr: "depuis"), .left),
        ])
        for row in rows {
            let state = row.active ? say("active", fr: "actif") : say("off", fr: "inactif")
            table.add([row.name, row.language, state, row.created])
        }
        Console.print(table.text)
    }
}
