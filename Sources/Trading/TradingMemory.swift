import Market

/// All that a `TradingCore` knows, to be kept with its settings: a core made from it goes on where that one was.
public struct TradingMemory: Sendable, Hashable {
    public let ledger: Ledger
    /// Not in a terminal state.
    public let orders: [Order]
    /// Remembered for late fills, the oldest first.
    public let ended: [Order]
    public let nextOrderID: OrderID
    public let lastDecisionPoint: DecisionPoint
    public let now: Timestamp
    public let peakEquity: Double
    public let closedTradeCount: Int
    /// UTC day, counted from the epoch, of the orders counted in `ordersToday`.
    let riskDay: Int64
    let ordersToday: Int
}

extension TradingCore {
    public var memory: TradingMemory {
        TradingMemory(
            ledger: ledger, orders: orders, ended: Array(ended[endedNext...] + ended[..<endedNext]),
            nextOrderID: nextOrderID, lastDecisionPoint: lastDecisionPoint, now: now, peakEquity: peakEquity,
            closedTradeCount: closedTradeCount, riskDay: riskDay, ordersToday: ordersToday)
    }

    /// Goes on where a core with the same settings was.
    public init(
        _ settings: TradingSettings, restoring memory: TradingMemory, listening: StrategyEventKinds = .all,
        endedOrdersKept: Int = 64
    ) {
        self.init(
            settings, cash: memory.ledger.cash, firstOrder: memory.nextOrderID, listening: listening,
            endedOrdersKept: endedOrdersKept)
        ledger = memory.ledger
        orders = memory.orders
        ended = Array(memory.ended.suffix(endedCapacity))
        lastClose = memory.lastDecisionPoint.close
        lastIndex = memory.lastDecisionPoint.index
        lastTime = memory.lastDecisionPoint.time
        now = memory.now
        peakEquity = memory.peakEquity
        closedTradeCount = memory.closedTradeCount
        riskDay = memory.riskDay
        ordersToday = memory.ordersToday
        refreshPosition()
        sumUpOrders()
    }
}
