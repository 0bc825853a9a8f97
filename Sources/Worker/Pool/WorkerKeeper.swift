import Glibc
import LuaRuntime
import StrategyHost
import Trading
import Wording

/// Keeps one worker process alive and as it should be; owned by its executor's thread.
///
/// What the process must hold stands in the book, and changes there first: a process that dies is replaced by one that
/// is told all of it again. Only what a strategy keeps outside `self.state` is lost, as at a restart of the program:
/// `on_start` is called again where it was called at first.
final class WorkerKeeper: JobOwner {
    private let tenant: TenantNumber
    private let options: WorkerPoolOptions
    private let observer: @Sendable (WorkerEvent) -> Void
    private var process: WorkerProcess?
    private var book = WorkerBook()
    private var pace = RestartPace()
    /// Whoever waits for what the thread does; between jobs whoever may close the executor.
    private var caller: Withdrawal
    private let closing: Withdrawal

    /// Nanoseconds that declaring, loading or checking may take: the budgets of the interpreter are below a second
    /// each, and long history goes through many indicators.
    private static let loadBudget: Int64 = 10_000_000_000
    /// Nanoseconds for which a call waits until the process may be started again, rather than fail.
    private static let shortWait: Int64 = 1_000_000_000
    /// Deaths over one batch after which its other items are not asked any more.
    private static let mostDeathsOfBatch = 8
    /// Nanoseconds of one batch after which a death is the last: a worker that sleeps is waited for by the wall's
    /// clock, and all that is to be told to its strategies waits with it.
    private static let longestDying: Int64 = 30_000_000_000

    init(
        tenant: TenantNumber, options: WorkerPoolOptions, observer: @escaping @Sendable (WorkerEvent) -> Void,
        closing: Withdrawal = Withdrawal()
    ) {
        self.tenant = tenant
        self.options = options
        self.observer = observer
        self.closing = closing
        caller = closing
    }

    /// Works off what somebody waits for, as long as he does.
    func serve<Answer>(
        _ caller: Withdrawal, _ job: (WorkerKeeper) throws(ExecutorError) -> Answer
    ) throws(ExecutorError) -> Answer {
        guard !caller.isSet else { throw WorkerFailure.withdrawn.executorError }
        self.caller = caller
        defer { self.caller = closing }
        return try job(self)
    }

    private var loadPatience: WorkerPatience {
        WorkerPatience(budget: Self.loadBudget, grace: options.graceNanoseconds)
    }

    private var mostState: Int { options.limits.host.instance.stateBytes }

    // MARK: The process

    var watched: Int32 { process?.descriptor ?? -1 }

    /// Sees a death at once, starts again when it is time, and loads what is missing, one strategy at a time.
    func idle() -> Int32 {
        buryDead()
        guard let missing = book.nextMissing else { return rest() }
        let delay = process == nil ? pace.delay(at: HostedInstance.now()) : 0
        if delay > 0 { return Int32(clamping: delay / 1_000_000 + 1) }
        do throws(WorkerFailure) {
            try reload(missing)
        } catch {
            lose(error)
        }
        return 0
    }

    private func buryDead() {
        guard let process, process.isSpeaking else { return }
        lose(WorkerFailure(.died, "the worker died", fr: "le processus est mort"))
    }

    /// Nothing is to be done. A worker that computes all the same does so for somebody else.
    private func rest() -> Int32 {
        endRestless()
        return process == nil ? (book.nextMissing == nil ? -1 : 0) : options.restMilliseconds
    }

    private func endRestless() {
        if let process, process.isRestless(beyond: options.restlessNanoseconds) { lose(.restless) }
    }

    func end() {
        process = nil
    }

