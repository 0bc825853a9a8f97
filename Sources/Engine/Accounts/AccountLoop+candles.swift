import Broker
import Logging
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// From closed candles to decisions.
extension AccountLoop {
    /// More candles than that are appended before the batch, not with it.
    private static let mostInBatch = 5_000

    func takeHistory(_ load: FeedLoad, _ found: HistoryLoader.Found, _ draft: inout Draft) async {
        if let problem = found.problem {
            logger.warning("history is incomplete", metadata: ["series": "\(load.key)", "problem": "\(problem)"])
        }
        await perform(book.loaded(load.number, found.candles, at: .now), read: .now, &draft)
    }

    /// Has done what the feed book asks for: candles go to the executor, strategies are asked.
    func perform(_ step: FeedStep, read: ContinuousClock.Instant, _ draft: inout Draft) async {
        for start in step.opens {
            lane.push(
                .openFeed(
                    FeedOpening(
                        feed: FeedNumber(Int64(start.number)), symbol: start.key.symbol,
                        timeframe: start.key.timeframe, rowsKept: start.rows)))
        }
        for load in step.loads { history.push(load) }
        for notice in step.notices { alert(Alert(.warning, notice.kind.rawValue, notice.message)) }
        let feeds = step.appends.map { FeedCandles(feed: FeedNumber(Int64($0.number)), candles: $0.candles) }
        var items: [DecisionItem] = []
        var late: [(ActiveStrategyID, FeedBeat)] = []
        if !step.beats.isEmpty { lastBatch += 1 }
        for beat in step.beats {
            // Those of one beat read the same feeds.
            let feeds = beat.strategies.first.flatMap { feedsText(of: $0) }
            for id in beat.strategies.sorted() {
                switch await prepare(id, beat, feeds, read, &draft) {
                case .item(let item): items.append(item)
                case .late: late.append((id, beat))
                case .notNow: continue
                }
            }
        }
        send(feeds, items, read)
        for (id, beat) in late { await skip(id, beat, &draft) }
        await loadReady(&draft)
    }

    private func send(_ feeds: [FeedCandles], _ items: [DecisionItem], _ read: ContinuousClock.Instant) {
        let isLong = feeds.reduce(0) { $0 + $1.candles.count } > Self.mostInBatch
        if !feeds.isEmpty, items.isEmpty || isLong { lane.push(.append(feeds)) }
        guard !items.isEmpty else { return }
        batches[lastBatch] = Set(items.map { ActiveStrategyID($0.instance.number) })
        lane.push(.decide(DecisionBatch(feeds: isLong ? [] : feeds, items: items), number: lastBatch))
    }

    private enum Turn {
        case item(DecisionItem)
        /// The signal is too old to be traded on.
        case late
        case notNow
    }

    /// A strategy's turn: its core takes in the candle, and its script is to be asked.
    private func prepare(
        _ id: ActiveStrategyID, _ beat: FeedBeat, _ feeds: String?, _ read: ContinuousClock.Instant,
        _ draft: inout Draft
    ) async -> Turn {
        if draft.isWritten(id) { await flush(&draft) }
        guard let slot = slots[id], slot.isReady, slot.row.state == .active else { return .notNow }
        guard slot.row.endsAt.map({ beat.closesAt < $0 }) ?? true else { return .notNow }
        guard slot.inFlight == nil else {
            slots[id]?.nextBeat = (beat, read)
            return .notNow
        }
        let open = beat.candle.openTime
        if let last = slot.lastDecided, open <= last { return .notNow }
        let index = slot.running?.terms.candleIndex(at: open) ?? 0
        apply(.candleClosed(beat.candle, index: index), to: id, &draft)
        let age = now.milliseconds - beat.closesAt.milliseconds
        guard age <= beat.key.timeframe.milliseconds else { return .late }
        guard let running = draft[id]?.running ?? slots[id]?.running else { return .notNow }
        let account = running.account
        let item = DecisionItem(
            instance: slot.instance, observing: max(0, beat.count - slot.seen - 1), events: slot.events.events,
            account: account, nextOrderID: running.nextOrderID,
            openOrders: account.ordersVersion == slot.shownOrders ? nil : running.openOrders)
        slots[id]?.shownOrders = account.ordersVersion
        slots[id]?.inFlight = StrategySlot.InFlight(
            batch: lastBatch, item: item, lastEvent: slot.events.last, version: slot.row.version,
            session: slot.row.session, beat: beat, read: read, feeds: feeds)
        return .item(item)
    }

