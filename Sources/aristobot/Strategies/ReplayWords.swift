import Engine
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// A replay for people.
enum ReplayWords {
    static func tell(_ replayed: Replayed, _ active: ActiveStrategy) {
        let record = replayed.decision.record
        let detail = DecisionDetail(record.detail)?.words.text(in: Console.language) ?? ""
        Console.print(
            Console.styled(
                say(
                    "decision \(replayed.decision.id): \(active.name), candle \(record.candleOpen), version "
                        + "\(record.version)",
                    fr: "décision \(replayed.decision.id) : \(active.name), bougie \(record.candleOpen), version "
                        + "\(record.version)"), .bold))
        let outcome = DecisionWords.outcome(record.outcome)
        line(
            say("journal", fr: "journal"),
            detail.isEmpty ? outcome : say("\(outcome): \(detail)", fr: "\(outcome) : \(detail)"))
        let answer = replayed.answer.decision
        var said = answer.intents.map { $0.words(active.symbol).text(in: Console.language) }
        said += answer.journal.map { $0.message.text(in: Console.language) }
        said += answer.logs.map { "log \($0.level.rawValue): \($0.text)" }
        said += answer.notices.map { "notify: \($0)" }
        if let problem = replayed.answer.problem { said.append(problem.text(in: Console.language)) }
        line(say("now", fr: "maintenant"), said.isEmpty ? say("nothing", fr: "rien") : said.joined(separator: "; "))
        if let state = replayed.answer.state, state.count <= 2000 {
            line("self.state", String(decoding: state, as: UTF8.self))
        }
        switch replayed.way {
        case .session(let count):
            line(
                say("taken again", fr: "rejoué"),
                count == 1
                    ? say(
                        "the first decision since the script was loaded", fr: "première décision depuis le chargement")
                    : say(
                        "\(count) decisions since the script was loaded", fr: "\(count) décisions depuis le chargement")
            )
        case .memory(let reason):
            line(
                say("taken again", fr: "rejoué"),
                say(
                    "alone, from the state stored before: \(reason.english)",
                    fr: "seule, depuis l'état gardé avant : \(reason.french)"))
        }
        for difference in replayed.differences {
            let place = difference.decision == replayed.decision.id ? "" : "\(difference.decision) "
            line(
                Console.styled(say("differs", fr: "diffère"), .red),
                place + "\(difference.candleOpen): " + difference.message.text(in: Console.language))
        }
        if replayed.isSame {
            Console.print(
                Console.styled(say("the same, bit for bit", fr: "identique, bit à bit"), .green))
        } else {
            Console.print(Console.styled(say("it came out otherwise", fr: "le résultat est différent"), .red))
        }
    }

    private static func line(_ word: String, _ text: String) {
        Console.print(say("  \(word): \(text)", fr: "  \(word) : \(text)"))
    }
}
