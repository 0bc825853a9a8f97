import Logging
import Market
import Storage
import Trading
import Wording

/// Strategies that are out of reach: those whose time is over, and those that cannot be read.
extension AccountLoop {
    /// After its end a strategy opens nothing: what waits to open is taken back, by the venue's clock.
    func holdBackEnded(_ draft: inout Draft) async {
        let time = now
        let ended = slots.filter { $0.value.row.endsAt.map { $0 <= time } ?? false }.keys.sorted()
        for id in ended {
            // While its script is being asked it would only be put by, again and again.
            if slots[id]?.inFlight == nil, slots[id]?.running?.mayOpen ?? false {
                await tell(.holdBack, to: id, &draft)
            }
            guard let slot = slots[id], let running = slot.running, !running.core.ledger.isFlat,
                notices.isNew("end of \(id)")
            else { continue }
            let words = Message(
                "its end has come while it holds a position: nothing is decided any more, exits neither; its stop and "
                    + "target stay. 'aristobot strategies close' sells it",
                fr: "sa fin est venue alors qu'elle tient une position : plus rien n'est décidé, les sorties non plus "
                    + "; son stop et son objectif restent. 'aristobot strategies close' la vend")
            alert(AccountWords.alert(.warning, "strategy_ended", of: slot.row, words))
        }
    }

    /// What cannot be read is left out and told of once, and commands about it are refused; the others go on.
    func leaveOut(_ roster: AccountRoster) async {
        for (id, problem) in roster.unreadable.sorted(by: { $0.key < $1.key }) {
            guard notices.isNew("row of \(id)", problem.english) else { continue }
            logger.error("a strategy cannot be read", metadata: ["strategy": "\(id)", "problem": "\(problem)"])
            alert(
                Alert(
                    .error, "strategy_failed",
                    Message(
                        "strategy \(id) cannot be read, so it does not run: \(problem.english). Its orders at the "
                            + "venue stay; stops that an engine has to watch are not watched",
                        fr: "la stratégie \(id) est illisible et ne tourne donc pas : \(problem.french). Ses ordres "
                            + "posés restent ; les stops qu'un moteur doit surveiller ne le sont pas"),
                    detail: AccountWords.text(["strategy": String(id.number)])))
        }
        var refusals = roster.unreadableCommands
        for command in roster.commands { refusals[command.id] = roster.unreadable[command.strategy] }
        guard !refusals.isEmpty else { return }
        do throws(EngineStoreError) {
            try await wiring.store.engine.refuse(refusals, under: lease)
        } catch {
            // They are read again with the next roster.
            complain(.databaseAway, error.message)
        }
    }
}
