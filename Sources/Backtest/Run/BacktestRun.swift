import Market
import StrategyHost
import Trading
import Wording

/// One strategy going through one history, candle by candle.
///
/// It decides nothing and only keeps the order of events: orders and stops meet the candle, the strategy hears what
/// became of them, then it is asked, then its intents go to trading. A candle on which nothing happens allocates
/// nothing.
struct BacktestRun: ~Copyable {
    private let history: BacktestHistory
    private let options: BacktestOptions
    private let instance: StrategyInstance
    private let market: MarketKind
    private var trading: SimulatedTrading
    private var equity: [Double] = []
    private var notes: BoundedLog<BacktestNote>
    private var plots: PlotColumns?
    private var journalSeen = 0
    private var failures = 0
    private var lastFailure: Diagnostic?
    private var ending = BacktestResult.Ending.complete
    private var wall: UInt64 = 0
    private var work: UInt64 = 0

    /// Candles between two questions whether to stop: a strategy that uses up its whole time on each of them is stopped
    /// within seconds, a usual one within microseconds.
    private static let stride = 16

    init(_ script: StrategyScript, _ history: BacktestHistory, _ options: BacktestOptions) throws {
        guard options.cash.value.isPositive else {
            throw BacktestError(
                Message(
                    "cash \(options.cash): expected an amount above 0",
                    fr: "capital \(options.cash) : attendu un montant supérieur à 0"))
        }
        let instance = try StrategyInstance(
            script: script, feeds: history.feeds,
            options: InstanceOptions(seed: options.seed, parameters: options.parameters, limits: options.limits))
        let market: MarketKind = instance.declaration.market == .spot ? .spot : .futures
        let settings = try TradingSettings(
            symbol: history.candles.symbol, market: market, rules: options.rules, fees: options.fees,
            slippage: options.slippage, marketFill: options.marketFill, risk: options.risk)
        self.init(history, options, instance, settings)
    }

    private init(
        _ history: BacktestHistory, _ options: BacktestOptions, _ instance: StrategyInstance,
        _ settings: TradingSettings
    ) {
        self.history = history
        self.options = options
        self.instance = instance
        market = settings.market
        trading = SimulatedTrading(settings, cash: options.cash, listening: instance.listening)
        notes = BoundedLog(limit: options.journalLimit)
        plots = options.keepsPlots ? PlotColumns() : nil
        equity.reserveCapacity(history.range.count)
    }

    /// Goes through the history until its end, a cancellation or too many failures.
    mutating func drive(_ observer: BacktestObserver) {
        let started = (RunClock.wall, RunClock.thread)
        for _ in 0..<history.range.lowerBound { instance.observeCandle() }
        _ = instance.start(trading.account)
        var teller = ProgressTeller(observer, total: history.range.count)
        var next = history.range.lowerBound
        let end = history.range.upperBound
        if let fine = history.intrabar {
            var cursor = FineCursor(fine, in: history.candles)
            while next < end, ending == .complete {
                let stop = min(next + Self.stride, end)
                while next < stop {
                    trading.advance(history.candles[next], index: next, fine: fine, range: cursor.range(of: next))
                    closeCandle(next)
                    next += 1
                }
                askWhetherToGoOn(&teller)
            }
        } else {
            let candles = history.candles
            let (times, opens, highs) = (candles.openTimes, candles.opens, candles.highs)
            let (lows, closes) = (candles.lows, candles.closes)
            while next < end, ending == .complete {
                let stop = min(next + Self.stride, end)
                while next < stop {
                    trading.advance(
                        open: opens[next], high: highs[next], low: lows[next], close: closes[next],
                        time: Timestamp(milliseconds: times[next]), index: next)
                    closeCandle(next)
                    next += 1
                }
                askWhetherToGoOn(&teller)
            }
        }
        finish()
        teller.finish(equity.count)
        wall = RunClock.wall - started.0
        work = RunClock.thread - started.1
    }

    private mutating func askWhetherToGoOn(_ teller: inout ProgressTeller) {
        if instance.isPaused, let lastFailure {
            ending = .failed(StrategyError([lastFailure]))
        } else if !teller.goesOn(after: equity.count) {
            ending = .interrupted
        }
    }

    /// What follows once trading has taken in a candle.
    @inline(__always)
    private mutating func closeCandle(_ index: Int) {
        if trading.hasEvents { deliverEvents() }
        if trading.ordersVersion != instance.seenOrdersVersion {
            instance.see(trading.openOrders, version: trading.ordersVersion)
        }
        let decides = instance.closeCandle(trading.account, nextOrderID: trading.nextOrderID)
        if decides { act(on: index) }
        equity.append(trading.equity)
    }

