import Market
import StrategyHost
import Trading
import Wording

/// What came of one strategy's turn.
public struct DecisionAnswer: Sendable {
    public var instance: InstanceNumber
    /// Open time of the candle that closed; nil where the strategy could not be asked.
    public var candleOpen: Timestamp?
    public var decision: Decision
    /// `self.state`, where it has changed since it was last told.
    public var state: [UInt8]?
    /// Of `self.state` as it is now.
    public var stateHash: UInt64
    public var isPaused: Bool
    public var failuresInARow: Int
    /// What the turn took, by the wall's clock.
    public var nanoseconds: Int64
    /// Why the strategy could not be asked, or its state not be read out.
    public var problem: Message?

    public init(
        instance: InstanceNumber, candleOpen: Timestamp? = nil, decision: Decision = Decision(), state: [UInt8]? = nil,
        stateHash: UInt64 = 0, isPaused: Bool = false, failuresInARow: Int = 0, nanoseconds: Int64 = 0,
        problem: Message? = nil
    ) {
        self.instance = instance
        self.candleOpen = candleOpen
        self.decision = decision
        self.state = state
        self.stateHash = stateHash
        self.isPaused = isPaused
        self.failuresInARow = failuresInARow
        self.nanoseconds = nanoseconds
        self.problem = problem
    }

    /// Refuses an answer that does not agree with itself.
    func check() throws(WireError) {
        if let state, WireHash.of(state) != stateHash {
            throw WireError("a state that is not the one it names", fr: "un état qui n'est pas celui qu'il nomme")
        }
    }
}
