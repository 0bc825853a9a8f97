import Broker
import Market
import Wording

/// A line of the journal: an order or an attempt at one, with what came of it.
public struct JournalTrade: Sendable, Hashable {
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Not over yet.
        case pending
        case filled
        /// Ended without filling whole; a part may have.
        case cancelled
        case failed
    }

    public var id: TradeID
    public var user: UserID
    public var broker: BrokerID
    public var origin: OrderOrigin
    /// Nil: it failed before there was an order.
    public var order: StoredOrderID?
    public var symbol: Symbol
    public var side: Side
    public var kind: OrderKindName
    /// Nil for an order in quote currency.
    public var quantity: Quantity?
    public var price: Price?
    public var status: Status
    public var filledQuantity: Quantity
    /// The mean over its fills, rounded to the twelfth decimal.
    public var filledPrice: Price?
    public var filledValue: Money?
    /// By asset.
    public var fees: [String: FixedDecimal]
    /// Once a position was closed or made smaller by it.
    public var profit: Money?
    public var error: Message?
    public var createdAt: Timestamp
    public var executedAt: Timestamp?
}