    /// The candle is taken in without asking, before the next decision.
    private func skip(_ id: ActiveStrategyID, _ beat: FeedBeat, _ draft: inout Draft) async {
        guard let slot = slots[id] else { return }
        if draft.isWritten(id) || draft.count >= options.commitLimit { await flush(&draft) }
        var change = draft[id] ?? self.change(of: slot)
        let seconds = (now.milliseconds - beat.closesAt.milliseconds) / 1000
        let reason = Message(
            "the signal was read \(seconds) s after the candle had closed: it is observed, not traded on",
            fr: "le signal a été lu \(seconds) s après la clôture de la bougie : elle est observée, sans trader")
        change.commit.decision = DecisionRecord(
            candleOpen: beat.candle.openTime, outcome: .skipped, decidedAt: now, version: slot.row.version,
            session: slot.row.session, detail: DecisionDetail(problem: reason).text)
        change.isWritten = true
        draft[id] = change
        wiring.meter.decisions("skipped", 1)
    }

    // MARK: Answers

    func takeDecision(
        _ answer: DecisionAnswer, _ number: Int, _ at: ContinuousClock.Instant, _ draft: inout Draft
    ) async {
        let id = ActiveStrategyID(answer.instance.number)
        if draft.isWritten(id) || draft.count >= options.commitLimit { await flush(&draft) }
        guard let flight = slots[id]?.inFlight, flight.batch == number else { return }
        batches[number]?.remove(id)
        slots[id]?.inFlight = nil
        if let problem = answer.problem { unasked.failed(number, problem) }
        if answer.candleOpen != nil {
            slots[id]?.seen = flight.beat.count
        } else {
            // It was not asked, so it was told nothing: the events stay for the next decision.
            slots[id]?.shownOrders = nil
        }
        wiring.meter.decided(after: at - flight.read)
        wiring.meter.ran(nanoseconds: answer.nanoseconds)
        let isPaused = decide(answer, flight, id, at, &draft)
        let (held, next) = (slots[id]?.held ?? [], slots[id]?.nextBeat)
        slots[id]?.held = []
        slots[id]?.nextBeat = nil
        if isPaused { await tell(.cancelOrders, to: id, &draft) }
        for input in held { await tell(input, to: id, &draft) }
        if let (beat, read) = next {
            var step = FeedStep()
            var again = beat
            again.strategies = [id]
            step.beats = [again]
            await perform(step, read: read, &draft)
        }
        // Its script may be waiting to be loaded anew with what this decision has left.
        await loadReady(&draft)
    }

    /// Takes in what a script wants. Answers whether it has failed too often and is paused now.
    private func decide(
        _ answer: DecisionAnswer, _ flight: StrategySlot.InFlight, _ id: ActiveStrategyID,
        _ at: ContinuousClock.Instant, _ draft: inout Draft
    ) -> Bool {
        guard let slot = slots[id], let running = slot.running else { return false }
        let decision = answer.decision
        let candle = flight.beat.candle
        var intents: [Intent] = []
        if answer.problem == nil, slot.row.state == .active { intents = decision.intents }
        if !intents.isEmpty {
            let point = DecisionPoint(
                time: candle.openTime, index: running.terms.candleIndex(at: candle.openTime), close: candle.close)
            let refusals = risk.refusals(of: intents, situation(of: id, running, candle.close), at: now)
            apply(.decided(intents, at: point, refusals: refusals), to: id, &draft)
        }
        var change = draft[id] ?? self.change(of: slot)
        var flight = flight
        if let reloaded = answer.reloaded {
            flight.session = beginAnew(reloaded, version: flight.version, &change, slot)
        }
        change.commit.decision = record(answer, flight, decision)
        if answer.candleOpen != nil { change.told = flight.lastEvent }
        if let state = answer.state {
            change.commit.scriptState = state
            change.scriptState = .some(state)
        }
        speak(decision, candle.openTime, &change, slot)
        let isPaused = follow(failures: answer, &change, slot)
        change.isWritten = true
        change.read = flight.read
        change.decided = at
        draft[id] = change
        if isPaused { turnOff(id) }
        return isPaused
    }

