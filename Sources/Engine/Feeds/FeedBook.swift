import Market
import Storage

/// Which candles the strategies of one executor read, which of them the executor has, and who is to be asked when one
/// closes. It decides only: loading, appending and asking are the caller's.
///
/// Each feed gets every candle once and in order. A candle that comes after a hole waits until the hole has been
/// loaded; one that comes twice is dropped, one that fills a hole which was given up is dropped with a notice. A
/// strategy that reads other feeds is asked once those have what had closed by then, but not later than `patience`.
public struct FeedBook: Sendable {
    /// The feeds of a strategy at the executor.
    public struct Numbers: Sendable, Hashable {
        public var base: Int
        /// In the order of its needs.
        public var others: [Int]
    }

    /// A closed candle as a signal tells it.
    public struct Signal: Sendable, Equatable {
        public var key: CandleKey
        public var candle: Candle

        public init(key: CandleKey, candle: Candle) {
            self.key = key
            self.candle = candle
        }
    }

    /// A beat whose other feeds are not complete.
    private struct Held {
        var candle: Candle
        var deadline: ContinuousClock.Instant
    }

    /// How long a decision waits for the candles of its other feeds.
    public let patience: Duration
    private var feeds: [Int: Feed] = [:]
    private var numbers: [CandleKey: [Int]] = [:]
    private var strategies: [ActiveStrategyID: Numbers] = [:]
    /// Strategies that were started, by what they read.
    private var groups: [Numbers: [ActiveStrategyID]] = [:]
    /// The groups of each base feed, in the order they came.
    private var groupsOfBase: [Int: [Numbers]] = [:]
    private var held: [Numbers: Held] = [:]
    private var lastNumber = 0

    public init(patience: Duration = .seconds(2)) {
        self.patience = patience
    }

    // MARK: Who needs what

    /// A strategy wants to run. It can be loaded at the executor once `isReady` says so, and is asked after `start`.
    public mutating func need(_ needs: FeedNeeds, by strategy: ActiveStrategyID) -> FeedStep {
        forget(strategy)
        var step = FeedStep()
        let base = feed(needs.base, needs.depth, &step)
        strategies[strategy] = Numbers(base: base, others: needs.others.map { feed($0, needs.depth, &step) })
        return step
    }

    /// From now on the strategy is asked.
    ///
    /// - Parameter seen: candles of its base feed that it has taken in, counted from the feed's first. Where that is
    ///   not all of them, it is asked about the newest.
    public mutating func start(
        _ strategy: ActiveStrategyID, seen: Int, at now: ContinuousClock.Instant
    ) -> FeedStep {
        guard let numbers = strategies[strategy], let base = feeds[numbers.base] else { return FeedStep() }
        if groups[numbers] == nil { groupsOfBase[numbers.base, default: []].append(numbers) }
        if groups[numbers]?.contains(strategy) != true { groups[numbers, default: []].append(strategy) }
        var step = FeedStep()
        if base.count > seen, let newest = base.newest, held[numbers] == nil, base.loading == nil {
            step.beats.append(
                FeedBeat(
                    number: base.number, key: base.key, candle: newest, count: base.count, strategies: [strategy],
                    lacking: []))
        }
        return step
    }

    /// A strategy runs no more. Its feeds stay for the next one that needs them.
    public mutating func forget(_ strategy: ActiveStrategyID) {
        guard let numbers = strategies.removeValue(forKey: strategy) else { return }
        groups[numbers]?.removeAll { $0 == strategy }
        guard groups[numbers]?.isEmpty ?? false else { return }
        groups[numbers] = nil
        held[numbers] = nil
        groupsOfBase[numbers.base]?.removeAll { $0 == numbers }
    }

    /// The number of a feed that is deep enough; a new one where there is none.
    private mutating func feed(_ key: CandleKey, _ depth: Int, _ step: inout FeedStep) -> Int {
        if let known = numbers[key]?.first(where: { feeds[$0].map { $0.depth >= depth } ?? false }) { return known }
        lastNumber += 1
        let feed = Feed(number: lastNumber, key: key, depth: depth)
        feeds[lastNumber] = feed
        numbers[key, default: []].append(lastNumber)
        step.opens.append(FeedStart(number: lastNumber, key: key, rows: depth * 2))
        step.loads.append(FeedLoad(number: lastNumber, key: key, span: .last(depth)))
        return lastNumber
    }

    public func feeds(of strategy: ActiveStrategyID) -> Numbers? { strategies[strategy] }

    /// Whether the history of all its feeds has been handed out.
    public func isReady(_ strategy: ActiveStrategyID) -> Bool {
        guard let numbers = strategies[strategy] else { return false }
        return ([numbers.base] + numbers.others).allSatisfy { feeds[$0]?.isFilled ?? false }
    }

    /// Candles ever appended to a feed.
    public func count(of number: Int) -> Int { feeds[number]?.count ?? 0 }

