import ArgumentParser
import Broker
import Market
import Storage
import Wording

/// `aristobot broker list`: the accounts that were entered, without their keys.
struct ListBrokersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the brokers of a user.", fr: "Liste les brokers d'un utilisateur."))

    @OptionGroup var owner: OwnerOptions

    private struct Row: Encodable {
        let name: String
        let kind: String
        let place: String
        let hasKeys: Bool
        let isDefault: Bool
        let created: String
    }

    func run() async throws {
        Interruption.listen()
        let configuration = owner.data.configuration
        let rows = try await Services.with(configuration) { services in
            let user = try await services.user(owner.userName)
            return try await services.store.brokers.list(user.id).map { broker in
                Row(
                    name: broker.name, kind: broker.venue.text,
                    place: try VenuePlace(broker.settings, configuration: configuration).name,
                    hasKeys: broker.hasCredentials, isDefault: broker.isDefault,
                    created: broker.createdAt.description)
            }
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(
                say(
                    "No brokers: 'aristobot broker add' enters one.",
                    fr: "Pas de brokers : 'aristobot broker add' en ajoute un."))
            return
        }
        var table = TextTable([
            (say("name", fr: "nom"), .left), (say("kind", fr: "genre"), .left), (say("place", fr: "place"), .left),
            (say("keys", fr: "clés"), .left), (say("since", fr: "depuis"), .left),
        ])
        for row in rows {
            let keys = row.hasKeys ? say("sealed", fr: "scellées") : "-"
            table.add([row.name, row.kind, row.place, keys, row.created])
        }
        Console.print(table.text)
    }
}

/// `aristobot broker remove`: forgets an account and its keys.
struct RemoveBrokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: say("Forget a broker and its keys.", fr: "Oublie un broker et ses clés."),
        discussion: prose(
            "Its orders and trades stay in the journal. Refused while orders of it may still be open.",
            fr: "Ses ordres et ses trades restent dans le journal. Refusé tant que des ordres peuvent être en cours."))

    @OptionGroup var which: BrokerArgument
    @OptionGroup var owner: OwnerOptions

    @Flag(help: ArgumentHelp(say("Do not ask.", fr: "Ne demande rien.")))
    var yes = false

    func run() async throws {
        Interruption.listen()
        let name = which.name
        let isKept = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let broker = try await services.broker(name, of: user)
            let isSure =
                try yes
                || SecretInput.confirm(
                    Message("Forget broker \(name) and its keys?", fr: "Oublier le broker \(name) et ses clés ?"))
            guard isSure else { throw CommandFailure.interrupted }
            return try await services.store.brokers.remove(user.id, broker.id) == .retired
        }
        let history = isKept ? say(", its history stays", fr: ", son historique reste") : ""
        Console.print(say("broker \(name) removed\(history)", fr: "broker \(name) supprimé\(history)"))
    }
}
