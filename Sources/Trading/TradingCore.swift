import Market
import Wording

/// The pure heart of trading: it is told what happened and answers what is to be done.
///
/// One core serves one strategy instance on one account and symbol. It knows no clock, no broker and no chance, so the
/// same events give the same actions, in a backtest as live. It allocates nothing while nothing happens.
public struct TradingCore: Sendable {
    public internal(set) var settings: TradingSettings
    public internal(set) var ledger: Ledger
    /// Orders that are not in a terminal state, in the order of their numbers.
    public internal(set) var orders: [Order] = []
    /// The number that the next order-taking intent gets.
    public internal(set) var nextOrderID: OrderID
    /// Rises with every change of `orders`.
    public internal(set) var ordersVersion = 0
    /// Which events for the strategy are made.
    public var listening: StrategyEventKinds
    /// The highest equity at a close so far; followed only where a drawdown limit is set.
    public internal(set) var peakEquity: Double
    public internal(set) var closedTradeCount = 0

    /// Orders waiting at a time, stops and targets included; the next one is refused.
    public static let maximumWorkingOrders = 1000

    /// Orders that ended last, kept for fills that the broker reports late or twice.
    var ended: [Order] = []
    let endedCapacity: Int
    var endedNext = 0

    /// Close, index and open time of the candle that closed last.
    @usableFromInline var lastClose = 0.0
    @usableFromInline var lastIndex = -1
    @usableFromInline var lastTime = Timestamp(milliseconds: 0)
    /// The first candle at whose close an order's life ends.
    @usableFromInline var nextExpiry = Int.max
    @usableFromInline var followsPeak: Bool
    /// The open position without what changes with every candle; nil when flat.
    @usableFromInline var positionAtFill: PositionView?
    /// Index of the oldest open lot's entry candle.
    @usableFromInline var entryIndex = 0
    /// Quote currency that resting orders hold back.
    @usableFromInline var reserved = 0.0
    /// The time that journal entries and orders carry. Decisions and fills set it to their own; whoever tells of a
    /// refusal or a cancel and knows its time sets it before.
    public var now = Timestamp(milliseconds: 0)
    var riskDay = Int64.min
    var ordersToday = 0
    var lossDay = Int64.min
    /// Profit of the trades closed on `lossDay`; followed only where a daily loss is limited.
    var realisedToday = Money.zero

    /// - Parameters:
    ///   - cash: what the strategy may trade with, in quote currency.
    ///   - firstOrder: the first order number to give out; after a restart, one above the last one given out before.
    ///   - endedOrdersKept: how many ended orders are remembered for late fills.
    public init(
        _ settings: TradingSettings, cash: Money, firstOrder: OrderID = OrderID(1),
        listening: StrategyEventKinds = .all, endedOrdersKept: Int = 64
    ) {
        self.settings = settings
        ledger = Ledger(cash: cash)
        nextOrderID = firstOrder
        self.listening = listening
        endedCapacity = max(0, endedOrdersKept)
        peakEquity = cash.value.double
        followsPeak = settings.risk.maximumDrawdown != nil
    }

    /// Takes in one event and answers what is to be done.
    public mutating func handle(_ event: TradingEvent) -> [TradingAction] {
        var actions: [TradingAction] = []
        handle(event, into: &actions)
        return actions
    }

    /// The same, appending to a list that the caller uses again and again.
    public mutating func handle(_ event: TradingEvent, into actions: inout [TradingAction]) {
        switch event {
        case .intents(let intents, let point, let refusals):
            decide(intents, refusals: refusals, at: point, into: &actions)
        case .orderAccepted(let id): accept(id, into: &actions)
        case .orderRejected(let id, let reason): reject(id, reason, into: &actions)
        case .orderCut(let id, let quantity, let reason): cut(id, to: quantity, reason, into: &actions)
        case .filled(let fill): book(fill, into: &actions)
        case .orderCancelled(let id, let reason): finishCancel(id, reason, into: &actions)
        case .cancelRejected(let id, let reason): resume(id, reason, into: &actions)
        case .candleClosed(let candle, let index):
            closeCandle(
                high: candle.high, low: candle.low, close: candle.close, time: candle.openTime, index: index,
                into: &actions)
        case .cashChanged(let cash): replaceCash(cash)
        case .closePosition(let reason, let time): closePosition(reason, at: time, into: &actions)
        case .positionLost(let held, let time): losePosition(downTo: held, at: time, into: &actions)
        case .endOfData(let point): endOfData(at: point, into: &actions)
        }
    }

    /// Takes in a closed candle of the strategy's timeframe; the direct form of `.candleClosed`.
    @inlinable
    public mutating func closeCandle(
        high: Double, low: Double, close: Double, time: Timestamp, index: Int,
        into actions: inout [TradingAction]
    ) {
        mark(close: close, time: time, index: index)
        if !ledger.isFlat { widenExtremes(high: high, low: low) }
        if index >= nextExpiry { expireOrders(at: index, into: &actions) }
    }

    @usableFromInline
    mutating func widenExtremes(high: Double, low: Double) {
        ledger.widenExtremes(high: high, low: low)
    }

    @inlinable
    mutating func mark(close: Double, time: Timestamp, index: Int) {
        setMark(close: close, time: time, index: index)
        if followsPeak { raisePeak() }
    }

    @inlinable
    @inline(__always)
    mutating func setMark(close: Double, time: Timestamp, index: Int) {
        lastClose = close
        lastTime = time
        lastIndex = index
    }

    @usableFromInline
    mutating func raisePeak() {
        peakEquity = max(peakEquity, equity)
    }

    /// Money that somebody puts in or takes out is neither gain nor loss.
    private mutating func replaceCash(_ cash: Money) {
        let before = equity
        ledger.replaceCash(cash)
        peakEquity += equity - before
    }

    /// Goes on under other settings for the same symbol: what is open stays as it is, limits hold from the next
    /// decision on.
    public mutating func change(_ settings: TradingSettings) {
        precondition(settings.symbol == self.settings.symbol, "a core stays on its symbol")
        self.settings = settings
        followsPeak = settings.risk.maximumDrawdown != nil
        sumUpOrders()
    }

    /// The candle that closed last; index -1 before the first one.
    public var lastDecisionPoint: DecisionPoint {
        DecisionPoint(time: lastTime, index: lastIndex, close: lastClose)
    }

    /// Cash and position at the last close, in quote currency.
    @inlinable public var equity: Double { ledger.equity(at: lastClose) }

    /// The account at the last close.
    @inlinable public var account: AccountView {
        let cash = ledger.cashShadow
        let free = cash - reserved
        var view = AccountView(
            free: free > 0 ? free : 0, total: cash, equity: ledger.equity(at: lastClose), position: nil,
            ordersVersion: ordersVersion)
        if !ledger.isFlat, var position = positionAtFill {
            position.mark(close: lastClose, bars: lastIndex - entryIndex)
            view.position = position
        }
        return view
    }
}