    /// The process, started where there is none.
    private func running() throws(WorkerFailure) -> WorkerProcess {
        if let process { return process }
        let delay = pace.delay(at: HostedInstance.now())
        if delay > 0, delay <= Self.shortWait {
            // This thread serves one tenant, whose process it is.
            poll(nil, 0, Int32(delay / 1_000_000 + 1))
        } else if delay > 0 {
            let seconds = delay / 1_000_000_000 + 1
            throw WorkerFailure(
                .start, "the worker died too often: it is started again in \(seconds) s",
                fr: "le processus est mort trop souvent : il redémarre dans \(seconds) s")
        }
        let started = try WorkerProcess(
            executable: options.executable, arguments: options.arguments,
            // It lives no longer than this.
            isWithdrawn: { [unowned self] in caller.isSet })
        let patience = loadPatience
        guard case .ready(let walls) = try started.ask(.configure(options.limits), patience: patience) else {
            throw .lied(.wrong("greeting", at: 0))
        }
        process = started
        for request in book.feedRequests {
            guard case .done = try started.ask(request, patience: patience) else {
                throw .lied(.wrong("answer to a feed", at: 0))
            }
        }
        observer(.started(tenant, pid: started.pid, walls: walls))
        return started
    }

    /// Buries the process.
    private func lose(_ failure: WorkerFailure) {
        let isWaiting = process == nil && pace.delay(at: HostedInstance.now()) > 0
        if !isWaiting, failure.kind != .withdrawn { pace.died(at: HostedInstance.now()) }
        if let process {
            process.end()
            observer(.lost(tenant, pid: process.pid, reason: failure.message))
        }
        process = nil
        book.lost()
    }

    /// Asks for something that only a process can answer.
    private func ask(_ request: WorkerRequest) throws(ExecutorError) -> WorkerReply {
        endRestless()
        do throws(WorkerFailure) {
            return try running().ask(request, patience: loadPatience)
        } catch {
            lose(error)
            throw error.executorError
        }
    }

    /// Tells the process, where there is one, what the book knows already; a later one is told when it starts.
    private func tell(_ request: WorkerRequest) {
        guard let process else { return }
        do throws(WorkerFailure) {
            let reply = try process.ask(request, patience: loadPatience)
            guard case .done = reply else { throw .lied(.wrong("confirmation", at: 0)) }
        } catch {
            lose(error)
        }
    }

    private func unexpected(_ reply: WorkerReply) -> ExecutorError {
        switch reply {
        case .refused(let findings): return .refused(findings)
        case .invalid(let message): return .invalid(message)
        default:
            let failure = WorkerFailure.lied(.wrong("reply to the request", at: 0))
            lose(failure)
            return failure.executorError
        }
    }

    // MARK: Files and feeds

    func declare(
        _ script: ScriptText, _ parameters: [String: String]
    ) throws(ExecutorError) -> StrategyDeclaration {
        if let oversize = script.oversize { throw .refused(oversize.diagnostics) }
        guard parameters.fit else { throw Self.tooManyParameters }
        let reply = try ask(.declare(script, parameters: parameters))
        guard case .declared(let declaration) = reply else { throw unexpected(reply) }
        return declaration
    }

    func check(_ script: ScriptText) throws(ExecutorError) -> [Diagnostic] {
        if let oversize = script.oversize { return oversize.diagnostics }
        let reply = try ask(.check(script))
        guard case .checked(let findings) = reply else { throw unexpected(reply) }
        return findings
    }

    private static var tooManyParameters: ExecutorError {
        .invalid(
            Message("too many parameters, or too long ones", fr: "trop de paramètres, ou des paramètres trop longs"))
    }

    func openFeed(_ feed: FeedOpening) throws(ExecutorError) {
        guard try book.open(feed, most: options.limits.host.mostFeeds) else { return }
        tell(.openFeed(feed))
    }

    func closeFeed(_ feed: FeedNumber) throws(ExecutorError) {
        guard try book.close(feed) else { return }
        tell(.closeFeed(feed))
    }

