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
    /// Set where the strategy was brought back since its last answer, because its worker had died. What `on_start` said
    /// and the state it left stand there; `state` is told from there on.
    public var reloaded: InstanceReloaded?

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

    /// Refuses an answer that does not agree with itself or with what is known of the strategy: a worker that was taken
    /// over may say anything, and what it says is kept.
    ///
    /// - Parameters:
    ///   - former: the name of the state before this turn; nil where that is not known.
    ///   - mostState: bytes that a state may take.
    func check(after former: UInt64?, mostState: Int) throws(WireError) {
        if let state {
            try WireError.check(state, isNamed: stateHash, most: mostState)
        } else if let former, stateHash != former {
            throw WireError("another state, which it does not tell", fr: "un autre état, qu'il ne dit pas")
        }
        if candleOpen == nil, problem == nil {
            throw WireError("neither a candle nor a problem", fr: "ni bougie ni problème")
        }
    }
}

extension WireError {
    /// Refuses a state that is not the one it is said to be, or larger than a strategy may keep.
    static func check(_ state: [UInt8], isNamed hash: UInt64, most: Int) throws(WireError) {
        guard state.count <= most else { throw .beyond("the size of a state", UInt64(state.count), most: most) }
        guard WireHash.of(state) == hash else {
            throw WireError("a state that is not the one it names", fr: "un état qui n'est pas celui qu'il nomme")
        }
    }
}
