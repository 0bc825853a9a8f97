import Market
import Trading
import Wording

/// A `PaperAccount` in the store, trading on the prices of a real venue or of a replay.
///
/// Every change is written to the store before anybody is told of it, and one call is worked off after the other: what
/// `place` answers is there after a crash, and what it did not get to write has not happened. Market data is passed on
/// as the source gives it. While no process runs the account its orders sleep: they meet the prices from the next
/// `open` on, and prices that were missed are not made up.
public actor PaperBroker: Broker {
    public nonisolated let venue: VenueName
    public nonisolated let capabilities: BrokerCapabilities
    private nonisolated let source: any MarketDataSource
    private nonisolated let hub = EventHub<AccountEvent>(limit: AccountEvent.bufferLimit)
    private let store: any PaperAccountStore
    private let options: PaperBrokerOptions
    private let id: PaperAccountID

    private var account: PaperAccount
    /// Nil where the account is only read.
    private let lease: PaperLease?
    private var condition = Condition.running
    /// The range of prices that could not be booked, by symbol, until it can.
    private var missed: [Symbol: MatchingBar] = [:]
    private var feeds: [Symbol: Task<Void, Never>] = [:]
    private var isBusy = false
    private var queue: [CheckedContinuation<Void, Never>] = []

    private enum Condition {
        case running
        /// What is in memory may not be what the store has.
        case doubtful
        case taken(BrokerError)
        case closed
    }

    /// Takes the account in the store, or only reads it, and the venue's markets.
    public init(
        account id: PaperAccountID, in store: any PaperAccountStore, prices source: any MarketDataSource,
        venue: VenueName = .paper, timeframes: Set<Timeframe> = Set(Timeframe.allCases), options: PaperBrokerOptions
    ) async throws(BrokerError) {
        let instruments = try await source.instruments()
        let snapshot: PaperSnapshot
        do {
            if options.onlyReads {
                lease = nil
                snapshot = try await store.read(id, under: nil)
            } else {
                let taken = try await store.take(id)
                lease = taken.lease
                snapshot = taken.snapshot
            }
        } catch {
            throw error.brokerError
        }
        self.id = id
        self.store = store
        self.source = source
        self.options = options
        self.venue = venue
        account = try Self.account(snapshot, instruments)
        capabilities = BrokerCapabilities(
            orderKinds: Set(OrderKindName.allCases), hasOrderPairs: true, hasQuoteAmounts: true,
            timeframes: timeframes, isRealMoney: false, hasAccount: true)
        if options.followsTrades {
            for symbol in account.symbolsWithOrders { feeds[symbol] = feed(symbol) }
        }
    }

    private static func account(
        _ snapshot: PaperSnapshot, _ instruments: [Instrument]
    ) throws(BrokerError) -> PaperAccount {
        do {
            return try PaperAccount(snapshot, instruments: instruments)
        } catch {
            throw .rejected(.other, error.message)
        }
    }

    // MARK: Market data

    public func serverTime() async throws(BrokerError) -> Timestamp { await options.clock() }

    public func instruments() async throws(BrokerError) -> [Instrument] {
        let known = try await source.instruments()
        // In the account's memory only: nothing of it is stored.
        try await change { account throws(BrokerError) in
            do {
                for instrument in known { try account.list(instrument) }
            } catch {
                throw .rejected(.other, (error as? TradingError)?.message ?? PaperAccount.tooLarge)
            }
        }
        return known.map { instrument in
            var instrument = instrument
            instrument.orderKinds = capabilities.orderKinds
            instrument.hasOrderPairs = true
            return instrument
        }
    }

    public func candles(_ request: CandleRequest) async throws(BrokerError) -> [Candle] {
        try await source.candles(request)
    }

    public func ticker(_ symbol: Symbol) async throws(BrokerError) -> Ticker { try await source.ticker(symbol) }

    public nonisolated func marketEvents(
        _ subscriptions: [MarketSubscription]
    ) -> AsyncThrowingStream<MarketEvent, any Error> {
        source.marketEvents(subscriptions)
    }

    // MARK: The account

    public func balances() async throws(BrokerError) -> [Balance] {
        try await change { account throws(BrokerError) in account.balances }
    }

    public func place(_ order: OrderRequest) async throws(BrokerError) -> OrderReport {
        try await follow(order.symbol)
        let now = await options.clock()
        return try await change { account throws(BrokerError) in try account.place(order, now: now) }
    }

    public func placePair(_ pair: OrderPairRequest) async throws(BrokerError) -> [OrderReport] {
        try await follow(pair.symbol)
        let now = await options.clock()
        return try await change { account throws(BrokerError) in try account.placePair(pair, now: now) }
    }

    public func cancel(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport {
        let now = await options.clock()
        return try await change { account throws(BrokerError) in
            try account.cancel(reference, on: symbol, now: now)
        }
    }

    public func order(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport? {
        let open = try await change { account throws(BrokerError) in account.openOrder(reference) }
        if let open { return open.symbol == symbol ? open.report() : nil }
        do {
            return try await store.order(reference, on: symbol, of: id)?.report()
        } catch {
            throw error.brokerError
        }
    }

    public func openOrders(on symbol: Symbol?) async throws(BrokerError) -> [OrderReport] {
        try await change { account throws(BrokerError) in account.openOrders }
            .filter { symbol == nil || $0.symbol == symbol }.map { $0.report() }
    }

    public func fills(_ request: FillRequest) async throws(BrokerError) -> [FillReport] {
        var request = request
        request.limit = min(max(request.limit, 1), FillRequest.largestLimit)
        do {
            return try await store.fills(request, of: id)
        } catch {
            throw error.brokerError
        }
    }

    public nonisolated func accountEvents() -> AsyncThrowingStream<AccountEvent, any Error> {
        hub.stream(first: [.connected])
    }

    /// Adds to a free balance, or takes from it: the money that a paper account starts with or is given.
    public func credit(_ amount: FixedDecimal, of asset: String) async throws(BrokerError) {
        try await change { account throws(BrokerError) in try account.credit(amount, of: asset) }
    }

    public func close() async {
        let running = feeds.values
        feeds = [:]
        for feed in running { feed.cancel() }
        // Nothing is in the way of the last change but changes before it.
        await enterAnyway()
        condition = .closed
        leave()
        for feed in running { await feed.value }
        hub.close()
        if options.closesMarketData { await source.close() }
    }

    // MARK: Prices

    /// Takes in a bar of prices and books what it fills. What the store could not take down is tried again with the
    /// next bar, over the range of both.
    public func take(_ bar: MatchingBar, on symbol: Symbol) async {
        if !isBusy, missed[symbol] == nil, account.isQuiet(high: bar.high, low: bar.low, on: symbol) {
            return account.see(bar.close, on: symbol)
        }
        let whole = missed[symbol].map { $0.joined(with: bar) } ?? bar
        missed[symbol] = nil
        do throws(BrokerError) {
            guard let settle = options.settle else {
                return try await change { account throws(BrokerError) in account.take(whole, on: symbol) }
            }
            try await change { account throws(BrokerError) in account.begin(whole, on: symbol) }
            await settle()
            // As `PaperAccount.take`: each step ends or triggers an order.
            while try await change({ account throws(BrokerError) in account.step(on: symbol) }) { await settle() }
        } catch {
            switch condition {
            case .running, .doubtful: missed[symbol] = missed[symbol].map { whole.joined(with: $0) } ?? whole
            case .taken, .closed: break
            }
        }
    }

    /// Sees to it that the symbol's prices are followed and one is known.
    private func follow(_ symbol: Symbol) async throws(BrokerError) {
        if account.instrument(symbol) == nil { _ = try await instruments() }
        guard account.instrument(symbol) != nil else { return }
        if options.followsTrades, feeds[symbol] == nil, case .running = condition { feeds[symbol] = feed(symbol) }
        guard account.lastPrice(of: symbol) == nil else { return }
        let ticker: Ticker
        do {
            ticker = try await source.ticker(symbol)
        } catch .retryable {
            // An order that needs a price is refused by the account in words of its own.
            return
        }
        try await change { account throws(BrokerError) in
            if account.lastPrice(of: symbol) == nil { account.see(ticker.last.value.double, on: symbol) }
        }
    }

    private func feed(_ symbol: Symbol) -> Task<Void, Never> {
        Task { [weak self, source, options] in
            var pause = options.firstPause
            while !Task.isCancelled {
                do {
                    for try await event in source.marketEvents([.trades(symbol)]) {
                        guard case .trade(_, let tick, _) = event, tick.isSound else { continue }
                        pause = options.firstPause
                        guard let self else { return }
                        await self.take(MatchingBar(tick), on: symbol)
                    }
                } catch {
                    // The stream says why to whoever watches the market; here it is opened again.
                }
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    return
                }
                pause = min(pause * 2, .seconds(60))
            }
        }
    }

    // MARK: One after the other

    /// Works on a copy of the account, writes down what changed, and only then takes the copy for the account.
    private func change<Answer: Sendable>(
        _ body: (inout PaperAccount) throws(BrokerError) -> Answer
    ) async throws(BrokerError) -> Answer {
        guard queue.count < PaperBrokerOptions.longestQueue else {
            throw .retryable(
                Message(
                    "\(queue.count) calls are waiting already", fr: "\(queue.count) appels attendent déjà"),
                after: .seconds(1))
        }
        await enterAnyway()
        defer { leave() }
        try await checkCondition()
        var next = account
        let answer = try body(&next)
        let changes = next.takeChanges()
        if !changes.isEmpty { try await commit(changes) }
        account = next
        hub.tell(changes.events)
        return answer
    }

    private func commit(_ changes: PaperChanges) async throws(BrokerError) {
        guard let lease else {
            throw .rejected(
                .other,
                Message(
                    "paper account \(id) is only looked at, nothing of it is changed",
                    fr: "le compte fictif \(id) n'est que consulté, rien n'y est changé"))
        }
        do {
            try await store.commit(changes, under: lease)
        } catch {
            switch error {
            case .outcomeUnknown:
                condition = .doubtful
                hub.tell([.disconnected(error.message)])
            case .taken, .unknownAccount: lose(error)
            case .unavailable, .duplicateClientID: break
            }
            throw error.brokerError
        }
    }

    private func lose(_ error: PaperStoreError) {
        condition = .taken(.unauthorised(error.message))
        hub.tell([.disconnected(error.message)])
    }

    private func checkCondition() async throws(BrokerError) {
        switch condition {
        case .running: return
        case .taken(let error): throw error
        case .closed:
            throw .retryable(Message("the broker is closed", fr: "le courtier est fermé"), after: nil)
        case .doubtful: try await reload()
        }
    }

    /// Reads the account as the store has it, after a write whose end is not known. Somebody may have taken it in the
    /// meantime: then it is theirs.
    private func reload() async throws(BrokerError) {
        let snapshot: PaperSnapshot
        do {
            snapshot = try await store.read(id, under: lease)
        } catch {
            switch error {
            case .taken, .unknownAccount:
                lose(error)
                throw .unauthorised(error.message)
            case .unavailable, .outcomeUnknown, .duplicateClientID:
                // Nothing of the call at hand has been done.
                throw .retryable(error.message, after: nil)
            }
        }
        let old = account
        account = try Self.account(snapshot, old.instruments)
        for instrument in old.instruments {
            guard let price = old.lastPrice(of: instrument.symbol) else { continue }
            account.see(price, on: instrument.symbol)
        }
        condition = .running
        hub.tell([.connected])
    }

    private func enterAnyway() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    private func leave() {
        if queue.isEmpty {
            isBusy = false
        } else {
            queue.removeFirst().resume()
        }
    }
}

extension MatchingBar {
    /// A trade: four times the same price.
    init(_ tick: Tick) {
        self.init(
            open: tick.price, high: tick.price, low: tick.price, close: tick.price, time: tick.time, index: 0)
    }

    /// The range of this bar and of one that follows it.
    func joined(with later: MatchingBar) -> MatchingBar {
        MatchingBar(
            open: open, high: max(high, later.high), low: min(low, later.low), close: later.close, time: later.time,
            index: later.index)
    }
}