    func append(_ batches: [FeedCandles]) throws(ExecutorError) {
        try book.append(batches)
        // A frame holds this many candles; a batch of many feeds goes in several.
        var piece: [FeedCandles] = []
        var count = 0
        for batch in batches {
            if count + batch.candles.count > FeedCandles.mostCandles, !piece.isEmpty {
                tell(.append(piece))
                piece = []
                count = 0
            }
            piece.append(batch)
            count += batch.candles.count
        }
        if !piece.isEmpty { tell(.append(piece)) }
    }

    // MARK: Instances

    func load(_ loading: InstanceLoading) throws(ExecutorError) -> InstanceLoaded {
        book.forget(loading.instance)
        if let oversize = loading.script.oversize { throw .refused(oversize.diagnostics) }
        guard loading.parameters.fit else { throw Self.tooManyParameters }
        try loading.check()
        let reply = try ask(.load(loading))
        guard case .loaded(let loaded) = reply else { throw unexpected(reply) }
        do throws(WireError) {
            try WireError.check(loaded.state, isNamed: loaded.stateHash, most: mostState)
        } catch {
            let failure = WorkerFailure.lied(error)
            lose(failure)
            throw failure.executorError
        }
        book.loaded(loading, loaded)
        return loaded
    }

    func stop(_ instance: InstanceNumber, _ account: AccountView) throws(ExecutorError) -> Decision {
        buryDead()
        // One whose worker died a moment ago hears of its end as well.
        if book.missing.contains(instance), !book.isBanned(instance) { try bringBack(instance) }
        let isLoaded = book.isLoaded(instance)
        book.forget(instance)
        guard isLoaded, process != nil else { return Decision() }
        let reply = try ask(.stop(instance, account))
        guard case .stopped(let decision) = reply else { throw unexpected(reply) }
        return decision
    }

    func unload(_ instance: InstanceNumber) {
        let isLoaded = book.isLoaded(instance)
        book.forget(instance)
        if isLoaded { tell(.unload(instance)) }
    }

    /// For a call of its own: what keeps it from coming back ends the call, and the strategy is forgotten.
    private func bringBack(_ instance: InstanceNumber) throws(ExecutorError) {
        var problem: Message?
        do throws(WorkerFailure) {
            problem = try reload(instance)
        } catch {
            lose(error)
            book.forget(instance)
            throw error.executorError
        }
        guard let problem else { return }
        book.forget(instance)
        throw .unavailable(problem)
    }

    /// Brings a strategy back that an earlier process held. Answers why it could not be, if so; throws when the
    /// process is lost over it.
    @discardableResult
    private func reload(_ instance: InstanceNumber) throws(WorkerFailure) -> Message? {
        let process = try running()
        guard let loading = book.reloading(instance) else { return nil }
        let reply: WorkerReply
        do throws(WorkerFailure) {
            reply = try process.ask(.load(loading), patience: loadPatience)
        } catch {
            if error.kind != .withdrawn { blame(instance) }
            throw error
        }
        switch reply {
        case .loaded(let loaded):
            do throws(WireError) {
                try WireError.check(loaded.state, isNamed: loaded.stateHash, most: mostState)
            } catch {
                blame(instance)
                throw .lied(error)
            }
            book.reloaded(loading, loaded)
            return nil
        case .refused(let findings): return gone(instance, ExecutorError.refused(findings).message)
        case .invalid(let message): return gone(instance, message)
        default: throw .lied(.wrong("reply to a loading", at: 0))
        }
    }

    /// It was loaded once and cannot be now: when the machine is busy its time may run out, so it is tried again, but
    /// no more often than a strategy may kill its process.
    private func gone(_ instance: InstanceNumber, _ reason: Message) -> Message {
        blame(instance)
        return Message(
            "the strategy could not be loaded again: \(reason.english)",
            fr: "la stratégie n'a pas pu être rechargée : \(reason.french)")
    }

    private func blame(_ instance: InstanceNumber) {
        book.blame(instance)
        if book.isBanned(instance) { observer(.banned(tenant, instance)) }
    }

    // MARK: Deciding

