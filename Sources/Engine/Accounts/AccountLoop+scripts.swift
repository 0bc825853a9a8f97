import Broker
import Logging
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// Bringing scripts to the executor, and taking them away.
extension AccountLoop {
    /// Begins to load a strategy's script, when it is to run now.
    func startScript(_ id: ActiveStrategyID, _ draft: inout Draft) async {
        guard let slot = slots[id], slot.running != nil, slot.row.state == .active else { return }
        // A venue that replays history is behind our clock, one that runs fast is ahead of it.
        guard slot.row.startsAt <= max(now, wiring.now()) else {
            notYet.insert(id)
            return
        }
        notYet.remove(id)
        let key = Self.key(of: slot.row)
        switch declarations[key] {
        case .success(let declaration):
            await gather(id, declaration, &draft)
            await loadReady(&draft)
        case .failure(let error): await refused(id, error, &draft)
        case nil:
            guard let text = scripts[key] else {
                return await giveUp(id, Message("its script is gone", fr: "son script a disparu"), &draft)
            }
            slots[id]?.script = .declaring
            if declaring.insert(key).inserted {
                lane.push(.declare(key, ScriptText(name: slot.scriptName, bytes: text.bytes)))
            }
        }
    }

    static func key(of row: ActiveStrategy) -> AccountRoster.ScriptKey {
        AccountRoster.ScriptKey(strategy: row.strategy, version: row.version)
    }

    func takeDeclaration(
        _ key: AccountRoster.ScriptKey, _ result: Result<StrategyDeclaration, ExecutorError>, _ draft: inout Draft
    ) async {
        declaring.remove(key)
        switch result {
        case .failure(.refused), .success: declarations[key] = result
        // Another time it may work.
        case .failure: break
        }
        for id in slots.keys.sorted() {
            guard let slot = slots[id], case .declaring = slot.script, Self.key(of: slot.row) == key else { continue }
            switch result {
            case .success(let declaration): await gather(id, declaration, &draft)
            case .failure(let error): await refused(id, error, &draft)
            }
        }
        await loadReady(&draft)
    }

    /// Sees to it that its candles are there.
    private func gather(
        _ id: ActiveStrategyID, _ declaration: StrategyDeclaration, _ draft: inout Draft
    ) async {
        guard let slot = slots[id] else { return }
        if slot.upgrade?.fromVersion != nil, let symbol = declaration.symbols.first(where: { markets[$0] == nil }) {
            return await giveUp(id, CommandWords.notTraded(symbol), &draft)
        }
        slots[id]?.script = .gathering(declaration)
        gathering.insert(id)
        let needs = FeedNeeds(declaration, market: market, symbol: slot.row.symbol, timeframe: slot.row.timeframe)
        let step = book.need(needs, by: id)
        if !step.isEmpty { await perform(step, read: .now, &draft) }
    }

    /// Loads those whose candles have come, and whose last decision has been answered: it leaves the memory that they
    /// begin with.
    func loadReady(_ draft: inout Draft) async {
        guard !gathering.isEmpty else { return }
        for id in gathering.sorted() where book.isReady(id) && slots[id]?.inFlight == nil {
            gathering.remove(id)
            if draft.isWritten(id) { await flush(&draft) }
            load(id)
        }
    }

    private func load(_ id: ActiveStrategyID) {
        guard var slot = slots[id], let running = slot.running, let numbers = book.feeds(of: id),
            let text = scripts[Self.key(of: slot.row)]
        else { return }
        slot.loadTurn += 1
        slot.script = .loading(turn: slot.loadTurn)
        // The newest candle is asked about where it is fresh and nobody has decided on it: after a restart, or when
        // another engine had the account.
        let newest = book.newest(of: numbers.base)?.openTime
        let isFresh = newest.map { isUndecided($0, slot) } ?? false
        // What the lane holds by now is appended before the script is loaded.
        slot.seen = book.count(of: numbers.base) - (isFresh ? 1 : 0)
        let account = running.account
        slot.shownOrders = account.ordersVersion
        let loading = InstanceLoading(
            instance: slot.instance, script: ScriptText(name: slot.scriptName, bytes: text.bytes),
            parameters: slot.row.parameters, seed: slot.row.seed, base: FeedNumber(Int64(numbers.base)),
            others: numbers.others.map { FeedNumber(Int64($0)) },
            state: slot.scriptState.flatMap { $0.isEmpty ? nil : $0 }, upgradedFrom: slot.upgrade?.fromVersion,
            firstCall: .start(account),
            openOrders: running.openOrders, ordersVersion: account.ordersVersion,
            failuresInARow: slot.row.failures, unseen: isFresh ? 1 : 0)
        let feeds = sessionFeeds(numbers)
        slots[id] = slot
        lane.push(.load(loading, id, turn: slot.loadTurn, feeds: feeds))
    }

