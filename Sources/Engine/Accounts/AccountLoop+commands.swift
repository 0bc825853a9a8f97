import Broker
import Logging
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// What users ask for: new strategies, and commands for those that run.
extension AccountLoop {
    /// Reads what was activated since, and commands that wait; not more often than `leastRosterPause`.
    func readRoster(_ draft: inout Draft) async {
        guard ContinuousClock.now - lastRoster >= Self.leastRosterPause else {
            return agenda.roster(at: lastRoster + Self.leastRosterPause)
        }
        lastRoster = .now
        await flush(&draft)
        do throws(EngineStoreError) {
            let known = try await wiring.store.engine.strategies(lease)
            let new = known.filter { slots[$0] == nil }
            let roster = try await wiring.store.engine.roster(lease, only: new)
            worksAgain(.databaseAway)
            take(limitsOf: roster)
            await leaveOut(roster)
            for (key, source) in roster.scripts { scripts[key] = ScriptText(name: "", source: source) }
            for entry in roster.strategies where slots[entry.strategy.id] == nil {
                await add(entry, Self.orders(roster)[entry.strategy.id] ?? [], &draft)
            }
            await holdBack(&draft)
            await take(roster.commands, &draft)
        } catch {
            if case .leaseLost = error { return end.request(.leaseLost) }
            complain(.databaseAway, error.message)
            agenda.roster(at: .now + options.longestPause)
        }
    }

    private static let leastRosterPause = Duration.milliseconds(100)

    /// What the account may do as a whole.
    func take(limitsOf roster: AccountRoster) {
        take(roster.broker)
        do {
            var limits = try AccountWords.accountLimits(roster.limits)
            limits.killSwitch = limits.killSwitch || roster.killSwitch
            risk.limits = limits
            worksAgain(.limitsUnreadable)
        } catch {
            // What cannot be read must not let anything through.
            risk.limits.killSwitch = true
            complain(.limitsUnreadable, error.message)
        }
    }

    /// While a kill switch is on, what was decided before and waits to open is taken back too.
    func holdBack(_ draft: inout Draft) async {
        guard risk.limits.killSwitch else { return }
        for id in slots.keys.sorted() where slots[id]?.running?.mayOpen ?? false {
            await tell(.holdBack, to: id, &draft)
        }
    }

    static func orders(_ roster: AccountRoster) -> [ActiveStrategyID: [StoredOrder]] {
        var orders: [ActiveStrategyID: [StoredOrder]] = [:]
        for order in roster.orders {
            if case .strategy(let id) = order.origin { orders[id, default: []].append(order) }
        }
        return orders
    }

    /// Carries commands out, each once: those that take time are remembered until they are done.
    func take(_ commands: [StrategyCommand], _ draft: inout Draft) async {
        for command in commands where !underWay.contains(command.id) {
            guard let slot = slots[command.strategy] else { continue }
            if slot.upgrade != nil {
                switch command.order {
                case .suspend, .stop: await giveUp(command.strategy, CommandWords.overtaken, restarts: false, &draft)
                case .close: break
                // One change after the other: the roster is read again when this one has ended.
                case .resume, .upgrade, .set: continue
                }
            }
            underWay.insert(command.id)
            await carryOut(command, &draft)
        }
    }