    /// Hands the strategy what became of its orders. What it asks for then is decided with the next closed candle.
    @inline(never)
    private mutating func deliverEvents() {
        for event in trading.takeEvents() {
            // What it says and asks for stays in the instance until the next decision is taken.
            _ = instance.deliver(
                event, account: trading.account, nextOrderID: trading.nextOrderID, openOrders: trading.openOrders)
        }
    }

    /// Passes on what the strategy wants and says.
    @inline(never)
    private mutating func act(on index: Int) {
        let decision = instance.takeDecision()
        record(decision, at: index)
        guard !decision.intents.isEmpty else { return }
        trading.decide(decision.intents)
        recordJournal()
        // What the broker answered is told with the next candle's fills: an order that a callback asked for now would
        // get a number that trading may give to a stop before it is decided.
    }

    private mutating func record(_ decision: Decision, at index: Int) {
        let time = history.candles[index].openTime
        for entry in decision.journal { record(entry) }
        if let failure = decision.failures.last { lastFailure = failure.diagnostic }
        failures += decision.failures.count
        for line in decision.logs {
            notes.append(
                BacktestNote(time: time, kind: .log, code: line.level.rawValue, message: Self.message(of: line)))
        }
        for notice in decision.notices {
            notes.append(BacktestNote(time: time, kind: .log, code: "notify", message: Message(notice, fr: notice)))
        }
        guard plots != nil else { return }
        for point in decision.plots {
            plots?.set(point.name, at: index - history.range.lowerBound, to: point.value)
        }
    }

    private mutating func record(_ entry: JournalEntry) {
        notes.append(
            BacktestNote(time: entry.time, kind: .trading, code: entry.kind.rawValue, message: entry.message))
    }

    /// Takes over what trading has written since the last call.
    private mutating func recordJournal() {
        while journalSeen < trading.journal.count {
            record(trading.journal[journalSeen])
            journalSeen += 1
        }
    }

    private static func message(of line: LogLine) -> Message {
        let fields = line.fields.map { " \($0.name)=\($0.value)" }.joined()
        return Message(line.text + fields, fr: line.text + fields)
    }

    /// Closes what is open at the last close and tells the strategy.
    private mutating func finish() {
        guard !equity.isEmpty else { return }
        trading.finish()
        equity[equity.count - 1] = trading.equity
        if trading.hasEvents { deliverEvents() }
        _ = instance.stop(trading.account)
        recordJournal()
        record(instance.takeDecision(), at: history.range.lowerBound + equity.count - 1)
    }

    /// What has come of it so far.
    func result() -> BacktestResult {
        let range = history.range.lowerBound..<history.range.lowerBound + equity.count
        let candles = history.candles
        return BacktestResult(
            strategy: instance.declaration.name, version: instance.declaration.version,
            market: market,
            parameters: instance.parameters.map { (name: $0.name, value: $0.value.description) }, options: options,
            candles: candles, range: range, warmup: instance.warmup, gaps: GapCount(candles, in: range),
            ending: ending, trades: trading.trades, equity: equity, performance: performance(range),
            failures: failures, holding: holding(range), notes: notes, plots: plots, hash: hash,
            elapsedSeconds: Double(wall) / 1e9,
            cpuSeconds: Double(work) / 1e9)
    }

    private func performance(_ range: Range<Int>) -> PerformanceReport {
        EquityCurve.over(history.candles, range, equity: equity, start: options.cash.value.double) { curve in
            PerformanceReport(
                trades: trading.trades, curve: curve, fees: trading.feesPaid,
                candlesInPosition: trading.candlesInPosition)
        }
    }

    private func holding(_ range: Range<Int>) -> BuyAndHold {
        let candles = history.candles
        return BuyAndHold(
            cash: options.cash.value.double, firstOpen: range.isEmpty ? 0 : candles.opens[range.lowerBound],
            closes: UnsafeBufferPointer(start: candles.closes + range.lowerBound, count: range.count),
            fee: options.fees.taker.double, slippage: options.slippage.double)
    }

    private var hash: UInt64 {
        var hash = ResultHash()
        for fill in trading.fills { hash.add(fill) }
        for trade in trading.trades { hash.add(trade) }
        for value in equity { hash.add(value) }
        return hash.value
    }
}

/// The finer candles that open within each coarse one, found by going along.
struct FineCursor {
    private let fine: CandleSeries
    private let coarse: CandleSeries
    private var next = 0

    init(_ fine: CandleSeries, in coarse: CandleSeries) {
        self.fine = fine
        self.coarse = coarse
    }

    /// The finer candles inside a candle; candles are asked for in rising order.
    mutating func range(of index: Int) -> Range<Int> {
        let start = coarse.openTimes[index]
        let end = start + coarse.timeframe.milliseconds
        while next < fine.count, fine.openTimes[next] < start { next += 1 }
        let first = next
        while next < fine.count, fine.openTimes[next] < end { next += 1 }
        return first..<next
    }
}
