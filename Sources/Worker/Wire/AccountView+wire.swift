import Market
import Trading

extension AccountView: WireValue {
    func write(to writer: inout WireWriter) {
        writer.double(free)
        writer.double(total)
        writer.double(equity)
        writer.int(ordersVersion)
        writer.optional(position) { $0.value($1) }
    }

    init(from reader: inout WireReader) throws(WireError) {
        let free = try reader.double()
        let total = try reader.double()
        let equity = try reader.double()
        let version = try reader.int("version of the orders", WireBounds.counter)
        let position: PositionView? = try reader.optional { reader throws(WireError) in try reader.value() }
        self.init(free: free, total: total, equity: equity, position: position, ordersVersion: version)
    }
}

extension PositionView: WireValue {
    func write(to writer: inout WireWriter) {
        writer.value(direction)
        writer.double(quantity)
        writer.double(entry)
        writer.optional(stop) { $0.double($1) }
        writer.optional(target) { $0.double($1) }
        writer.double(pnl)
        writer.double(pnlPct)
        writer.int(bars)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let direction: Direction = try reader.value()
        let quantity = try reader.double()
        let entry = try reader.double()
        let stop = try reader.optional { reader throws(WireError) in try reader.double() }
        let target = try reader.optional { reader throws(WireError) in try reader.double() }
        self.init(
            direction: direction, quantity: quantity, entry: entry, stop: stop, target: target,
            pnl: try reader.double(), pnlPct: try reader.double(), bars: try reader.int("bars", WireBounds.counter))
    }
}

extension Direction: WireValue {
    func write(to writer: inout WireWriter) { writer.byte(self == .long ? 0 : 1) }
    init(from reader: inout WireReader) throws(WireError) { self = try reader.choice("direction", [.long, .short]) }
}

extension Side: WireValue {
    func write(to writer: inout WireWriter) { writer.byte(self == .buy ? 0 : 1) }
    init(from reader: inout WireReader) throws(WireError) { self = try reader.choice("side", [.buy, .sell]) }
}
