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
        kept.firstCall = .none
        kept.upgradedFrom = nil
        kept.unseen = 0
        if answer.problem == nil {
            kept.state = answer.state
        } else if loading.upgradedFrom != nil {
            // Only the new form of it could be told to a process of the new version.
            kept.state = nil
        }
        instances[loading.instance] = KeptInstance(loading: kept, stateHash: answer.stateHash)
        missing.remove(loading.instance)
    }

    private mutating func shared(_ script: ScriptText) -> ScriptText {
        if let known = scripts[script] { return known }
        if scripts.count >= Self.mostScripts { scripts.removeAll() }
        scripts[script] = script
        return script
    }

    /// It is in the process again, with this state; one that could not be read out before it died may have another now.
    mutating func reloaded(_ instance: InstanceNumber, _ answer: InstanceLoaded) {
        missing.remove(instance)
        instances[instance]?.stateHash = answer.stateHash
        if answer.problem == nil { instances[instance]?.loading.state = answer.state }
    }

    mutating func forget(_ instance: InstanceNumber) {
        instances[instance] = nil
        missing.remove(instance)
    }

    /// What the strategy's turn has changed.
    mutating func answered(_ answer: DecisionAnswer, to item: DecisionItem) {
        guard var kept = instances[item.instance] else { return }
        // Taken out, so that it is changed in place.
        instances[item.instance] = nil
        if let state = answer.state { kept.loading.state = state }
        kept.stateHash = answer.stateHash
        kept.loading.failuresInARow = answer.failuresInARow
        if let orders = item.openOrders {
            kept.loading.openOrders = orders
            kept.loading.ordersVersion = item.account.ordersVersion
        }
        instances[item.instance] = kept
    }

    // MARK: Deaths

    /// The process is gone, and everything that was in it.
    mutating func lost() {
        missing = Set(instances.keys)
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

    /// How to load it into a new process.
    ///
    /// - Parameter isToBeAsked: about its newest candle, right afterwards.
    func reloading(_ instance: InstanceNumber, isToBeAsked: Bool) -> InstanceLoading? {
        guard var loading = instances[instance]?.loading else { return nil }
        loading.unseen = isToBeAsked ? 1 : 0
        return loading
    }

    /// The next instance to be loaded while nothing else is to be done.
    var nextMissing: InstanceNumber? {
        missing.first { !isBanned($0) }
    }
}