    private func situation(
        of id: ActiveStrategyID, _ running: RunningStrategy, _ close: Double
    ) -> AccountRisk.Situation {
        let settings = running.terms.settings
        let quote = settings.symbol.quote
        // Unknown until the first survey has come.
        let free = balances.isEmpty ? nil : Money(balances[quote]?.free ?? .zero) - standing.unanswered(in: quote)
        var situation = AccountRisk.Situation(
            otherPositions: standing.holders - (standing.isHolding(id) ? 1 : 0), exposure: standing.exposure,
            free: free, market: settings.market, direction: running.core.ledger.direction, close: close)
        situation.isClosing = running.isClosing || !(slots[id]?.closing.isEmpty ?? true)
        return situation
    }

    private func record(
        _ answer: DecisionAnswer, _ flight: StrategySlot.InFlight, _ decision: Decision
    ) -> DecisionRecord {
        let isFailed = answer.problem != nil || !decision.failures.isEmpty
        let outcome: DecisionRecord.Outcome = isFailed ? .failed : decision.intents.isEmpty ? .nothing : .intents
        wiring.meter.decisions(outcome.rawValue, 1)
        return DecisionRecord(
            candleOpen: flight.beat.candle.openTime, outcome: outcome, decidedAt: now, version: flight.version,
            session: flight.session, detail: DecisionDetail(answer, flight.beat.key.symbol).text,
            input: flight.item.stored,
            outputHash: answer.outcomeHash, stateHash: answer.stateHash, scriptState: answer.state,
            feeds: flight.feeds)
    }

    /// What a script said goes to its log; what it wants its user to know is told at once.
    func speak(_ decision: Decision, _ candle: Timestamp?, _ change: inout Draft.Change, _ slot: StrategySlot) {
        change.commit.log += decision.journal.map { AccountWords.line($0) }
        change.commit.log += decision.logs.map { AccountWords.line($0, at: now, candle: candle) }
        for notice in decision.notices {
            let message = Message(notice, fr: notice)
            change.commit.log.append(
                StrategyLogLine(time: now, candleOpen: candle, level: .info, source: "notify", message: message))
            change.commit.alerts.append(AccountWords.alert(.info, "strategy_notice", of: slot.row, message))
        }
    }

    /// Counts failures in a row; too many pause the strategy.
    private func follow(
        failures answer: DecisionAnswer, _ change: inout Draft.Change, _ slot: StrategySlot
    ) -> Bool {
        // One that was not asked has not failed: whoever kills workers over and over is banned, which pauses it.
        let wasAsked = answer.candleOpen != nil
        let failures =
            answer.problem == nil ? answer.failuresInARow : slot.row.failures + (wasAsked ? 1 : 0)
        let most = InstanceLimits().failuresBeforePause
        let isPaused = slot.row.state == .active && (answer.isPaused || failures >= most)
        if let problem = answer.problem {
            change.commit.log.append(
                StrategyLogLine(time: now, level: .error, source: "engine", message: problem))
        }
        // Another version is being loaded, which is not to pay for what this one failed at.
        guard slot.upgrade == nil, isPaused || failures != slot.row.failures else { return false }
        var row = change.row ?? slot.row
        row.failures = failures
        var edit = change.commit.change ?? StrategyCommit.Change()
        edit.failures = failures
        if isPaused {
            let last = answer.problem ?? answer.decision.failures.last?.diagnostic.message
            let reason = Message(
                "\(failures) failures in a row, the last: \(last?.english ?? "-")",
                fr: "\(failures) échecs de suite, le dernier : \(last?.french ?? "-")")
            row.state = .suspended
            row.reason = reason
            edit.state = .suspended
            edit.reason = reason
            change.commit.alerts.append(AccountWords.alert(.error, "strategy_paused", of: row, reason))
        }
        change.row = row
        change.commit.change = edit
        return isPaused
    }

    /// No more answers of a batch will come: those who wait for one go on without it.
    func endBatch(_ number: Int, _ error: ExecutorError?, _ draft: inout Draft) async {
        guard let waiting = batches.removeValue(forKey: number), !waiting.isEmpty else { return }
        let problem = error?.message ?? Message("no answer came", fr: "aucune réponse n'est venue")
        logger.error("decisions failed", metadata: ["count": "\(waiting.count)", "problem": "\(problem)"])
        for id in waiting.sorted() {
            guard let flight = slots[id]?.inFlight, flight.batch == number else { continue }
            await takeDecision(DecisionAnswer(instance: flight.item.instance, problem: problem), number, .now, &draft)
        }
        if error != nil { wantsReconnect = true }
    }
}
