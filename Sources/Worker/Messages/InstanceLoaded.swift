import Market
import StrategyHost
import Trading
import Wording

/// What came of loading a strategy.
public struct InstanceLoaded: Sendable {
    public var declaration: StrategyDeclaration
    /// Candles before the first callback.
    public var warmup: Int
    /// Which events its callbacks want; the others need not be told.
    public var listening: StrategyEventKinds
    /// Open time of the first candle that it has seen; nil where the feed was empty.
    public var firstOpen: Timestamp?
    /// Candles of the base feed that it has seen.
    public var candlesSeen: Int
    /// Bytes its interpreter holds; its indicators come on top.
    public var memoryBytes: Int
    /// What `on_start` asked for and said.
    public var decision: Decision
    /// `self.state` after the first call.
    public var state: [UInt8]
    public var stateHash: UInt64
    /// Why the state could not be read out, where that is so; it then counts as empty.
    public var problem: Message?
}
