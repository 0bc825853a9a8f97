import CLuaHost

/// A row of calls that are made inside one entry into the machine, without boxing: the fast path of a candle.
///
/// The steps are the caller's to fill in: function, receiver, arguments, how many results are read, and whether the
/// plan ends when a result is true.
public final class LuaPlan {
    public let capacity: Int
    public let steps: UnsafeMutablePointer<ah_step>
    /// Keeps what the steps refer to.
    private var references: [LuaReference] = []

    /// - Parameter capacity: steps at most, 64 or fewer.
    public init(capacity: Int) {
        precondition((1...64).contains(capacity), "a plan has 1 to 64 steps")
        self.capacity = capacity
        steps = .allocate(capacity: capacity)
        steps.initialize(repeating: ah_step(), count: capacity)
    }

    deinit { steps.deallocate() }

    /// Sets step `position` to `function(receiver, …)`.
    public func set(
        _ position: Int, _ function: LuaReference, receiver: LuaReference? = nil, results: Int = 1,
        stopIfTrue: Bool = false
    ) {
        precondition(position < capacity && results <= Int(AH_MAX_RESULTS), "outside the plan")
        references.append(function)
        if let receiver { references.append(receiver) }
        steps[position].function = function.raw
        steps[position].receiver = receiver?.raw ?? 0
        steps[position].result_count = UInt8(results)
        steps[position].stop_if_true = stopIfTrue ? 1 : 0
    }
}

extension LuaMachine {
    /// Runs the steps `from ..< from + count` in order, each with a fresh budget; stops at the first failure.
    ///
    /// - Returns: how many steps ended well. String results live until the machine is used again.
    @discardableResult
    public func run(_ plan: LuaPlan, from: Int = 0, count: Int) throws(LuaFailure) -> Int {
        precondition(from >= 0 && count >= 0 && from + count <= plan.capacity, "outside the plan")
        var done: Int32 = 0
        let status = ah_run(state.raw, plan.steps + from, Int32(count), &done)
        if status != AH_OK { throw failure(loading: false) }
        return Int(done)
    }
}
