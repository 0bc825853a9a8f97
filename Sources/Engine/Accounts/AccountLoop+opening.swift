import Broker
import Foundation
import Logging
import Market
import Storage
import Trading
import Wording
import Worker

/// How a loop begins: the venue's markets, then all that the store knows of the account.
extension AccountLoop {
    /// False when the loop is to end before it has begun.
    func open() async -> Bool {
        guard let instruments = await patiently(.venueAway, { try await self.broker.instruments() }) else {
            return false
        }
        for instrument in instruments { markets[instrument.symbol] = instrument }
        // Before anything is judged by the time: this machine's clock may be far from the venue's.
        let asked = ContinuousClock.now
        guard let time = await patiently(.venueAway, { try await self.broker.serverTime() }) else { return false }
        clock.told(time, at: asked + (ContinuousClock.now - asked) / 2)
        let store = wiring.store.engine
        // The loop before this one may have given up a commit that was written.
        guard let current = await patiently(.databaseAway, { try await store.current(self.lease) }) else {
            return false
        }
        lease = current
        guard let roster = await patiently(.databaseAway, { try await store.roster(self.lease) }) else { return false }
        guard let opened = await patiently(.databaseAway, { try await store.ordersOpenedToday(self.lease) }) else {
            return false
        }
        risk = AccountRisk(.none, ordersSoFar: opened, at: now)
        take(limitsOf: roster)
        await leaveOut(roster)
        let orders = Self.orders(roster)
        for (symbol, mark) in roster.latestFills { fillMarks[symbol] = mark.time }
        scripts = roster.scripts.mapValues { ScriptText(name: "", source: $0) }
        var draft = Draft()
        for entry in roster.strategies { await add(entry, orders[entry.strategy.id] ?? [], &draft) }
        await holdBack(&draft)
        await take(roster.commands, &draft)
        await flush(&draft)
        return end.reason == nil
    }

    /// Tries until it works or the loop is to end. Keys that are refused end it too, in their own time.
    private func patiently<Value: Sendable>(
        _ code: Troubles.Code, _ body: () async throws -> Value
    ) async -> Value? {
        var pause = Duration.milliseconds(100)
        while end.reason == nil {
            do {
                let value = try await body()
                worksAgain(code)
                return value
            } catch EngineStoreError.leaseLost {
                end.request(.leaseLost)
                return nil
            } catch {
                let problem = (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
                if case .unauthorised = error as? BrokerError {
                    keysRefused(problem)
                    await writeAlerts()
                    await waitForKeys()
                    return nil
                }
                complain(code, problem)
            }
            tellTroubles()
            await writeAlerts()
            // Only a cancelled task cuts it short; then the loop is to end.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, options.longestPause)
        }
        return nil
    }

    /// Takes up a strategy where the store has it.
    func add(_ entry: RosterStrategy, _ orders: [StoredOrder], _ draft: inout Draft) async {
        let row = entry.strategy
        notices.forget("row of \(row.id)")
        var slot = StrategySlot(row: row, scriptName: entry.scriptName, scriptState: entry.scriptState)
        slot.events = ScriptEvents(entry.events)
        slot.lastDecided = row.lastDecisionOpen
        slot.atWorkSince = entry.firstSession
        if slot.events.unreadable > 0 {
            logger.error(
                "events cannot be read", metadata: ["strategy": "\(row.id)", "count": "\(slot.events.unreadable)"])
        }
        do {
            let memory = try entry.memory.map { try AccountWords.memory($0) }
            let running = RunningStrategy(try terms(for: row), memory: memory, orders: orders.map(KnownOrder.init))
            slot.running = running
            slots[row.id] = slot
            standing.follow(running, row.id)
        } catch {
            slots[row.id] = slot
            let problem = (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
            await fail(row.id, problem, &draft)
            return
        }
        agenda.look(row.id, at: .now)
        await startScript(row.id, &draft)
    }

    /// What a strategy trades, under which limits.
    func terms(for row: ActiveStrategy) throws -> StrategyTerms {
        guard let instrument = markets[row.symbol] else {
            throw StorageError.invalid(
                Message(
                    "\(row.symbol) is not traded at this venue", fr: "\(row.symbol) n'est pas coté sur cette plateforme"
                ))
        }
        let settings = try TradingSettings(
            symbol: row.symbol, rules: instrument.rules, risk: try AccountWords.limits(row.settings),
            orderPrefix: StrategyTerms.orderPrefix(of: row.id))
        return StrategyTerms(
            id: row.id, settings: settings, capital: row.capital, timeframe: row.timeframe,
            venue: VenueTraits(instrument, broker.capabilities, unknownSettle: options.unknownSettle))
    }
}
