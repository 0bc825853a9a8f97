import LuaRuntime
import Market
import StrategyHost
import Trading
import Wording

/// Feeds and the strategies that read them: what both a worker process and a thread of this process hold.
///
/// Synchronous and used by one thread at a time, with at least 1 MiB of stack. The same calls in the same order give
/// the same answers bit for bit, but for the time they took.
final class InstanceHost {
    let limits: HostLimits
    private(set) var feeds: [FeedNumber: HostFeed] = [:]
    private(set) var instances: [InstanceNumber: HostedInstance] = [:]
    /// Instances by the feed whose candles call them.
    private var readers: [FeedNumber: Set<InstanceNumber>] = [:]
    /// Bytes that all interpreters together held when each was last looked at.
    private(set) var interpreterBytes = 0
    /// One copy of each text, however many instances run it.
    private var scripts: [ScriptText: StrategyScript] = [:]

    private static let mostScripts = 512

    init(limits: HostLimits = HostLimits()) {
        self.limits = limits
    }

    // MARK: Files

    func declare(
        _ text: ScriptText, parameters: [String: String]
    ) throws(ExecutorError) -> StrategyDeclaration {
        try explained { () throws(StrategyError) in
            let script = try text.script()
            if !parameters.isEmpty {
                try StrategyInstance.checkParameters(parameters, of: script, limits: limits.instance)
            }
            return try StrategyInstance.declaration(of: script, limits: limits.instance)
        }
    }

    func check(_ text: ScriptText) -> [Diagnostic] {
        StrategyChecker.check(name: text.name, bytes: text.bytes, limits: limits.instance)
            .prefix(HostLimits.mostFindings).map(\.cleaned)
    }

    /// Turns what is wrong with a script into the caller's error.
    private func explained<Result>(
        _ body: () throws(StrategyError) -> Result
    ) throws(ExecutorError) -> Result {
        do {
            return try body()
        } catch {
            throw .refused(error.diagnostics.prefix(HostLimits.mostFindings).map(\.cleaned))
        }
    }

    // MARK: Feeds

    func openFeed(_ opening: FeedOpening) throws(ExecutorError) {
        if let open = feeds[opening.feed] {
            try open.check(opening)
            return
        }
        guard feeds.count < limits.mostFeeds else {
            let most = limits.mostFeeds
            throw .invalid(Message("more than \(most) feeds", fr: "plus de \(most) flux"))
        }
        feeds[opening.feed] = HostFeed(opening)
    }

    func closeFeed(_ number: FeedNumber) throws(ExecutorError) {
        guard let feed = feeds[number] else { return }
        guard feed.readers == 0 else { throw HostFeed.isRead(number, by: feed.readers) }
        feeds[number] = nil
    }

    /// Adds candles; those that do not open after the last one are left out.
    func append(_ batches: [FeedCandles]) throws(ExecutorError) {
        for batch in batches {
            let feed = try feed(batch.feed)
            for candle in batch.candles { try feed.append(candle) }
            keepUp(batch.feed, feed.feed)
        }
    }

    private func feed(_ number: FeedNumber) throws(ExecutorError) -> HostFeed {
        guard let feed = feeds[number] else {
            throw .invalid(Message("there is no feed \(number)", fr: "il n'y a pas de flux \(number)"))
        }
        return feed
    }

    /// Lets instances that nobody has asked for a while take in candles before the feed forgets them.
    private func keepUp(_ number: FeedNumber, _ feed: CandleFeed) {
        guard let readers = readers[number], !readers.isEmpty else { return }
        for reader in readers {
            guard let hosted = instances[reader], hosted.unseen > HostLimits.mostUnseen else { continue }
            hosted.observe(leaving: 1)
        }
    }

    // MARK: Instances

    func load(_ loading: InstanceLoading) throws(ExecutorError) -> InstanceLoaded {
        unload(loading.instance)
        guard instances.count < limits.mostInstances, interpreterBytes < limits.interpreterBytes else {
            let held = "\(instances.count) strategies with \(interpreterBytes >> 20) MiB"
            throw .invalid(
                Message(
                    "the worker is full: it holds \(held)",
                    fr: "le processus est plein : \(instances.count) stratégies, \(interpreterBytes >> 20) Mio"))
        }
        let base = try feed(loading.base)
        var others: [HostFeed] = []
        for number in loading.others { others.append(try feed(number)) }
        let hosted = try explained { () throws(StrategyError) in
            let script = try shared(loading.script)
            let feeds = FeedSet(base: base.feed, others: others.map(\.feed))
            let options = InstanceOptions(
                seed: loading.seed, parameters: loading.parameters, limits: limits.instance)
            let instance = try StrategyInstance(script: script, feeds: feeds, options: options)
            if let state = loading.state {
                if let version = loading.upgradedFrom {
                    try instance.upgradeState(state, fromVersion: version)
                } else {
                    try instance.restoreState(state)
                }
            }
            return HostedInstance(instance, base: base, others: others, longestTurn: limits.longestTurn)
        }
        return install(hosted, loading)
    }

    private func install(_ hosted: HostedInstance, _ loading: InstanceLoading) -> InstanceLoaded {
        let instance = hosted.instance
        instance.continueFailures(inARow: loading.failuresInARow)
        instance.see(loading.openOrders, version: loading.ordersVersion)
        hosted.observe(leaving: loading.unseen)
        var decision = Decision()
        if case .start(let account) = loading.firstCall, instance.start(account) {
            decision = instance.takeDecision().bounded
        }
        let problem = hosted.readState()
        instances[loading.instance] = hosted
        readers[loading.base, default: []].insert(loading.instance)
        for feed in hosted.feeds { feed.readers += 1 }
        interpreterBytes += hosted.measure()
        let first = hosted.firstRow < hosted.base.count ? hosted.base.candle(at: hosted.firstRow).openTime : nil
        return InstanceLoaded(
            declaration: instance.declaration, warmup: instance.warmup, listening: instance.listening,
            firstOpen: first, candlesSeen: instance.candleCount, memoryBytes: hosted.interpreterBytes,
            decision: decision, state: hosted.state, stateHash: hosted.stateHash, problem: problem)
    }

    private func shared(_ text: ScriptText) throws(StrategyError) -> StrategyScript {
        if let known = scripts[text] { return known }
        let script = try text.script()
        if scripts.count >= Self.mostScripts { scripts.removeAll() }
        scripts[text] = script
        return script
    }

    func stop(_ number: InstanceNumber, account: AccountView) -> Decision {
        guard let hosted = instances[number] else { return Decision() }
        let decision = hosted.instance.stop(account) ? hosted.instance.takeDecision().bounded : Decision()
        unload(number)
        return decision
    }

    func unload(_ number: InstanceNumber) {
        guard let hosted = instances.removeValue(forKey: number) else { return }
        interpreterBytes -= hosted.interpreterBytes
        for feed in hosted.feeds { feed.readers -= 1 }
        readers[hosted.baseNumber]?.remove(number)
    }

    // MARK: Deciding

    /// One strategy's turn. Never fails: what keeps it from being asked stands in the answer.
    func decide(_ item: DecisionItem) -> DecisionAnswer {
        guard let hosted = instances[item.instance] else {
            return DecisionAnswer(
                instance: item.instance,
                problem: Message(
                    "strategy \(item.instance) is not loaded", fr: "la stratégie \(item.instance) n'est pas chargée"))
        }
        let before = hosted.interpreterBytes
        let answer = hosted.decide(item)
        interpreterBytes += hosted.measure() - before
        return answer
    }
}
