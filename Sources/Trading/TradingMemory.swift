import Market
import Wording

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
    /// UTC day of `realisedToday`.
    let lossDay: Int64
    let realisedToday: Money
}

/// Amounts are exact texts. A memory of another version is refused: trading on what was misread would cost money.
extension TradingMemory: Codable {
    public static let version = 1

    private enum CodingKeys: String, CodingKey {
        case version, ledger, orders, ended, nextOrderID, lastDecisionPoint, now, peakEquity, closedTradeCount, riskDay
        case ordersToday, lossDay, realisedToday
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let version = try fields.decode(Int.self, forKey: .version)
        guard version == Self.version else {
            throw TradingError(
                Message(
                    "this memory of a strategy is of version \(version): expected \(Self.version)",
                    fr: "cette mémoire d'une stratégie est de version \(version) : attendu \(Self.version)"))
        }
        ledger = try fields.decode(Ledger.self, forKey: .ledger)
        orders = try fields.decode([Order].self, forKey: .orders)
        ended = try fields.decode([Order].self, forKey: .ended)
        nextOrderID = try fields.decode(OrderID.self, forKey: .nextOrderID)
        lastDecisionPoint = try fields.decode(DecisionPoint.self, forKey: .lastDecisionPoint)
        now = try fields.decode(Timestamp.self, forKey: .now)
        peakEquity = try fields.decode(Double.self, forKey: .peakEquity)
        closedTradeCount = try fields.decode(Int.self, forKey: .closedTradeCount)
        riskDay = try fields.decode(Int64.self, forKey: .riskDay)
        ordersToday = try fields.decode(Int.self, forKey: .ordersToday)
        lossDay = try fields.decode(Int64.self, forKey: .lossDay)
        realisedToday = try fields.decode(Money.self, forKey: .realisedToday)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(Self.version, forKey: .version)
        try fields.encode(ledger, forKey: .ledger)
        try fields.encode(orders, forKey: .orders)
        try fields.encode(ended, forKey: .ended)
        try fields.encode(nextOrderID, forKey: .nextOrderID)
        try fields.encode(lastDecisionPoint, forKey: .lastDecisionPoint)
        try fields.encode(now, forKey: .now)
        try fields.encode(peakEquity, forKey: .peakEquity)
        try fields.encode(closedTradeCount, forKey: .closedTradeCount)
        try fields.encode(riskDay, forKey: .riskDay)
        try fields.encode(ordersToday, forKey: .ordersToday)
        try fields.encode(lossDay, forKey: .lossDay)
        try fields.encode(realisedToday, forKey: .realisedToday)
    }
}

extension TradingCore {
    public var memory: TradingMemory {
        TradingMemory(
            ledger: ledger, orders: orders, ended: Array(ended[endedNext...] + ended[..<endedNext]),
            nextOrderID: nextOrderID, lastDecisionPoint: lastDecisionPoint, now: now, peakEquity: peakEquity,
            closedTradeCount: closedTradeCount, riskDay: riskDay, ordersToday: ordersToday, lossDay: lossDay,
            realisedToday: realisedToday)
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
        lossDay = memory.lossDay
        realisedToday = memory.realisedToday
        refreshPosition()
        sumUpOrders()
    }
}
