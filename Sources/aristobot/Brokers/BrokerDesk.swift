import BinanceBroker
import Broker
import Storage
import Wording

/// A user's broker, connected for the length of a command.
struct BrokerDesk {
    let services: Services
    let user: User
    let stored: StoredBroker
    let broker: any Broker
    /// Where it is, for people.
    let place: String

    /// Finds the broker of a name, opens its keys and connects.
    ///
    /// - Parameter changing: whether orders are placed or cancelled. A paper account is only read otherwise, since a
    ///   process that takes it takes it away from the engine that trades on it.
    nonisolated(nonsending) static func with<Value>(
        _ name: String, of owner: OwnerOptions, changing: Bool = false, _ body: (BrokerDesk) async throws -> Value
    ) async throws -> Value {
        let configuration = owner.data.configuration
        return try await Services.with(configuration) { services in
            let user = try await services.user(owner.userName)
            let stored = try await services.broker(name, of: user)
            return try await connect(stored, of: user, changing: changing, services, body)
        }
    }

    private nonisolated(nonsending) static func connect<Value>(
        _ stored: StoredBroker, of user: User, changing: Bool, _ services: Services,
        _ body: (BrokerDesk) async throws -> Value
    ) async throws -> Value {
        let configuration = services.configuration
        let place = try VenuePlace(stored.settings, configuration: configuration)
        if stored.venue == .paper {
            if changing { try await requireNoEngine(stored, services) }
            return try await Venues.with(place, configuration: configuration) { prices in
                let paper = try await PaperAccounts.open(
                    stored, onlyReads: !changing, prices: prices, services)
                let desk = BrokerDesk(
                    services: services, user: user, stored: stored, broker: paper,
                    place: say("paper money, prices of \(place.name)", fr: "argent fictif, prix de \(place.name)"))
                do {
                    let value = try await body(desk)
                    await paper.close()
                    return value
                } catch {
                    await paper.close()
                    throw error
                }
            }
        }
        let credentials = try await services.store.brokers.credentials(user.id, stored.id)
        return try await Venues.with(place, credentials: credentials, configuration: configuration) { broker in
            try await body(
                BrokerDesk(services: services, user: user, stored: stored, broker: broker, place: place.name))
        }
    }

    /// Two processes cannot run one paper account.
    private static func requireNoEngine(_ stored: StoredBroker, _ services: Services) async throws {
        guard let engine = try await services.store.engine.holder(of: stored.id) else { return }
        throw CommandFailure(
            .input,
            "paper account \(stored.name) is run by engine '\(engine)' now: stop its strategies, or the engine, "
                + "before orders are placed or cancelled by hand",
            fr: "le compte fictif \(stored.name) est mené par le moteur '\(engine)' : arrêtez ses stratégies, ou le "
                + "moteur, avant de passer ou d'annuler des ordres à la main")
    }

    /// Balances and orders need keys; said before the venue is asked.
    func requireAccount() throws {
        guard broker.capabilities.hasAccount else {
            throw CommandFailure(
                .input, "broker \(stored.name) has no keys, only market data: add it with its keys",
                fr:
                    "le broker \(stored.name) n'a pas de clés, seulement les données de marché : "
                    + "ajoutez-le avec ses clés"
            )
        }
    }
}

extension Services {
    func user(_ name: String) async throws -> User {
        if let user = try await store.users.find(name) { return user }
        let none = Message(
            "'aristobot init' makes dev and dac, 'aristobot user add' others",
            fr: "'aristobot init' crée dev et dac, 'aristobot user add' les autres")
        let ending = Suggestion.ending(name, among: try await store.users.list().map(\.name), none: none)
        throw CommandFailure(
            .input, "there is no user '\(name)': \(ending.english)",
            fr: "il n'y a pas d'utilisateur '\(name)' : \(ending.french)")
    }

    func broker(_ name: String, of user: User) async throws -> StoredBroker {
        if let broker = try await store.brokers.find(user.id, name: name) { return broker }
        let ending = Suggestion.ending(
            name, among: try await store.brokers.list(user.id).map(\.name),
            none: Message(
                "there is none yet, 'aristobot broker add' enters one",
                fr: "il n'y en a pas encore, 'aristobot broker add' en saisit un"))
        throw CommandFailure(
            .input, "user \(user.name) has no broker '\(name)': \(ending.english)",
            fr: "l'utilisateur \(user.name) n'a pas de broker '\(name)' : \(ending.french)")
    }
}
