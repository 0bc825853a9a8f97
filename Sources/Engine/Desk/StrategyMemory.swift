import Trading

/// All that a running strategy knows, to be written down with every change: one made from it goes on where that was.
public struct StrategyMemory: Sendable, Hashable, Codable {
    public var trading: TradingMemory
    public var desk: OrderDesk

    public init(trading: TradingMemory, desk: OrderDesk) {
        self.trading = trading
        self.desk = desk
    }
}
