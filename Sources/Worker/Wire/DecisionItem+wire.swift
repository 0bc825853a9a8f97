import StrategyHost
import Trading
import Wording

extension FeedNumber: WireValue {
    func write(to writer: inout WireWriter) { writer.signed(number) }
    init(from reader: inout WireReader) throws(WireError) { self.init(try reader.signed()) }
}

extension InstanceNumber: WireValue {
    func write(to writer: inout WireWriter) { writer.signed(number) }
    init(from reader: inout WireReader) throws(WireError) { self.init(try reader.signed()) }
}

extension DecisionItem: WireValue {
    /// The first byte of the stored form; rises with every change of it.
    private static let storedForm: UInt8 = 1

    func write(to writer: inout WireWriter) {
        writer.value(instance)
        writer.int(observing)
        writer.values(events)
        writer.value(account)
        writer.value(nextOrderID)
        writer.optional(openOrders) { $0.values($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            instance: try reader.value(), observing: try reader.int("observed candles", WireBounds.counter),
            events: try reader.values("events", most: WireBounds.events), account: try reader.value(),
            nextOrderID: try reader.value(),
            openOrders: try reader.optional { reader throws(WireError) in
                try reader.values("open orders", most: WireBounds.openOrders)
            })
    }

    /// The item as it is kept with the decision, to run it again: equal items have equal bytes.
    public var stored: [UInt8] { stored(form: Self.storedForm) }

    /// Reads what `stored` gave.
    public init(stored: [UInt8]) throws(WireError) {
        try self.init(stored: stored, form: Self.storedForm, Message("a decision", fr: "une décision"))
    }
}
