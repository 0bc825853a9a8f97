import Broker
import Logging
import Market
import Storage
import Trading
import Wording

/// From what a strategy is told to what is written and done.
extension AccountLoop {
    /// Tells a strategy something and drafts what follows. While its script is being asked it has to wait: the script
    /// was promised the order numbers as they stood.
    func tell(_ input: StrategyInput, to id: ActiveStrategyID, _ draft: inout Draft) async {
        if draft.isWritten(id) || draft.count >= options.commitLimit { await flush(&draft) }
        guard let slot = slots[id], slot.running != nil else { return }
        guard slot.inFlight == nil else {
            if slot.held.count < StrategySlot.mostHeld {
                slots[id]?.held.append(input)
            } else {
                wantsSurvey = true
            }
            return
        }
        apply(input, to: id, &draft)
    }

    /// The same for a strategy that has nothing to be written yet and is not being asked.
    func apply(_ input: StrategyInput, to id: ActiveStrategyID, _ draft: inout Draft) {
        guard let slot = slots[id] else { return }
        var change = draft[id] ?? self.change(of: slot)
        guard var running = change.running ?? slot.running else { return }
        let output = running.handle(input, now: now)
        change.running = running
        merge(output, into: &change, of: slot)
        draft[id] = change
        standing.follow(running, id)
    }

    func change(of slot: StrategySlot) -> Draft.Change {
        Draft.Change(commit: StrategyCommit(strategy: slot.id, symbol: slot.row.symbol))
    }

    private func merge(_ output: StrategyOutput, into change: inout Draft.Change, of slot: StrategySlot) {
        change.commit.orders += output.newOrders
        change.commit.fills += output.fills
        change.commit.standings += output.standings
        change.commit.profits += output.profits
        change.commit.positions += output.positions
        change.commit.log += output.journal.map { AccountWords.line($0) }
        change.commit.alerts += output.alerts.map { AccountWords.alert($0, of: slot.row) }
        change.isMemoryStale = change.isMemoryStale || output.memoryChanged
        change.isWritten = change.isWritten || output.hasToBeWritten
        change.sends += output.sends
        change.events += output.events
        if let wait = output.lookAfter { agenda.look(slot.id, at: .now + wait) }
    }

    // MARK: Writing

    /// Writes the draft down, takes it for true and has done what follows. While the database is away it waits: what is
    /// watched goes out all the same.
    func flush(_ draft: inout Draft, isStopping: Bool = false) async {
        defer { draft = Draft() }
        guard !draft.isEmpty else { return }
        var commits: [StrategyCommit] = []
        var refused: [ActiveStrategyID: Message] = [:]
        for id in draft.order where draft[id]?.isWritten ?? false {
            guard var change = draft[id] else { continue }
            if change.isMemoryStale || (slots[id]?.isMemoryStale ?? false) {
                do {
                    change.commit.memory = try (change.running ?? slots[id]?.running).map {
                        try AccountWords.json($0.memory)
                    }
                } catch {
                    // A number without a value, which no amount can be: nothing of this may be written.
                    refused[id] = Message("its memory cannot be written: \(error)", fr: "mémoire illisible : \(error)")
                    continue
                }
                change.isMemoryStale = false
            }
            addEvents(of: id, to: &change)
            commits.append(change.commit)
            draft[id] = change
        }
        if !commits.isEmpty {
            guard let outcome = await write(commits, isStopping: isStopping) else { return }
            refused.merge(outcome) { $1 }
            tellProbe(commits, before: false)
        }
        let finished = ContinuousClock.now
        for id in draft.order {
            guard let change = draft[id] else { continue }
            if let problem = refused[id] {
                conflict(id, problem, change)
            } else {
                take(change, of: id, finished)
            }
        }
    }

