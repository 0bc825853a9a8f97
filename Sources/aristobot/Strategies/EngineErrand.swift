import Market
import Storage
import Wording

/// Something that an engine is asked to do with a running strategy: written down, and waited for a little while.
struct EngineErrand {
    let services: Services
    let user: User

    /// An engine that is at work answers within a second or two.
    static let patience = Duration.seconds(15)
    private static let lookEvery = Duration.milliseconds(150)

    enum Ending: Sendable {
        case done(Message)
        /// Written down; an engine will carry it out.
        case waiting(hasEngine: Bool)
    }

    /// A refusal of the engine ends the command; Ctrl-C while it waits leaves the errand where it is.
    func run(_ order: StrategyCommand.Order, _ id: ActiveStrategyID) async throws -> Ending {
        let commands = services.store.activeStrategies
        let command = try await commands.submit(order, user.id, id)
        let clock = ContinuousClock()
        let end = clock.now + Self.patience
        while clock.now < end {
            let now = try await commands.command(user.id, command.id)
            switch now.state {
            case .done: return .done(now.answer ?? Message("done", fr: "fait"))
            case .refused:
                throw CommandFailure(.input, [now.answer ?? Message("refused", fr: "refusé")])
            case .pending: break
            }
            guard try await services.hasLiveEngine() else { return .waiting(hasEngine: false) }
            try await Task.sleep(for: Self.lookEvery)
        }
        return .waiting(hasEngine: true)
    }

    private struct Answer: Encodable {
        let id: Int64
        let command: String
        let state: String
        let message: String
    }

    static func tell(
        _ ending: Ending, _ order: StrategyCommand.Order, _ id: ActiveStrategyID, isJSON: Bool
    ) throws {
        let (state, message) = words(ending)
        if isJSON {
            let answer = Answer(
                id: id.number, command: order.kind, state: state, message: message.text(in: Console.language))
            return try JSONAnswer.print(answer)
        }
        Console.print(say("\(id): \(message.english)", fr: "\(id) : \(message.french)"))
    }

    private static func words(_ ending: Ending) -> (state: String, Message) {
        switch ending {
        case .done(let message): ("done", message)
        case .waiting(hasEngine: false):
            (
                "pending",
                Message(
                    "written down; no engine runs now, the next one carries it out ('aristobot up')",
                    fr: "noté ; aucun moteur ne tourne, le prochain l'exécutera ('aristobot up')")
            )
        case .waiting(hasEngine: true):
            (
                "pending",
                Message(
                    "written down; the engine has not answered within \(patience.components.seconds) s and will carry "
                        + "it out as soon as it can",
                    fr: "noté ; le moteur n'a pas répondu en \(patience.components.seconds) s et l'exécutera dès que "
                        + "possible")
            )
        }
    }
}
