import Market
import Wording

/// The closed candle on which a strategy decides.
public struct DecisionPoint: Codable, Sendable, Hashable {
    /// Open time of the candle that has closed.
    public var time: Timestamp
    /// Its index in the strategy's timeframe.
    public var index: Int
    public var close: Double

    public init(time: Timestamp, index: Int, close: Double) {
        self.time = time
        self.index = index
        self.close = close
    }
}

/// What has happened, told to a `TradingCore`.
public enum TradingEvent: Sendable, Equatable {
    /// What the strategy wants; `refusals` are those that the account does not allow, by their place in the list.
    case intents([Intent], at: DecisionPoint, refusals: [Int: Message] = [:])
    case orderAccepted(OrderID)
    case orderRejected(OrderID, Message)
    /// The broker could not serve the whole quantity and made the order smaller; told before the fill.
    case orderCut(OrderID, to: Quantity, Message)
    case filled(Fill)
    case orderCancelled(OrderID, Message?)
    /// The cancel came too late or failed; the order lives on.
    case cancelRejected(OrderID, Message)
    /// A candle of the strategy's timeframe has closed. Its fills have been told before.
    case candleClosed(Candle, index: Int)
    /// Somebody else than the strategy wants the position closed at market, now; nothing where there is none.
    case closePosition(reason: String, at: Timestamp)
    /// The broker holds only this much of the position: somebody else has taken the rest, at a price that is not known.
    case positionLost(downTo: Quantity, at: Timestamp)
    /// History has ended: what waits is cancelled, what is open is closed at market at this close.
    case endOfData(at: DecisionPoint)
    /// The account's cash was changed from outside (deposit, other strategies): it is this much now.
    case cashChanged(Money)
}

/// What is to be done now, in this order.
public enum TradingAction: Sendable, Equatable {
    /// Send the order, or hand it to `Matching`.
    case place(Order)
    /// The order of that number has this price and quantity from now on.
    case amend(Order)
    case cancel(OrderID)
    case notify(StrategyEvent)
    case journal(JournalEntry)
}

/// What a strategy is told through its event callbacks.
public enum StrategyEvent: Sendable, Equatable {
    case orderUpdated(Order)
    case filled(Fill, tag: String)
    /// The first lot of a position, at its entry.
    case positionOpened(PositionView)
    /// One closed piece of one lot. Made whatever is listened to: the books need it.
    indirect case positionClosed(ClosedTrade)
}

/// Which events are wanted; the others are not made.
public struct StrategyEventKinds: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let orders = StrategyEventKinds(rawValue: 1)
    public static let fills = StrategyEventKinds(rawValue: 2)
    public static let positions = StrategyEventKinds(rawValue: 4)
    public static let all: StrategyEventKinds = [.orders, .fills, .positions]
}