    /// Whether a candle may still be decided on: it closed while the strategy was at work, nobody has decided on it,
    /// and it is fresh.
    private func isUndecided(_ open: Timestamp, _ slot: StrategySlot) -> Bool {
        let length = slot.row.timeframe.milliseconds
        let close = open.milliseconds + length
        guard slot.lastDecided != nil || slot.atWorkSince != nil else { return false }
        if let last = slot.lastDecided, open <= last { return false }
        if let since = slot.atWorkSince, close <= since.milliseconds { return false }
        return now.milliseconds - close < length
    }

    func takeLoaded(
        _ id: ActiveStrategyID, _ turn: Int, _ loading: InstanceLoading, _ feeds: [SessionFeed],
        _ result: Result<InstanceLoaded, ExecutorError>, _ draft: inout Draft
    ) async {
        guard let slot = slots[id], case .loading(turn) = slot.script else { return }
        switch result {
        case .failure(let error): await refused(id, error, &draft)
        case .success(let loaded):
            // What ran before still knows what this one would forget.
            if let problem = loaded.problem, slot.upgrade != nil { return await giveUp(id, problem, &draft) }
            if draft.isWritten(id) || draft.count >= options.commitLimit { await flush(&draft) }
            loadFailures[id] = nil
            begin(id, loading, feeds, loaded, &draft)
            guard let slot = slots[id], slot.isReady else { return }
            let seen = slot.seen
            // Candles that closed meanwhile; asked about once the session they belong to is written.
            let step = book.start(id, seen: seen, at: .now)
            guard !step.isEmpty else { return }
            await flush(&draft)
            await perform(step, read: .now, &draft)
        }
    }

    /// Writes down that a script runs from here, with what it was loaded.
    private func begin(
        _ id: ActiveStrategyID, _ loading: InstanceLoading, _ feeds: [SessionFeed], _ loaded: InstanceLoaded,
        _ draft: inout Draft
    ) {
        guard var slot = slots[id] else { return }
        var change = draft[id] ?? self.change(of: slot)
        var row = slot.row
        row.session += 1
        addSession(row.session, version: row.version, loading, feeds, loaded, slot, to: &change)
        let upgrade = slot.upgrade
        if let upgrade {
            var edit = upgrade.change
            row.state = edit.state ?? row.state
            let feeds = loaded.declaration.otherFeeds(for: row.symbol, on: row.timeframe).map {
                StrategyFeed(symbol: $0.symbol, timeframe: $0.timeframe)
            }
            if feeds != row.feeds {
                row.feeds = feeds
                edit.feeds = feeds
            }
            change.commit.change = edit
            change.commit.commands.append(
                StrategyCommand.Outcome(
                    upgrade.command.id,
                    answer: CommandWords.done(upgrade.command.order, isSuspended: row.state == .suspended)))
            underWay.remove(upgrade.command.id)
            slot.upgrade = nil
            // The other one stands only once it is written.
            slot.row = upgrade.row
            agenda.roster(at: .now)
        }
        slot.script = .ready
        slot.atWorkSince = slot.atWorkSince ?? now
        var running = change.running ?? slot.running
        running?.listening = loaded.listening
        change.running = running
        change.row = row
        change.isWritten = true
        slots[id] = slot
        draft[id] = change
        if let upgrade, let terms = upgrade.terms {
            changeTerms(terms, adding: row.capital - upgrade.row.capital, of: id, &draft)
        }
        if row.state == .suspended { turnOff(id) }
    }

