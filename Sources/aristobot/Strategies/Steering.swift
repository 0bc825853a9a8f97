import ArgumentParser
import BinanceBroker
import Broker
import Storage
import Wording

/// Whether real money is asked about before it moves.
struct ConsentOption: ParsableArguments {
    @Flag(
        help: ArgumentHelp(say("Do not ask, even on real money.", fr: "Ne demande rien, même avec de l'argent réel.")))
    var yes = false
}

/// Commands for running strategies, from the command line to their engine.
enum Steering {
    /// What is asked of an engine, decided with the store at hand.
    typealias Choice = (Services, User, ActiveStrategy) async throws -> StrategyCommand.Order

    static func carryOut(
        _ order: StrategyCommand.Order, _ id: ActiveStrategyID, _ owner: OwnerOptions,
        consent: ConsentOption = ConsentOption(), _ question: Message? = nil
    ) async throws {
        try await carryOut(id, owner, consent: consent, question) { _, _, _ in order }
    }

    /// Finds the strategy, decides what is asked, asks about real money where there is a question, and hands it on.
    static func carryOut(
        _ id: ActiveStrategyID, _ owner: OwnerOptions, consent: ConsentOption, _ question: Message?, _ choice: Choice
    ) async throws {
        Interruption.listen()
        let (order, ending) = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let active = try await services.active(id, of: user)
            guard active.state != .stopped else {
                throw CommandFailure(
                    .input, "strategy \(id) is stopped for good: activate it anew",
                    fr: "la stratégie \(id) est arrêtée : activez-la à nouveau")
            }
            let order = try await choice(services, user, active)
            if let question {
                try await confirm(question, about: active, user, services, consent)
            }
            return (order, try await EngineErrand(services: services, user: user).run(order, id))
        }
        try EngineErrand.tell(ending, order, id, isJSON: owner.json)
    }

    private static func confirm(
        _ question: Message, about active: ActiveStrategy, _ user: User, _ services: Services, _ consent: ConsentOption
    ) async throws {
        let broker = try await services.store.brokers.get(user.id, active.broker)
        let place = try VenuePlace(broker.settings, configuration: services.configuration)
        guard broker.venue != .paper, place.environment.isRealMoney else { return }
        let money = say("REAL MONEY", fr: "ARGENT RÉEL")
        Console.standardError("\(active.id) \(active.name): \(broker.name) (\(place.name), \(money))")
        try require(question, consent, nothing: Message("nothing was asked for", fr: "rien n'a été demandé"))
    }

    /// Asks, unless consent was given beforehand; a no ends the command.
    static func require(_ question: Message, _ consent: ConsentOption, nothing: Message) throws {
        guard !consent.yes else { return }
        guard try SecretInput.confirm(question) else { throw CommandFailure(.interrupted, [nothing]) }
    }
}
