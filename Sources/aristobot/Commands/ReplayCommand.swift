import ArgumentParser
import Engine
import Market
import Storage
import Wording

/// `aristobot replay`: takes a journalled decision again.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: say("Take a journalled decision again.", fr: "Rejoue une décision du journal."),
        discussion: prose(
            """
            The script is loaded as it was then and asked again everything it was asked since,
            up to this decision; answer and state are compared with the journal bit for bit.
            Nothing is sent anywhere. Exit code 1 where something differs.

              aristobot strategies decisions 1 --acting
              aristobot replay 4711
            """,
            fr: """
                Le script est chargé comme alors et tout ce qui lui a été demandé depuis lui est
                redemandé, jusqu'à cette décision ; réponse et état sont comparés bit à bit avec le
                journal. Rien n'est envoyé nulle part. Code de sortie 1 si quelque chose diffère.

                  aristobot strategies decisions 1 --acting
                  aristobot replay 4711
                """))

    @Argument(
        help: ArgumentHelp(
            say("The decision's number.", fr: "Le numéro de la décision."), valueName: "decision"),
        transform: Self.id)
    var decision: DecisionID

    @OptionGroup var owner: OwnerOptions

    private static func id(_ text: String) throws -> DecisionID {
        guard let number = Int64(text), number > 0 else {
            let shown = quotedForMessage(text)
            throw ArgumentReading.refusal(
                Message(
                    "\(shown) is not a number of a decision: 'aristobot strategies decisions ID' lists them",
                    fr: "\(shown) n'est pas un numéro de décision : 'aristobot strategies decisions ID' les liste"))
        }
        return DecisionID(number)
    }

    func run() async throws {
        Interruption.listen()
        let bar = ProgressBar(say("replay", fr: "rejeu"))
        let (replayed, active) = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let stored = try await services.decision(decision, of: user)
            let active = try await services.store.activeStrategies.get(user.id, stored.strategy)
            let replayed = try await UploadedCode.with(user) { worker in
                try await DecisionReplay(StoredJournal(services.store, user: user.id), in: worker).run(stored) {
                    bar.show($0)
                }
            }
            return (replayed, active)
        }
        bar.clear()
        if owner.json {
            try JSONAnswer.print(ReplayAnswer(replayed, active))
        } else {
            ReplayWords.tell(replayed, active)
        }
        if !replayed.isSame { throw CommandFailure(.input, []) }
    }
}

extension Services {
    /// A decision of a user, by its number.
    fileprivate func decision(_ id: DecisionID, of user: User) async throws -> StoredDecision {
        do {
            return try await store.decisions.get(user.id, id)
        } catch StorageError.notFound {
            throw CommandFailure(
                .input, "user \(user.name) has no decision \(id): 'aristobot strategies decisions ID' lists them",
                fr: "l'utilisateur \(user.name) n'a pas de décision \(id) : 'aristobot strategies decisions ID' les "
                    + "liste")
        }
    }
}
