import Market
import StrategyHost
import Trading
import Wording

/// What a parent knows about one worker process: enough to make another one like it.
struct WorkerBook {
    private(set) var feeds: [FeedNumber: HostFeed] = [:]
    private(set) var instances: [InstanceNumber: KeptInstance] = [:]
    /// Known, but not in the process that runs now.
    private(set) var missing: Set<InstanceNumber> = []
    /// One copy of each script's text.
    private var scripts: [ScriptText: ScriptText] = [:]

    struct KeptInstance {
        /// With the newest state, orders and failures.
        var loading: InstanceLoading
        var stateHash: UInt64
        /// Open time of the newest candle of its base feed that it has taken in; nil for none.
        var seenTo: Timestamp?
        /// How it was brought back, until its next answer tells so. Until then the state before counts: what becomes of
        /// one that dies again is as if it had not been brought back.
        var reloaded: InstanceReloaded?
        /// How often the process died over it.
        var deaths = 0
    }

    /// Deaths over one strategy after which it is not asked any more until it is loaded anew.
    static let mostDeaths = 3
    private static let mostScripts = 1_000

    // MARK: Feeds

    /// Answers whether the feed is new; refuses another feed under a known number.
    mutating func open(_ opening: FeedOpening, most: Int) throws(ExecutorError) -> Bool {
        if let open = feeds[opening.feed] {
            try open.check(opening)
            return false
        }
        guard feeds.count < most else {
            throw .invalid(Message("more than \(most) feeds", fr: "plus de \(most) flux"))
        }
        feeds[opening.feed] = HostFeed(opening)
        return true
    }

    /// Answers whether there was such a feed; refuses one that is read.
    mutating func close(_ feed: FeedNumber) throws(ExecutorError) -> Bool {
        let readers = instances.values.count { $0.loading.base == feed || $0.loading.others.contains(feed) }
        guard readers == 0 else { throw HostFeed.isRead(feed, by: readers) }
        return feeds.removeValue(forKey: feed) != nil
    }

    func append(_ batches: [FeedCandles]) throws(ExecutorError) {
        for batch in batches where feeds[batch.feed] == nil {
            throw .invalid(Message("there is no feed \(batch.feed)", fr: "il n'y a pas de flux \(batch.feed)"))
        }
        for batch in batches {
            for candle in batch.candles { try feeds[batch.feed]?.append(candle) }
        }
    }

    /// What a new process must be told about feeds, in the order of their numbers; candles in pieces.
    var feedRequests: [WorkerRequest] {
        feeds.values.sorted { $0.number < $1.number }.flatMap { feed -> [WorkerRequest] in
            let opening = FeedOpening(
                feed: feed.number, symbol: feed.feed.symbol, timeframe: feed.feed.timeframe, rowsKept: feed.rowsKept)
            let kept = feed.kept
            let pieces = stride(from: 0, to: kept.count, by: FeedCandles.mostCandles).map { start in
                let end = min(start + FeedCandles.mostCandles, kept.count)
                return WorkerRequest.append([FeedCandles(feed: feed.number, candles: Array(kept[start..<end]))])
            }
            return [.openFeed(opening)] + pieces
        }
    }

    // MARK: Instances

    /// Whether the process that runs now holds it.
    func isLoaded(_ instance: InstanceNumber) -> Bool {
        instances[instance] != nil && !missing.contains(instance)
    }

    /// The process has loaded it.
    mutating func loaded(_ loading: InstanceLoading, _ answer: InstanceLoaded) {
        var kept = loading
        kept.script = shared(loading.script)
        kept.upgradedFrom = nil
        kept.unseen = 0
        if answer.problem == nil {
            kept.state = answer.state
        } else if loading.upgradedFrom != nil {
            // Only the new form of it could be told to a process of the new version.
            kept.state = nil
        }
        let base = feeds[loading.base]?.feed
        let row = (base?.count ?? 0) - 1 - loading.unseen
        let seen = base.flatMap { row >= 0 && row >= $0.count - $0.capacity ? $0.candle(at: row).openTime : nil }
        instances[loading.instance] = KeptInstance(loading: kept, stateHash: answer.stateHash, seenTo: seen)
        missing.remove(loading.instance)
    }

