import Broker
import Logging
import Market
import Storage
import StrategyHost
import Trading
import Wording
import Worker

/// Runs the strategies of one account as long as it is connected: takes in what happens, one message after the other,
/// writes down what follows from it, and only then has it done.
///
/// Decisions, calls to the broker, surveys and history run beside it and answer through its mailbox. Everything it
/// knows is in the store as of its last commit, so a new loop goes on where this one was.
actor AccountLoop {
    let wiring: EngineWiring
    let broker: any Broker
    let executor: any StrategyExecutor
    let market: VenueName
    let mailbox: WorkQueue<AccountMessage>
    let end: LoopEnd
    let logger: Logger

    let calls: SendQueue
    let lane: WorkQueue<ExecutorWork>
    let history: WorkQueue<FeedLoad>
    let surveys: WorkQueue<SurveyRequest>
    /// One try at a time of keys that were refused.
    let keysTries: WorkQueue<StoredBroker>
    /// What users are to be told; beyond the limit it is only logged.
    let alerts = WorkQueue<Alert>(limit: 1_000)
    let watch = PriceWatch()

    var lease: AccountLease
    var account: StoredBroker
    /// The account's row as it was connected.
    let connected: StoredBroker
    /// Outlives the connection.
    let notices: AccountNotices
    var slots: [ActiveStrategyID: StrategySlot] = [:]
    var scripts: [AccountRoster.ScriptKey: ScriptText] = [:]
    var declarations: [AccountRoster.ScriptKey: Result<StrategyDeclaration, ExecutorError>] = [:]
    var markets: [Symbol: Instrument] = [:]
    var balances: [String: Balance] = [:]
    var book = FeedBook()
    var clock = VenueClock()
    /// Calls that are under way, so that the venue's "unknown order" is not believed too soon.
    var sending: Set<ClientOrderID> = []
    /// What is booked of orders on each symbol: from there executions are asked for.
    var fillMarks: [Symbol: Timestamp] = [:]
    /// Executions that could not be booked, the oldest on each symbol: from there they are asked for again.
    var missedFills: [Symbol: Timestamp] = [:]
    var agenda = Agenda()
    var lastBatch = 0
    /// Who has not been answered yet, by batch.
    var batches: [Int: Set<ActiveStrategyID>] = [:]
    var unasked = UnaskedTally()
    var declaring: Set<AccountRoster.ScriptKey> = []
    /// Those whose candles are on their way.
    var gathering: Set<ActiveStrategyID> = []
    /// Those that begin at a later time.
    var notYet: Set<ActiveStrategyID> = []
    var loadFailures: [ActiveStrategyID: Int] = [:]
    /// Commands that have been begun.
    var underWay: Set<StrategyCommandID> = []
    var lastRoster = ContinuousClock.now - .seconds(60)
    var lastCheck = ContinuousClock.now
    /// When the keys were refused, or tried again since.
    var lastKeysTry = ContinuousClock.now
    /// A survey is under way; another one is wanted after it.
    var isSurveying = false
    var wantsSurvey = false
    var troubles = Troubles()
    var areKeysRefused = false
    var isTryingKeys = false
    /// The connection to the broker, or the executor, is to be made anew.
    var wantsReconnect = false
    /// A commit was given up during a stop. It may be in the database all the same, so nothing is written after it: the
    /// next one would be taken for it.
    var hasGivenUp = false
    /// Account events taken in so far.
    var accountEvents = 0
    var standing = AccountStanding()
    var risk = AccountRisk(.none)

    init(
        _ wiring: EngineWiring, lease: AccountLease, account: StoredBroker, broker: any Broker,
        executor: any StrategyExecutor, mailbox: WorkQueue<AccountMessage>, activity: Activity, end: LoopEnd,
        notices: AccountNotices
    ) {
        self.wiring = wiring
        self.lease = lease
        self.account = account
        connected = account
        self.notices = notices
        self.broker = broker
        self.executor = executor
        self.mailbox = mailbox
        self.end = end
        market = account.marketVenue(defaultURL: wiring.options.marketURL)
        calls = SendQueue(limit: wiring.options.mailboxLimit, activity: activity)
        lane = WorkQueue(limit: 100_000, activity: activity)
        history = WorkQueue(limit: 100_000, activity: activity)
        surveys = WorkQueue(limit: 1, activity: activity)
        keysTries = WorkQueue(limit: 1, activity: activity)
        var logger = wiring.logger
        logger[metadataKey: "broker"] = "\(account.id)"
        self.logger = logger
    }

    var options: EngineOptions { wiring.options }

    /// What time it is at the venue.
    var now: Timestamp { clock.time(at: .now) ?? wiring.now() }

    /// Until the loop is told to end, or the lease is lost. Answers the lease as of the last commit.
    func run() async -> AccountLease {
        guard await open() else { return lease }
        logger.notice("account open", metadata: ["strategies": "\(slots.count)"])
        await withDiscardingTaskGroup { group in
            startServices(in: &group)
            await work()
            await finishCalls()
            let closes = [calls.close, lane.close, history.close, surveys.close, keysTries.close, alerts.close]
            for close in closes { close() }
            group.cancelAll()
        }
        return lease
    }

    private func startServices(in group: inout DiscardingTaskGroup) {
        let (mailbox, watch, calls) = (mailbox, watch, calls)
        let follower = AccountFollower(
            broker: broker, options: options, logger: logger, take: { mailbox.push(.account($0)) })
        group.addTask { await follower.run() }
        let prices = PriceFollower(broker: broker, watch: watch, options: options, logger: logger) { touches in
            // First the note, then the order: its answer must not come before it.
            mailbox.push(.touched(touches), isBoundedElsewhere: true)
            for case .send(let order) in touches {
                calls.push(.placeWatched(order.request), isBoundedElsewhere: true)
            }
        }
        group.addTask { await prices.run() }
        let sender = BrokerSender(
            broker: broker, calls: calls, fence: wiring.fence, end: end, probe: wiring.probe, meter: wiring.meter,
            logger: logger
        ) { mailbox.push(.broker($0), isBoundedElsewhere: true) }
        for _ in 0..<max(1, options.sendsAtOnce) { group.addTask { await sender.run() } }
        for _ in 0..<BrokerSender.urgentSenders { group.addTask { await sender.run(urgent: true) } }
        let lane = ExecutorLane(executor: executor, work: lane) {
            mailbox.push(.executor($0), isBoundedElsewhere: true)
        }
        group.addTask { await lane.run() }
        let helpers = AccountErrands(
            broker: broker, store: wiring.store, options: options, connectors: wiring.connectors, history: history,
            surveys: surveys, keysTries: keysTries, alerts: alerts, user: account.user, mailbox: mailbox,
            prices: prices, now: { await self.now }, logger: logger)
        helpers.start(in: &group)
    }

    /// Takes messages until the end. Those that wait together are written down together.
    private func work() async {
        while end.reason == nil, !wantsReconnect {
            let messages = await mailbox.next(upTo: 4_096)
            if messages.isEmpty { break }
            var draft = Draft()
            for message in messages {
                guard end.reason != .leaseLost else { return }
                await take(message, &draft)
            }
            await flush(&draft)
            mailbox.finished(messages.count)
        }
    }

    private func take(_ message: AccountMessage, _ draft: inout Draft) async {
        switch message {
        case .candles(let signals, let read):
            await perform(book.take(signals, at: .now), read: read, &draft)
        case .history(let load, let found): await takeHistory(load, found, &draft)
        case .executor(let answer): await take(answer, &draft)
        case .account(let event): await take(event, &draft)
        case .broker(let answer): await take(answer, &draft)
        case .touched(let touches): await take(touches, &draft)
        case .surveyed(let request, let result): await take(request, result, &draft)
        case .keysTried(let verdict): take(verdict)
        case .venueTime(let time, let asked): clock.told(time, at: asked)
        case .strategy(let id, let input): await tell(input, to: id, &draft)
        case .rosterChanged: await readRoster(&draft)
        case .tick: await tick(&draft)
        case .wake: break
        }
    }

    private func take(_ answer: ExecutorAnswer, _ draft: inout Draft) async {
        switch answer {
        case .declared(let key, let result): await takeDeclaration(key, result, &draft)
        case .loaded(let id, let turn, let loading, let feeds, let result):
            await takeLoaded(id, turn, loading, feeds, result, &draft)
        case .decided(let decision, let number, let at): await takeDecision(decision, number, at, &draft)
        case .batchEnded(let number, let error):
            await endBatch(number, error, &draft)
            tellUnasked(number)
        case .stopped(let id, let result): await takeStopped(id, result, &draft)
        case .feedFailed(let error):
            logger.error("the executor is made anew", metadata: ["error": "\(error)"])
            wantsReconnect = true
        }
    }

    /// What `on_stop` said.
    private func takeStopped(
        _ id: ActiveStrategyID, _ result: Result<Decision, ExecutorError>, _ draft: inout Draft
    ) async {
        if draft.isWritten(id) { await flush(&draft) }
        slots[id]?.isHearingStop = false
        if let slot = slots[id], case .success(let decision) = result, !decision.isEmpty {
            var change = draft[id] ?? self.change(of: slot)
            speak(decision, nil, &change, slot)
            change.isWritten = true
            draft[id] = change
        }
        await finishClosing(id, &draft)
    }

    /// What is due by our own clock.
    private func tick(_ draft: inout Draft) async {
        let now = ContinuousClock.now
        calls.passOverdue(at: now)
        askDue()
        await perform(book.look(at: now), read: now, &draft)
        for id in agenda.dueLooks(now) { await tell(.look, to: id, &draft) }
        for id in agenda.dueLoads(now) { await startScript(id, &draft) }
        for id in notYet.sorted() { await startScript(id, &draft) }
        for id in slots.keys.sorted() where !(slots[id]?.closing.isEmpty ?? true) { await finishClosing(id, &draft) }
        if agenda.isSurveyDue(now) { wantsSurvey = true }
        if agenda.isRosterDue(now) { await readRoster(&draft) }
        if now - lastCheck >= options.checkInterval {
            lastCheck = now
            wantsSurvey = true
            watch.rearm()
        }
        await holdBackEnded(&draft)
        tryKeysIfDue(now)
        tellTroubles()
        surveyIfWanted()
    }

    /// Before a stop: what has arrived is taken in, and what was begun is brought to its end and written down, so that
    /// no position is left without the stop that was to take another one's place.
    private func finishCalls() async {
        guard end.reason != .leaseLost else { return }
        watch.close()
        let deadline = ContinuousClock.now + options.stopPatience
        await giveUpDecisions()
        if isUnfinished { logger.info("account closes: what was begun is finished first") }
        while isUnfinished, ContinuousClock.now < deadline, end.reason != .leaseLost {
            // The second hand wakes it at the latest.
            let messages = await mailbox.next(upTo: 4_096)
            if messages.isEmpty { return }
            var draft = Draft()
            for message in messages { await finish(message, &draft) }
            await flush(&draft, isStopping: true)
            mailbox.finished(messages.count)
        }
    }

    private var isUnfinished: Bool {
        !sending.isEmpty || watch.hasUnnoted || mailbox.count > 0
            || slots.values.contains { $0.running?.isInTransit ?? false }
    }

    /// What is still taken in during a stop: nothing that begins anything.
    private func finish(_ message: AccountMessage, _ draft: inout Draft) async {
        switch message {
        case .broker(let answer): await take(answer, &draft)
        case .account(let event): await take(event, &draft)
        case .touched(let touches): await take(touches, &draft)
        case .strategy(let id, let input): await tell(input, to: id, &draft)
        case .tick:
            calls.passOverdue(at: .now)
            askDue()
            for id in agenda.dueLooks(.now) { await tell(.look, to: id, &draft) }
        case .venueTime(let time, let asked): clock.told(time, at: asked)
        case .candles, .history, .executor, .surveyed, .keysTried, .rosterChanged, .wake: break
        }
    }

    /// Scripts that are being asked are not listened to any more, so what happened meanwhile need not wait for them. As
    /// after a crash, the next engine asks them anew.
    private func giveUpDecisions() async {
        var draft = Draft()
        for id in slots.keys.sorted() where slots[id]?.inFlight != nil {
            let held = slots[id]?.held ?? []
            slots[id]?.inFlight = nil
            slots[id]?.held = []
            for input in held { await tell(input, to: id, &draft) }
        }
        await flush(&draft, isStopping: true)
    }
}
