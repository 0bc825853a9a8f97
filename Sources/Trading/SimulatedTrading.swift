import Market

/// A `TradingCore` whose broker is `Matching`: what a backtest drives candle by candle.
///
/// For each candle call `advance`, hand `takeEvents()` to the strategy, ask it, and pass what it wants to `decide`.
/// After the last candle call `finish`. A candle on which nothing happens costs a few comparisons, allocating nothing.
public struct SimulatedTrading: ~Copyable, Sendable {
    @usableFromInline var core: TradingCore
    @usableFromInline var matching: Matching
    /// What the core asked for and is not done yet; empty between calls.
    @usableFromInline var actions: [TradingAction] = []
    @usableFromInline var events: [StrategyEvent] = []
    private let listening: StrategyEventKinds
    private let recordsFills: Bool

    /// In the order of closing.
    public private(set) var trades: [ClosedTrade] = []
    /// In the order in which they happened; empty unless they are recorded.
    public private(set) var fills: [Fill] = []
    /// The first `maximumJournalEntries` entries.
    public private(set) var journal: [JournalEntry] = []
    /// Entries beyond the bound.
    public private(set) var droppedJournalEntries = 0
    public private(set) var fillCount = 0
    /// Candles at whose close a position was open.
    public private(set) var candlesInPosition = 0

    public static let maximumJournalEntries = 10_000

    /// - Parameters:
    ///   - listening: which events `takeEvents` answers; closed trades are recorded in any case.
    ///   - recordsFills: whether `fills` is kept.
    public init(
        _ settings: TradingSettings, cash: Money, listening: StrategyEventKinds = .all, recordsFills: Bool = true
    ) {
        // A simulated broker tells every fill once and in time: no ended order needs to be remembered.
        core = TradingCore(settings, cash: cash, listening: listening, endedOrdersKept: 0)
        matching = Matching(settings)
        self.listening = listening
        self.recordsFills = recordsFills
    }

    // MARK: A candle

    /// Takes in the next candle: fills at its open and inside it, expiries, marks. Callbacks come after it.
    @inlinable
    public mutating func advance(
        open: Double, high: Double, low: Double, close: Double, time: Timestamp, index: Int
    ) {
        if !matching.isQuiet(high: high, low: low) {
            match(MatchingBar(open: open, high: high, low: low, close: close, time: time, index: index))
        }
        closeCandle(high: high, low: low, close: close, time: time, index: index)
    }

    @inlinable
    public mutating func advance(_ candle: Candle, index: Int) {
        advance(
            open: candle.open, high: candle.high, low: candle.low, close: candle.close, time: candle.openTime,
            index: index)
    }

    /// Takes in the next candle by the finer candles it is made of, which tell the order of what happens inside it.
    ///
    /// `range` are the finer candles that open within it; where there are none, the candle itself decides.
    public mutating func advance(_ candle: Candle, index: Int, fine: CandleSeries, range: Range<Int>) {
        if !matching.isQuiet(high: candle.high, low: candle.low) {
            if range.isEmpty {
                match(
                    MatchingBar(
                        open: candle.open, high: candle.high, low: candle.low, close: candle.close,
                        time: candle.openTime, index: index))
            }
            for place in range where !matching.isQuiet(high: fine.highs[place], low: fine.lows[place]) {
                match(
                    MatchingBar(
                        open: fine.opens[place], high: fine.highs[place], low: fine.lows[place],
                        close: fine.closes[place], time: Timestamp(milliseconds: fine.openTimes[place]), index: index))
            }
        }
        closeCandle(high: candle.high, low: candle.low, close: candle.close, time: candle.openTime, index: index)
    }

    @inlinable
    mutating func closeCandle(high: Double, low: Double, close: Double, time: Timestamp, index: Int) {
        core.closeCandle(high: high, low: low, close: close, time: time, index: index, into: &actions)
        if !core.ledger.isFlat { countCandleInPosition() }
        if !actions.isEmpty { perform() }
    }

