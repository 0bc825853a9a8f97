import Market
import StrategyHost
import Wording

extension DecisionAnswer: WireValue {
    func write(to writer: inout WireWriter) {
        writeOutcome(to: &writer)
        writer.signed(nanoseconds)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let instance: InstanceNumber = try reader.value()
        self.init(
            instance: instance, candleOpen: try reader.optional { reader throws(WireError) in try reader.value() },
            decision: try reader.value(),
            state: try reader.optional { reader throws(WireError) in
                try reader.data("state", most: WireBounds.stateBytes)
            }, stateHash: try reader.fixed(), isPaused: try reader.bool(),
            failuresInARow: try reader.int("failures", 0...1_000_000),
            problem: try reader.optional { reader throws(WireError) in try reader.cleanMessage() })
        nanoseconds = Int64(try reader.int("nanoseconds", WireBounds.counter))
    }

    /// All but how long it took.
    private func writeOutcome(to writer: inout WireWriter) {
        writer.value(instance)
        writer.optional(candleOpen) { $0.value($1) }
        writer.value(decision)
        writer.optional(state) { $0.data($1) }
        writer.fixed(stateHash)
        writer.bool(isPaused)
        writer.int(failuresInARow)
        writer.optional(problem) { $0.value($1) }
    }

    /// Everything that must be the same when the decision is run again: all but the time it took.
    public var outcome: [UInt8] {
        var writer = WireWriter()
        writeOutcome(to: &writer)
        return writer.bytes
    }

    /// A short name of `outcome`, to be kept with the decision.
    public var outcomeHash: UInt64 { WireHash.of(outcome) }
}
