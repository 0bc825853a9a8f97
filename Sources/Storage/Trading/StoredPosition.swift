import Market

/// What is held on a symbol by a strategy, or by hand.
public struct StoredPosition: Sendable, Hashable {
    public var id: PositionID
    public var user: UserID
    public var broker: BrokerID
    /// Nil: opened by hand.
    public var activeStrategy: ActiveStrategyID?
    public var symbol: Symbol
    public var direction: Direction
    public var quantity: Quantity
    /// The mean over its entries.
    public var entryPrice: Price
    public var stop: Price?
    public var target: Price?
    /// Of what was closed of it, after fees.
    public var realisedProfit: Money
    public var openedAt: Timestamp
    public var updatedAt: Timestamp
    public var closedAt: Timestamp?
}