    /// The last candle that was appended to a feed.
    public func newest(of number: Int) -> Candle? { feeds[number]?.newest }

    /// Every feed that was opened, for an executor that begins anew.
    public var all: [FeedStart] {
        feeds.values.sorted { $0.number < $1.number }.map {
            FeedStart(number: $0.number, key: $0.key, rows: $0.depth * 2)
        }
    }

    // MARK: Candles

    /// Takes in closed candles as the signals tell them, in whatever order they come.
    ///
    /// Of several new candles of one feed only the newest is asked about.
    public mutating func take(_ signals: [Signal], at now: ContinuousClock.Instant) -> FeedStep {
        var step = FeedStep()
        var appended: [Int: [Candle]] = [:]
        for signal in signals {
            for number in numbers[signal.key] ?? [] {
                let asked = feeds[number]?.loading
                guard let outcome = feeds[number]?.offer(signal.candle, to: &appended[number, default: []]) else {
                    continue
                }
                switch outcome {
                case .appended, .waits, .doubled: break
                // Told once, however many feeds there are of the same candles.
                case .late: step.tell(.late(signal.key, signal.candle))
                case .unsound(let defect): step.tell(.unsound(signal.key, signal.candle.openTime, defect))
                }
                if asked == nil { load(number, &step) }
            }
        }
        finish(appended, &step, now)
        return step
    }

    /// Takes in what a load has found: candles in rising order of time, as many as there were.
    public mutating func loaded(_ number: Int, _ candles: [Candle], at now: ContinuousClock.Instant) -> FeedStep {
        var step = FeedStep()
        var defects: [CandleDefect] = []
        guard let key = feeds[number]?.key,
            let appended = feeds[number]?.loaded(candles, defects: &defects)
        else { return step }
        for defect in defects {
            step.tell(.unsound(key, candles.first?.openTime ?? Timestamp(milliseconds: 0), defect))
        }
        load(number, &step)
        finish([number: appended], &step, now)
        return step
    }

    /// Lets those be asked whose patience is over.
    public mutating func look(at now: ContinuousClock.Instant) -> FeedStep {
        var step = FeedStep()
        release(&step, now)
        return step
    }

    /// When `look` is due; nil while nobody waits.
    public var nextDeadline: ContinuousClock.Instant? { held.values.map(\.deadline).min() }

    private mutating func load(_ number: Int, _ step: inout FeedStep) {
        guard let feed = feeds[number], let span = feed.loading else { return }
        step.loads.append(FeedLoad(number: number, key: feed.key, span: span))
    }

    private mutating func finish(
        _ appended: [Int: [Candle]], _ step: inout FeedStep, _ now: ContinuousClock.Instant
    ) {
        for (number, candles) in appended.sorted(by: { $0.key < $1.key }) where !candles.isEmpty {
            step.appends.append(FeedAppend(number: number, candles: candles))
            guard feeds[number]?.loading == nil, let newest = candles.last else { continue }
            // Whoever loads its history has not started: a feed's first candles are nobody's beat.
            for group in groupsOfBase[number] ?? [] {
                held[group] = Held(candle: newest, deadline: now.advanced(by: patience))
            }
        }
        release(&step, now)
    }

    /// Hands out the beats that wait for nothing more.
    private mutating func release(_ step: inout FeedStep, _ now: ContinuousClock.Instant) {
        for (group, waiting) in held.sorted(by: { $0.key.base < $1.key.base }) {
            guard let base = feeds[group.base], let members = groups[group] else {
                held[group] = nil
                continue
            }
            let close = Timestamp(
                milliseconds: waiting.candle.openTime.milliseconds + base.key.timeframe.milliseconds)
            let lacking = group.others.filter { !(feeds[$0]?.isKnown(by: close) ?? true) }
            let isOver = now >= waiting.deadline
            for number in lacking { ask(number, upTo: close, patienceIsOver: isOver, &step) }
            if !lacking.isEmpty, !isOver { continue }
            held[group] = nil
            step.beats.append(
                FeedBeat(
                    number: group.base, key: base.key, candle: waiting.candle, count: base.count,
                    strategies: members, lacking: lacking.compactMap { feeds[$0]?.key }))
        }
    }

    /// Has a feed loaded up to the instant. No signal tells of the timeframes outside the heartbeat's eight: the store
    /// has their candles with those of the signal at hand. The others are waited for first.
    private mutating func ask(
        _ number: Int, upTo instant: Timestamp, patienceIsOver: Bool, _ step: inout FeedStep
    ) {
        guard let feed = feeds[number], feed.loading == nil,
            patienceIsOver || !Timeframe.heartbeat.contains(feed.key.timeframe)
        else { return }
        feeds[number]?.ask(upTo: instant)
        load(number, &step)
    }
}

extension FeedStep {
    /// Adds a notice unless the same one is there.
    mutating func tell(_ notice: FeedNotice) {
        if !notices.contains(notice) { notices.append(notice) }
    }
}