    /// What the script is to be told with its next decision, and what this one has told it.
    private func addEvents(of id: ActiveStrategyID, to change: inout Draft.Change) {
        guard let events = slots[id]?.events, !change.events.isEmpty || !events.isEmpty else { return }
        let written = events.change(adding: change.events, told: change.told)
        change.commit.events = written.added
        change.commit.eventsThrough = written.through
        guard !events.isFull, events.entries.count + change.events.count > ScriptEvents.most else { return }
        let most = ScriptEvents.most
        change.commit.log.append(
            StrategyLogLine(
                time: now, level: .warning, source: "engine",
                message: Message(
                    "more than \(most) events wait for the script's next decision: it will hear of the newest only",
                    fr: "plus de \(most) événements attendent la prochaine décision : seuls les derniers seront donnés")
            ))
    }

    private func take(_ change: Draft.Change, of id: ActiveStrategyID, _ finished: ContinuousClock.Instant) {
        guard var slot = slots.removeValue(forKey: id) else { return }
        if let running = change.running { slot.running = running }
        slot.isMemoryStale = change.isMemoryStale || (slot.isMemoryStale && !change.isWritten)
        if let row = change.row { slot.row = row }
        if let state = change.scriptState { slot.scriptState = state }
        if change.isWritten { slot.conflicts = 0 }
        slot.events.take(change.events, told: change.told)
        if let decision = change.commit.decision { slot.lastDecided = decision.candleOpen }
        slots[id] = slot
        if let read = change.read { wiring.meter.committed(after: finished - read) }
        for fill in change.commit.fills { fillMarks[fill.symbol] = max(fillMarks[fill.symbol] ?? fill.time, fill.time) }
        for action in change.sends { perform(action, of: id, decided: change.decided) }
        if slot.row.state == .stopped, slot.running?.isIdle ?? true { forget(id) }
    }

    private func perform(_ action: DeskAction, of id: ActiveStrategyID, decided: ContinuousClock.Instant?) {
        switch action {
        case .place(let request): call(.place(request, decided: decided), [request.clientID])
        case .placePair(let pair): call(.placePair(pair, decided: decided), [pair.targetID, pair.stopID])
        case .cancel(let order, let symbol): call(.cancel(order, symbol), [])
        case .ask(let order, let symbol, let wait):
            agenda.ask(Agenda.Ask(id: order, symbol: symbol), at: .now + wait)
            if wait <= .zero { askDue() }
        case .watch(let order): watch.watch(order)
        case .unwatch(let order):
            // Otherwise the note that it was sent is on its way.
            if watch.unwatch(order) {
                mailbox.push(.strategy(id, .unwatched(order)), isBoundedElsewhere: true)
            }
        }
    }

    private func call(_ call: BrokerCall, _ ids: [ClientOrderID]) {
        sending.formUnion(ids)
        guard !calls.push(call) else { return }
        let full = BrokerError.retryable(
            Message("too many orders wait to be sent", fr: "trop d'ordres attendent d'être envoyés"), after: nil)
        let answer: BrokerAnswer =
            switch call {
            case .place(let request, _), .placeWatched(let request): .placed(request, .failure(full))
            case .placePair(let pair, _): .placedPair(pair, .failure(full))
            case .cancel(let id, let symbol): .cancelled(id, symbol, .failure(full))
            case .ask(let id, let symbol): .asked(id, symbol, .failure(full), at: .now)
            }
        mailbox.push(.broker(answer), isBoundedElsewhere: true)
    }

    /// Asks about orders whose time has come.
    func askDue() {
        for ask in agenda.dueAsks(.now) {
            call(.ask(ask.id, ask.symbol), [])
        }
    }

    // MARK: The store