    @usableFromInline
    mutating func countCandleInPosition() {
        candlesInPosition += 1
    }

    /// Takes in what the strategy wants after the candle last advanced to.
    public mutating func decide(_ intents: [Intent]) {
        guard !intents.isEmpty else { return }
        core.decide(intents, at: core.lastDecisionPoint, into: &actions)
        perform()
        if core.settings.marketFill == .sameClose { fillAtClose() }
    }

    /// Ends the history: what waits is cancelled, an open position is closed at the last close.
    public mutating func finish() {
        core.endOfData(at: core.lastDecisionPoint, into: &actions)
        perform()
        fillAtClose()
    }

    /// What has happened since the last call, for the strategy's event callbacks.
    public mutating func takeEvents() -> [StrategyEvent] {
        let taken = events
        events.removeAll(keepingCapacity: true)
        return taken
    }

    // MARK: What is to be seen
    // Inlinable all of it: a call from another module would copy the whole value first.

    @inlinable public var hasEvents: Bool { !events.isEmpty }
    /// At the last close; see `TradingCore.account`.
    @inlinable public var account: AccountView { core.account }
    @inlinable public var equity: Double { core.equity }
    @inlinable public var cash: Money { core.ledger.cash }
    @inlinable public var feesPaid: Money { core.ledger.feesPaid }
    @inlinable public var lots: [Lot] { core.ledger.lots }
    /// Orders that wait, stops and targets included, in the order of their numbers.
    @inlinable public var openOrders: [Order] { core.orders }
    /// Changes whenever `openOrders` does.
    @inlinable public var ordersVersion: Int { core.ordersVersion }
    @inlinable public var nextOrderID: OrderID { core.nextOrderID }

    // MARK: Work

    /// Lets the bar fill what it fills, one event at a time, each booked before the next is looked for.
    @usableFromInline
    mutating func match(_ bar: MatchingBar) {
        core.now = bar.time
        matching.begin(bar)
        while let event = matching.nextAtOpen(core.ledger) { take(event) }
        while let event = matching.nextInside(core.ledger) { take(event) }
    }

    private mutating func fillAtClose() {
        let point = core.lastDecisionPoint
        matching.begin(
            MatchingBar(
                open: point.close, high: point.close, low: point.close, close: point.close, time: point.time,
                index: point.index))
        while let event = matching.nextAtClose(core.ledger) { take(event) }
    }

    private mutating func take(_ event: MatchingEvent) {
        switch event {
        case .filled(let fill, let cut):
            if let cut { core.cut(fill.order, to: cut.quantity, cut.reason, into: &actions) }
            core.book(fill, into: &actions)
            fillCount += 1
            if recordsFills { fills.append(fill) }
        case .refused(let id, let reason):
            core.reject(id, reason, into: &actions)
        case .triggered:
            // Nothing of a strategy is placed by `watch`.
            break
        }
        perform()
    }

    /// Does what the core asked for, and what follows from it, until nothing is left.
    ///
    /// It ends: placing leads to an acceptance, cancelling to the end of an order, and neither asks for more orders.
    @usableFromInline
    mutating func perform() {
        var done = 0
        while done < actions.count {
            defer { done += 1 }
            switch actions[done] {
            case .place(let order):
                matching.place(order)
                core.accept(order.id, into: &actions)
            case .amend(let order):
                matching.amend(order)
            case .cancel(let id):
                matching.cancel(id)
                core.finishCancel(id, nil, into: &actions)
            case .notify(let event): record(event)
            case .journal(let entry): record(entry)
            }
        }
        actions.removeAll(keepingCapacity: true)
    }

    private mutating func record(_ event: StrategyEvent) {
        if case .positionClosed(let trade) = event {
            trades.append(trade)
            if !listening.contains(.positions) { return }
        }
        events.append(event)
    }

    private mutating func record(_ entry: JournalEntry) {
        if journal.count < Self.maximumJournalEntries {
            journal.append(entry)
        } else {
            droppedJournalEntries += 1
        }
    }
}