    func decide(_ batch: DecisionBatch, answer: (DecisionAnswer) -> Void) throws(ExecutorError) {
        try batch.check()
        let began = HostedInstance.now()
        endRestless()
        try append(batch.feeds)
        var progress = BatchProgress(batch.items)
        refuseUnknown(&progress)
        var deaths = 0
        while !progress.isOver {
            do throws(WorkerFailure) {
                try work(&progress, answer)
            } catch {
                guard error.kind != .withdrawn else {
                    lose(error)
                    throw error.executorError
                }
                deaths += 1
                let isLong = HostedInstance.now() - began >= Self.longestDying
                lost(error, &progress, isLast: isLong || deaths >= Self.mostDeathsOfBatch)
            }
        }
        observer(.decided(tenant, items: batch.items.count, nanoseconds: HostedInstance.now() - began))
    }

    private func refuseUnknown(_ progress: inout BatchProgress) {
        for (index, item) in progress.items.enumerated() {
            let name = item.instance
            if book.instances[name] == nil {
                progress.refuse(
                    index,
                    Message("strategy \(name) is not loaded", fr: "la stratégie \(name) n'est pas chargée"))
            } else if book.isSuspect(name), !book.isBanned(name) {
                progress.askAlone(index)
            } else if book.isBanned(name) {
                progress.refuse(
                    index,
                    Message(
                        "strategy \(name) has ended its worker too often: it is not asked until it is loaded anew",
                        fr: "la stratégie \(name) a trop souvent tué son processus : elle n'est plus interrogée "
                            + "avant d'être rechargée"))
            }
        }
    }

    private func work(
        _ progress: inout BatchProgress, _ answer: (DecisionAnswer) -> Void
    ) throws(WorkerFailure) {
        try reloadMissing(&progress)
        settle(&progress, answer)
        guard !progress.isOver else { return }
        let most = progress.items[progress.rest].reduce(0) { max($0, $1.events.count) }
        let host = options.limits.host
        try running().converse(
            patience: WorkerPatience(
                events: most, call: options.turnNanoseconds ?? host.instance.lua.callNanoseconds,
                longestTurn: host.longestTurn, grace: options.graceNanoseconds),
            next: { progress.nextFrame() },
            receive: { reply throws(WireError) in
                guard case .answers(let answers) = reply, !answers.isEmpty else {
                    throw .wrong("answers", at: 0)
                }
                for one in answers {
                    let former = book.instances[one.instance]?.stateHash
                    try one.check(after: former, mostState: mostState)
                    answer(book.answered(one, to: try progress.take(one)))
                    settle(&progress, answer)
                }
                return progress.isOver
            })
    }

    /// Answers the items that are not asked, as far as it is their turn.
    private func settle(_ progress: inout BatchProgress, _ answer: (DecisionAnswer) -> Void) {
        for (item, problem) in progress.takeProblems() {
            let kept = book.instances[item.instance]
            answer(
                DecisionAnswer(
                    instance: item.instance, stateHash: kept?.stateHash ?? 0,
                    isPaused: book.isBanned(item.instance),
                    failuresInARow: kept?.loading.failuresInARow ?? 0, problem: problem))
        }
    }

    private func reloadMissing(_ progress: inout BatchProgress) throws(WorkerFailure) {
        guard !book.missing.isEmpty else { return }
        for index in progress.rest where !progress.isRefused(index) {
            let instance = progress.items[index].instance
            guard book.missing.contains(instance) else { continue }
            do throws(WorkerFailure) {
                if let problem = try reload(instance) { progress.refuse(index, problem) }
            } catch {
                // Only a process that had started can have died over it.
                if error.kind != .start { progress.refuse(index, error.message) }
                throw error
            }
        }
    }

    private func lost(_ failure: WorkerFailure, _ progress: inout BatchProgress, isLast: Bool) {
        lose(failure)
        if let culprit = progress.lost() {
            blame(progress.items[culprit].instance)
            progress.refuse(culprit, failure.message)
        }
        if failure.kind == .start || isLast { progress.refuseAll(failure.message) }
    }
}