    /// Until the database has them, or the loop may write no more: then nil. Answers those that it will never take.
    private func write(
        _ commits: [StrategyCommit], isStopping: Bool
    ) async -> [ActiveStrategyID: Message]? {
        guard !hasGivenUp else { return nil }
        tellProbe(commits, before: true)
        var pause = Duration.milliseconds(50)
        let deadline = ContinuousClock.now + options.stopPatience
        while true {
            do throws(EngineStoreError) {
                lease = try await wiring.store.engine.commit(commits, under: lease)
                worksAgain(.databaseAway)
                return [:]
            } catch {
                switch error {
                case .leaseLost:
                    logger.error("the account was taken over by another engine")
                    end.request(.leaseLost)
                    return nil
                case .conflict(let problem):
                    guard commits.count > 1 else { return commits.first.map { [$0.strategy: problem] } ?? [:] }
                    return await writeAlone(commits, isStopping: isStopping)
                case .unavailable(let problem), .outcomeUnknown(let problem):
                    complain(.databaseAway, problem)
                }
            }
            let isOver = isStopping || end.reason == .stopped
            guard end.reason != .leaseLost else { return nil }
            if isOver, ContinuousClock.now > deadline {
                hasGivenUp = true
                logger.error("what was to be written is given up", metadata: ["strategies": "\(commits.count)"])
                return nil
            }
            // Only a cancelled task cuts it short; then the next try ends the same way.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, options.longestPause)
        }
    }

    /// One of them does not fit: each on its own, so that the others are not held up.
    private func writeAlone(
        _ commits: [StrategyCommit], isStopping: Bool
    ) async -> [ActiveStrategyID: Message]? {
        var refused: [ActiveStrategyID: Message] = [:]
        for commit in commits {
            guard let outcome = await write([commit], isStopping: isStopping) else { return nil }
            refused.merge(outcome) { $1 }
        }
        return refused
    }

    private func tellProbe(_ commits: [StrategyCommit], before: Bool) {
        let hasOrders = commits.contains { !$0.orders.isEmpty }
        if hasOrders { wiring.probe(before ? .beforeWrite : .afterWrite) }
        if commits.contains(where: { !$0.fills.isEmpty }) { wiring.probe(before ? .fillSeen : .fillBooked) }
        if !before, !hasOrders, commits.contains(where: { !$0.standings.isEmpty }) { wiring.probe(.afterAck) }
    }

    /// What a strategy asked to be written does not fit what the store has: it goes on from what was written last. The
    /// venue tells again what happened to its orders, and its script begins again where it stood before.
    private func conflict(_ id: ActiveStrategyID, _ problem: Message, _ change: Draft.Change) {
        let conflicts = (slots[id]?.conflicts ?? 0) + 1
        slots[id]?.conflicts = conflicts
        standing.forget(id)
        if let running = slots[id]?.running { standing.follow(running, id) }
        logger.error("a commit does not fit", metadata: ["strategy": "\(id)", "problem": "\(problem)"])
        // Ever more slowly: what does not fit once may never do so.
        let pause = Duration.seconds(min(60, 1 << min(conflicts, 6)))
        agenda.survey(at: .now + pause)
        // Their answers may have been among what is not written, and nobody sends one twice.
        let orders = (slots[id]?.running?.unsettled ?? []) + (change.running?.unsettled ?? [])
        for order in Set(orders.map { Agenda.Ask(id: $0.clientID, symbol: $0.symbol) }) {
            agenda.ask(order, at: .now + pause)
        }
        for fill in change.commit.fills {
            missedFills[fill.symbol] = min(missedFills[fill.symbol] ?? fill.time, fill.time)
        }
        if change.commit.decision != nil || change.commit.session != nil {
            turnOff(id)
            agenda.load(id, at: .now + pause)
        }
        guard conflicts == 1 else { return }
        alert(
            Alert(
                .error, "engine_conflict",
                Message(
                    "strategy \(name(of: id)): what was to be written does not fit the books: \(problem.english)",
                    fr: "stratégie \(name(of: id)) : ce qui devait être écrit ne va pas avec les comptes : "
                        + problem.french)))
    }

    func name(of id: ActiveStrategyID) -> String { slots[id]?.row.name ?? "\(id)" }
}

extension AccountLoop {
    /// Whose order it is by its name; nil when it is no strategy's.
    static func owner(of id: ClientOrderID) -> ActiveStrategyID? {
        guard id.prefix.hasPrefix("ab"), let number = Int64(id.prefix.dropFirst(2), radix: 36), number > 0 else {
            return nil
        }
        let owner = ActiveStrategyID(number)
        return StrategyTerms.orderPrefix(of: owner) == id.prefix ? owner : nil
    }
}