    // MARK: Refusals

    /// A script could not be declared or loaded.
    private func refused(_ id: ActiveStrategyID, _ error: ExecutorError, _ draft: inout Draft) async {
        guard let slot = slots[id] else { return }
        gathering.remove(id)
        if case .refused = error { return await giveUp(id, error.message, &draft) }
        let count = (loadFailures[id] ?? 0) + 1
        loadFailures[id] = count
        guard count < Self.mostLoads else {
            return await giveUp(
                id,
                Message(
                    "its worker ended \(count) times while it was being loaded: \(error.message.english)",
                    fr: "son processus a fini \(count) fois pendant son chargement : \(error.message.french)"), &draft)
        }
        logger.warning(
            "a script could not be loaded", metadata: ["strategy": "\(slot.id)", "error": "\(error)"])
        slots[id]?.script = .off
        agenda.load(id, at: .now + min(options.longestPause * count, .seconds(30)))
    }

    private static let mostLoads = 5

    /// An upgrade that does not load leaves what was; anything else ends in failure.
    func giveUp(_ id: ActiveStrategyID, _ problem: Message, restarts: Bool = true, _ draft: inout Draft) async {
        // What waits to be written was drafted on the new row.
        if draft.isWritten(id) { await flush(&draft) }
        guard let slot = slots[id], let upgrade = slot.upgrade else { return await fail(id, problem, &draft) }
        turnOff(id)
        slots[id]?.upgrade = nil
        slots[id]?.row = upgrade.row
        await finish(upgrade.command, refusal: problem, &draft)
        agenda.roster(at: .now)
        if restarts { await startScript(id, &draft) }
    }

    /// It cannot run any more. Its orders at the venue and its watched stops stay in force.
    func fail(_ id: ActiveStrategyID, _ problem: Message, _ draft: inout Draft) async {
        turnOff(id)
        if draft.isWritten(id) || draft.count >= options.commitLimit { await flush(&draft) }
        guard let slot = slots[id] else { return }
        var change = draft[id] ?? self.change(of: slot)
        var row = slot.row
        guard row.state != .failed || row.reason != problem else { return }
        row.state = .failed
        row.reason = problem
        change.row = row
        change.commit.change = StrategyCommit.Change(state: .failed, reason: problem)
        change.commit.alerts.append(AccountWords.alert(.error, "strategy_failed", of: row, problem))
        change.commit.log.append(StrategyLogLine(time: now, level: .error, source: "engine", message: problem))
        change.isWritten = true
        draft[id] = change
        await tell(.cancelOrders, to: id, &draft)
    }

    /// Its script is asked no more; what it remembers is kept.
    func turnOff(_ id: ActiveStrategyID) {
        guard let slot = slots[id] else { return }
        slots[id]?.script = .off
        slots[id]?.loadTurn += 1
        gathering.remove(id)
        notYet.remove(id)
        book.forget(id)
        switch slot.script {
        case .off, .declaring, .gathering: break
        case .loading, .ready: lane.push(.unload(slot.instance))
        }
    }

    /// It is over: nothing of it is left.
    func forget(_ id: ActiveStrategyID) {
        turnOff(id)
        slots[id] = nil
        standing.forget(id)
        agenda.forget(id)
        loadFailures[id] = nil
    }

    // MARK: Which candles

    /// Which candles a script begins with.
    private func sessionFeeds(_ numbers: FeedBook.Numbers) -> [SessionFeed] {
        book.all.filter { ([numbers.base] + numbers.others).contains($0.number) }.map { start in
            SessionFeed(start, count: book.count(of: start.number), last: book.newest(of: start.number)?.openTime)
        }
    }

    /// The newest candle of each feed of a strategy.
    func feedsText(of id: ActiveStrategyID) -> String? {
        guard let numbers = book.feeds(of: id) else { return nil }
        let marks = ([numbers.base] + numbers.others).map {
            FeedMark(number: $0, to: book.newest(of: $0)?.openTime.milliseconds)
        }
        return AccountWords.text(marks)
    }
}