    private func carryOut(_ command: StrategyCommand, _ draft: inout Draft) async {
        let id = command.strategy
        // It begins from what the command before it has changed.
        if draft.isWritten(id) { await flush(&draft) }
        guard let slot = slots[id] else { return }
        if slot.isStopping, command.order.setsGoing {
            return await finish(command, refusal: CommandWords.isStopping, &draft)
        }
        if slot.running == nil, let refusal = await refusal(of: command.order, unread: slot) {
            return await finish(command, refusal: refusal, &draft)
        }
        switch command.order {
        case .suspend:
            turnOff(id)
            await edit(command, StrategyCommit.Change(state: .suspended), &draft) { $0.state = .suspended }
            await tell(.cancelOrders, to: id, &draft)
        case .resume:
            declarations[Self.key(of: slot.row)] = nil
            loadFailures[id] = nil
            await edit(command, StrategyCommit.Change(state: .active, failures: 0), &draft) {
                $0.state = .active
                $0.reason = nil
                $0.failures = 0
            }
            await flush(&draft)
            // What closed while it was suspended is not traded on.
            slots[id]?.atWorkSince = now
            await startScript(id, &draft)
        case .stop(let closing):
            guard closing || slot.running?.isIdle ?? true else {
                return await finish(command, refusal: CommandWords.holdsSomething, &draft)
            }
            if slot.isReady, let running = slot.running {
                lane.push(.stop(slot.instance, id, running.account))
                slots[id]?.isHearingStop = true
            }
            turnOff(id)
            slots[id]?.closing.append(command)
            await close(id, "stopped", &draft)
        case .close:
            slots[id]?.closing.append(command)
            await close(id, "closed_by_user", &draft)
        case .upgrade(let version): await upgrade(command, to: version, &draft)
        case .set(let settings, let parameters, let capital):
            await set(command, settings, parameters, capital, &draft)
        }
    }

