import ArgumentParser
import Engine
import Market
import Storage
import Wording

/// `aristobot strategies decisions`: what a strategy decided.
struct DecisionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decisions",
        abstract: say("Show what a strategy decided.", fr: "Montre ce qu'une stratégie a décidé."),
        discussion: prose(
            """
            One line a candle, the newest last; 'aristobot replay DECISION' takes one again.

              aristobot strategies decisions 1 --acting --limit 50
            """,
            fr: """
                Une ligne par bougie, la plus récente en dernier ; 'aristobot replay DECISION' en
                rejoue une.

                  aristobot strategies decisions 1 --acting --limit 50
                """))

    @OptionGroup var which: ActiveArgument

    @Flag(
        help: ArgumentHelp(
            say("Only those that asked for something or failed.", fr: "Seulement celles qui demandent ou échouent.")))
    var acting = false

    @OptionGroup var limit: LimitOption
    @OptionGroup var owner: OwnerOptions

    private struct Row: Encodable {
        let id: Int64
        let candle: String
        let outcome: String
        let version: Int
        let decided: String
        let milliseconds: Double?
        let text: String
    }

    func run() async throws {
        Interruption.listen()
        let decisions = try await Services.with(owner.data.configuration) { services in
            let user = try await services.user(owner.userName)
            let active = try await services.active(which.id, of: user)
            return try await services.store.decisions.list(
                user.id, of: active.id, outcomes: acting ? [.intents, .skipped, .failed] : [], limit: limit.limit)
        }
        let rows = decisions.reversed().map { decision in
            let detail = DecisionDetail(decision.record.detail)
            return Row(
                id: decision.id.number, candle: decision.record.candleOpen.description,
                outcome: decision.record.outcome.rawValue, version: decision.record.version,
                decided: decision.record.decidedAt.description,
                milliseconds: detail?.nanoseconds.map { (Double($0) / 10_000).rounded() / 100 },
                text: detail?.words.text(in: Console.language) ?? "")
        }
        guard !owner.json else { return try JSONAnswer.print(rows) }
        guard !rows.isEmpty else {
            Console.print(say("Nothing was decided yet.", fr: "Rien n'a encore été décidé."))
            return
        }
        var table = TextTable([
            (say("decision", fr: "décision"), .right), (say("candle", fr: "bougie"), .left),
            (say("outcome", fr: "résultat"), .left), (say("version", fr: "version"), .right), ("ms", .right),
            (say("what", fr: "quoi"), .left),
        ])
        for (row, decision) in zip(rows, decisions.reversed()) {
            table.add([
                "\(row.id)", row.candle, DecisionWords.outcome(decision.record.outcome), "\(row.version)",
                row.milliseconds.map { "\($0)" } ?? "-", row.text,
            ])
        }
        Console.print(table.text)
    }
}