    private mutating func shared(_ script: ScriptText) -> ScriptText {
        if let known = scripts[script] { return known }
        if scripts.count >= Self.mostScripts { scripts.removeAll() }
        scripts[script] = script
        return script
    }

    /// It is in the process again.
    mutating func reloaded(_ loading: InstanceLoading, _ answer: InstanceLoaded) {
        missing.remove(loading.instance)
        instances[loading.instance]?.stateHash = answer.stateHash
        instances[loading.instance]?.reloaded = InstanceReloaded(
            loading: loading, loaded: answer,
            feeds: ([loading.base] + loading.others).compactMap { feeds[$0] }.map { feed in
                let (count, first) = (feed.feed.count, feed.firstKeptRow)
                return InstanceReloaded.Feed(
                    feed: feed.number, rows: count - first,
                    newest: count > first ? feed.feed.candle(at: count - 1).openTime : nil)
            })
    }

    mutating func forget(_ instance: InstanceNumber) {
        instances[instance] = nil
        missing.remove(instance)
    }

    /// What the strategy's turn has changed. Answers the same with how it was brought back before, if it was.
    mutating func answered(_ answer: DecisionAnswer, to item: DecisionItem) -> DecisionAnswer {
        guard var kept = instances[item.instance] else { return answer }
        // Taken out, so that it is changed in place.
        instances[item.instance] = nil
        var answer = answer
        if let reloaded = kept.reloaded {
            kept.reloaded = nil
            answer.reloaded = reloaded
            if reloaded.loaded.problem == nil { kept.loading.state = reloaded.loaded.state }
        }
        if let state = answer.state { kept.loading.state = state }
        if let open = answer.candleOpen { kept.seenTo = open }
        if case .start = kept.loading.firstCall { kept.loading.firstCall = .start(item.account) }
        kept.stateHash = answer.stateHash
        kept.loading.failuresInARow = answer.failuresInARow
        if let orders = item.openOrders {
            kept.loading.openOrders = orders
            kept.loading.ordersVersion = item.account.ordersVersion
        }
        instances[item.instance] = kept
        return answer
    }

    // MARK: Deaths

    /// The process is gone, and everything that was in it.
    mutating func lost() {
        missing = Set(instances.keys)
        for instance in missing where instances[instance]?.reloaded != nil { instances[instance]?.reloaded = nil }
    }

    mutating func blame(_ instance: InstanceNumber) {
        instances[instance]?.deaths += 1
    }

    /// Whether the strategy has killed a process before: then it is asked alone, so that it kills one only.
    func isSuspect(_ instance: InstanceNumber) -> Bool {
        (instances[instance]?.deaths ?? 0) > 0
    }

    /// Whether the strategy has killed too many processes, or failed to be loaded again too often, to be asked again.
    func isBanned(_ instance: InstanceNumber) -> Bool {
        (instances[instance]?.deaths ?? 0) >= Self.mostDeaths
    }

    /// How to load it into a new process: it has taken in the candles that it had, and not those that came since, of
    /// which it may yet be asked.
    func reloading(_ instance: InstanceNumber) -> InstanceLoading? {
        guard let kept = instances[instance] else { return nil }
        var loading = kept.loading
        guard let feed = feeds[loading.base] else { return loading }
        let candles = feed.feed
        let most = min(candles.count - feed.firstKeptRow, HostLimits.mostUnseen)
        func isNew(_ place: Int) -> Bool {
            guard let seen = kept.seenTo else { return true }
            return candles.candle(at: candles.count - 1 - place).openTime > seen
        }
        while loading.unseen < most, isNew(loading.unseen) { loading.unseen += 1 }
        return loading
    }

    /// The next instance to be loaded while nothing else is to be done.
    var nextMissing: InstanceNumber? {
        missing.first { !isBanned($0) }
    }
}