    /// What keeps a strategy whose settings or memory cannot be read from doing it. Only a stop is possible, when the
    /// store says that nothing of it is open.
    private func refusal(of order: StrategyCommand.Order, unread slot: StrategySlot) async -> Message? {
        let reason = slot.row.reason ?? CommandWords.isFailed
        switch order {
        case .suspend, .resume, .upgrade, .set: return reason
        case .close: return CommandWords.unread(reason)
        case .stop: break
        }
        do {
            let positions = try await wiring.store.positions.open(account.user, broker: account.id)
            let orders = try await wiring.store.orders.unsettled(account.user, account.id)
            let holds =
                positions.contains { $0.activeStrategy == slot.id }
                || orders.contains { $0.origin == .strategy(slot.id) }
            return holds ? CommandWords.unread(reason) : nil
        } catch {
            let problem = (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
            return CommandWords.unread(problem)
        }
    }

    private func close(_ id: ActiveStrategyID, _ reason: String, _ draft: inout Draft) async {
        if slots[id]?.running.map({ !$0.isIdle }) ?? false {
            await tell(.closePosition(reason: reason), to: id, &draft)
        }
        await flush(&draft)
        await finishClosing(id, &draft)
    }

    /// Ends the commands that waited until nothing was left.
    func finishClosing(_ id: ActiveStrategyID, _ draft: inout Draft) async {
        guard let slot = slots[id], !slot.closing.isEmpty, !slot.isHearingStop, slot.running?.isIdle ?? true else {
            return
        }
        if draft.isWritten(id) { await flush(&draft) }
        guard let slot = slots[id] else { return }
        let stops = slot.closing.contains { if case .stop = $0.order { true } else { false } }
        for command in slot.closing { underWay.remove(command.id) }
        slots[id]?.closing = []
        var change = draft[id] ?? self.change(of: slot)
        change.commit.commands += slot.closing.map { .init($0.id, answer: CommandWords.done($0.order)) }
        if stops {
            change.commit.change = StrategyCommit.Change(state: .stopped)
            var row = slot.row
            row.state = .stopped
            change.row = row
        }
        change.isWritten = true
        draft[id] = change
        await flush(&draft)
    }

    // MARK: Changes of the row

    /// Writes a change and the command's answer together.
    private func edit(
        _ command: StrategyCommand, _ edit: StrategyCommit.Change, _ draft: inout Draft,
        _ body: (inout ActiveStrategy) -> Void
    ) async {
        if draft.isWritten(command.strategy) { await flush(&draft) }
        guard let slot = slots[command.strategy] else { return }
        var change = draft[command.strategy] ?? self.change(of: slot)
        var row = slot.row
        body(&row)
        change.row = row
        change.commit.change = edit
        change.commit.commands.append(.init(command.id, answer: CommandWords.done(command.order)))
        change.isWritten = true
        draft[command.strategy] = change
        underWay.remove(command.id)
    }

    func finish(_ command: StrategyCommand, refusal: Message, _ draft: inout Draft) async {
        if draft.isWritten(command.strategy) { await flush(&draft) }
        underWay.remove(command.id)
        guard let slot = slots[command.strategy] else { return }
        var change = draft[command.strategy] ?? self.change(of: slot)
        change.commit.commands.append(.init(command.id, isRefused: true, answer: refusal))
        change.isWritten = true
        draft[command.strategy] = change
    }

    /// Loads another version beside what the strategy remembers; what was runs on if that fails.
    private func upgrade(_ command: StrategyCommand, to version: Int, _ draft: inout Draft) async {
        let id = command.strategy
        guard let slot = slots[id] else { return }
        var row = slot.row
        row.version = version
        let key = Self.key(of: row)
        do {
            if scripts[key] == nil {
                let source = try await wiring.store.strategies.source(row.user, row.strategy, version: version)
                scripts[key] = ScriptText(name: slot.scriptName, source: source)
            }
        } catch {
            let problem = (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
            return await finish(command, refusal: problem, &draft)
        }
        // A suspended one is only loaded to see whether it runs.
        let state: ActiveStrategy.State = slot.row.state == .suspended ? .suspended : .active
        row.state = .active
        row.reason = nil
        row.failures = 0
        await reload(
            command, row, StrategyCommit.Change(state: state, failures: 0, version: version), slot, &draft)
    }

    private func set(
        _ command: StrategyCommand, _ settings: String?, _ parameters: [String: String]?, _ capital: Money?,
        _ draft: inout Draft
    ) async {
        let id = command.strategy
        guard let slot = slots[id] else { return }
        var row = slot.row
        if let settings { row.settings = settings }
        if let parameters { row.parameters = parameters }
        if let capital { row.capital = capital }
        let change = StrategyCommit.Change(parameters: parameters, settings: settings, capital: capital)
        do {
            let terms = try terms(for: row)
            if parameters != nil, slot.row.state == .active {
                return await reload(command, row, change, slot, terms: terms, &draft)
            }
            await edit(command, change, &draft) { $0 = row }
            changeTerms(terms, adding: row.capital - slot.row.capital, of: id, &draft)
        } catch {
            let problem = (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
            return await finish(command, refusal: problem, &draft)
        }
        if slots[id]?.running?.terms.settings.risk.killSwitch ?? false { await tell(.holdBack, to: id, &draft) }
    }

    /// Written down together with the row that says so: neither is ever seen without the other.
    func changeTerms(_ terms: StrategyTerms, adding cash: Money, of id: ActiveStrategyID, _ draft: inout Draft) {
        guard let slot = slots[id] else { return }
        var change = draft[id] ?? self.change(of: slot)
        guard var running = change.running ?? slot.running else { return }
        running.change(terms, adding: cash)
        change.running = running
        change.isMemoryStale = true
        draft[id] = change
    }

    /// Loads the script again with a changed row, which is written once that has worked.
    private func reload(
        _ command: StrategyCommand, _ row: ActiveStrategy, _ change: StrategyCommit.Change, _ slot: StrategySlot,
        terms: StrategyTerms? = nil, _ draft: inout Draft
    ) async {
        let id = row.id
        await flush(&draft)
        let old = declarations[Self.key(of: slot.row)]
        if case .ready = slot.script, let running = slot.running, row.version != slot.row.version {
            lane.push(.stop(slot.instance, id, running.account))
        }
        turnOff(id)
        guard var next = slots[id] else { return }
        let isUpgrade = row.version != slot.row.version
        var fromVersion: String?
        if isUpgrade, case .success(let declaration) = old { fromVersion = declaration.version }
        next.upgrade = StrategySlot.Upgrade(
            command: command, change: change, row: slot.row, fromVersion: isUpgrade ? fromVersion ?? "" : nil,
            terms: terms)
        next.row = row
        slots[id] = next
        await startScript(id, &draft)
    }
}

extension StrategyCommand.Order {
    /// Whether the script may decide again once it is carried out.
    fileprivate var setsGoing: Bool {
        switch self {
        case .resume, .upgrade, .set: true
        case .suspend, .stop, .close: false
        }
    }
}
