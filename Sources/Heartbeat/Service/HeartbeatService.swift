import Broker
import Logging
import Market
import Storage
import Wording

/// The heartbeat of one market: drives a `HeartbeatCore` with the venue's stream and clock, and keeps in the store what
/// it tells.
///
/// A thin shell: what is a candle, when it is closed and what is fetched is decided by the core.
///
/// - The stream that counts is read in order. When more symbols are followed a second one is opened, which takes over
///   when it stands.
/// - Candles are written in order, one transaction for all that wait, with back-off while the store is away. At most
///   `mostWaiting` wait; beyond that all symbols begin anew from what is stored.
/// - Of the raw stream a few trades are published every `sampleEvery`.
public actor HeartbeatService {
    public nonisolated let market: VenueName
    let source: any MarketDataSource
    let shelf: any HeartbeatShelf
    let options: HeartbeatOptions
    let clock: HeartbeatClock
    let logger: Logger
    let meters: HeartbeatMeters

    var core: HeartbeatCore
    var outbox: PulseOutbox
    var streams = StreamSwitch()
    var sampler: StreamSampler
    /// Used again for every event.
    var actions: [HeartbeatAction] = []
    /// How to end the stream of a number.
    var endings: [Int: AsyncStream<Void>.Continuation] = [:]
    /// Counts up with every connection: an answer about the venue's time from before says nothing about it.
    var connections = 0
    var fetching = 0
    var fetchQueue: [CandleFetch] = []
    /// Names that the venue lists.
    var listed: Set<Symbol> = []
    var refused: Set<Symbol> = []
    /// Names for which there is no room, of which was told.
    var turnedAway: Set<Symbol> = []
    var streamFailures = 0
    /// When a stream ended last, and when the venue's clock was looked at last, by the local clock.
    var lastEnd: Duration?
    var lastLook: Duration?
    var tradesCounted = 0

    let jobs = AsyncStream<Job>.makeStream(bufferingPolicy: .unbounded)
    let writeWanted = Bell()
    let clockWanted = Bell()
    let rosterWanted = Bell()

    /// Work that runs beside; as much of it as there are streams (two, for a moment three) and fetches (one a symbol
    /// and timeframe).
    enum Job: Sendable {
        case read(Int, Set<Symbol>, after: Duration)
        /// Wait, then take a place among those that fetch.
        case fetchLater(CandleFetch)
        case fetch(CandleFetch)
    }

    public init(
        market: VenueName, source: any MarketDataSource, shelf: any HeartbeatShelf,
        options: HeartbeatOptions = HeartbeatOptions(), clock: HeartbeatClock = .system, logger: Logger
    ) {
        self.market = market
        self.source = source
        self.shelf = shelf
        self.options = options
        self.clock = clock
        var logger = logger
        logger[metadataKey: "market"] = "\(market)"
        self.logger = logger
        meters = HeartbeatMeters(market: market)
        core = HeartbeatCore(settings: options.core)
        outbox = PulseOutbox(market: market, mostCandles: options.mostWaiting)
        sampler = StreamSampler(market: market)
    }

    /// - Parameter defaultURL: where brokers without an address of their own are.
    public init(
        market: VenueName, source: any MarketDataSource, store: Store, defaultURL: String? = nil,
        options: HeartbeatOptions = HeartbeatOptions(), clock: HeartbeatClock = .system, logger: Logger
    ) {
        self.init(
            market: market, source: source, shelf: StoredHeartbeat(store, market: market, defaultURL: defaultURL),
            options: options, clock: clock, logger: logger)
    }

    /// Runs until its task is cancelled; once. What is not written then is fetched at the next start.
    public func run() async {
        logger.info("heartbeat begins")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.work() }
            group.addTask { await self.askClock() }
            group.addTask { await self.write() }
            group.addTask { await self.followRoster() }
            group.addTask { await self.watchRoster() }
            group.addTask { await self.publish() }
            group.addTask { await self.tellStatus() }
            await group.waitForAll()
        }
        logger.info("heartbeat has ended")
    }

    public var condition: HeartbeatCondition { core.condition }

    // MARK: Into the core

    func feed(_ input: HeartbeatInput) {
        core.handle(input, into: &actions)
        perform()
    }

    func perform() {
        guard !actions.isEmpty else { return }
        let due = actions
        actions.removeAll(keepingCapacity: true)
        let now = clock.now()
        for action in due {
            switch action {
            case .closed(let candle): outbox.add(candle, now: now)
            case .fetch(let fetch): start(fetch)
            case .alert(let alert): tell(alert)
            case .reconnect(let why):
                logger.warning("connecting again", metadata: ["reason": "\(why)"])
                reconnect()
            }
        }
        if !outbox.isEmpty || outbox.isOverflowed { writeWanted.ring() }
    }

    func tell(_ alert: HeartbeatAlert) {
        meters.alerted(alert.code)
        var metadata: Logger.Metadata = ["code": "\(alert.code.rawValue)"]
        if let symbol = alert.symbol { metadata["symbol"] = "\(symbol)" }
        logger.log(level: alert.severity == .error ? .error : .warning, "\(alert.message)", metadata: metadata)
        outbox.add(alert.stored)
        writeWanted.ring()
    }

    // MARK: Beside

    /// Performs jobs until the task is cancelled.
    private func work() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs.stream {
                group.addTask { await self.perform(job) }
            }
            group.cancelAll()
        }
    }

    private func perform(_ job: Job) async {
        switch job {
        case .read(let number, let symbols, let pause): await read(number, symbols, after: pause)
        case .fetchLater(let fetch):
            guard await rest(fetch.wait) else { return }
            place(fetch)
        case .fetch(let fetch): await perform(fetch)
        }
    }

    /// Waits; false when the task is cancelled.
    func rest(_ time: Duration) async -> Bool {
        do {
            try await clock.sleep(time)
            return !Task.isCancelled
        } catch {
            return false
        }
    }

    /// Waits until the bell rings or the time is up; false when the task is cancelled.
    func rest(_ time: Duration, orUntil bell: Bell) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await self.rest(time) }
            group.addTask { await bell.wait() }
            await group.next()
            group.cancelAll()
        }
        return !Task.isCancelled
    }
}
