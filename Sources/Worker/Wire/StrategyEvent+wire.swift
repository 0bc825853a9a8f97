import Market
import Trading

extension StrategyEvent: WireValue {
    func write(to writer: inout WireWriter) {
        switch self {
        case .orderUpdated(let order):
            writer.byte(0)
            writer.value(order)
        case .filled(let fill, let tag):
            writer.byte(1)
            writer.value(fill)
            writer.text(tag, most: WireBounds.tagBytes)
        case .positionOpened(let position):
            writer.byte(2)
            writer.value(position)
        case .positionClosed(let trade):
            writer.byte(3)
            writer.value(trade)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .orderUpdated(try reader.value())
        case 1: self = .filled(try reader.value(), tag: try reader.text("tag", most: WireBounds.tagBytes))
        case 2: self = .positionOpened(try reader.value())
        case 3: self = .positionClosed(try reader.value())
        default: throw .wrong("event", at: reader.place)
        }
    }
}

extension StrategyEvent {
    /// The first byte of the stored form; rises with every change of it.
    private static let storedForm: UInt8 = 1

    /// The event as it is kept until the script is told of it: what a script can see of it, and nothing else.
    public var stored: [UInt8] {
        var writer = WireWriter()
        writer.byte(Self.storedForm)
        writer.value(self)
        return writer.bytes
    }

    /// Reads what `stored` gave.
    public init(stored: [UInt8]) throws(WireError) {
        var reader = WireReader(stored)
        let form = try reader.byte()
        guard form == Self.storedForm else {
            throw WireError(
                "an event stored in form \(form): expected form \(Self.storedForm)",
                fr: "un événement enregistré sous la forme \(form) : attendu la forme \(Self.storedForm)")
        }
        self = try reader.value()
        try reader.finish()
    }
}

extension Fill: WireValue {
    func write(to writer: inout WireWriter) {
        writer.text(id.text, most: WireBounds.tagBytes)
        writer.value(order)
        writer.value(side)
        writer.value(price)
        writer.value(quantity)
        writer.value(fee)
        writer.value(baseFee)
        writer.value(time)
        writer.int(index)
        writer.bool(isMaker)
        writer.bool(isAmbiguous)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            id: FillID(try reader.text("fill", most: WireBounds.tagBytes)), order: try reader.value(),
            side: try reader.value(), price: try reader.value(), quantity: try reader.value(),
            fee: try reader.value(), baseFee: try reader.value(), time: try reader.value(),
            index: try reader.int("candle", -WireBounds.counter.upperBound...WireBounds.counter.upperBound),
            isMaker: try reader.bool(), isAmbiguous: try reader.bool())
    }
}

extension ClosedTrade: WireValue {
    func write(to writer: inout WireWriter) {
        writer.int(id)
        writer.value(direction)
        writer.value(quantity)
        writer.value(entryTime)
        writer.value(entryPrice)
        writer.value(exitTime)
        writer.value(exitPrice)
        writer.value(fees)
        writer.value(profit)
        writer.double(profitPct)
        writer.int(bars)
        writer.text(reason, most: WireBounds.tagBytes)
        writer.double(maePct)
        writer.double(mfePct)
        writer.text(entryReason, most: WireBounds.tagBytes)
        writer.int(entryIndex)
        writer.int(exitIndex)
        writer.value(entryOrder)
        writer.value(exitOrder)
        writer.bool(isAmbiguous)
        writer.value(remaining)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let most = WireBounds.counter.upperBound
        self.init(
            id: try reader.int("trade", WireBounds.counter), direction: try reader.value(),
            quantity: try reader.value(), entryTime: try reader.value(), entryPrice: try reader.value(),
            exitTime: try reader.value(), exitPrice: try reader.value(), fees: try reader.value(),
            profit: try reader.value(), profitPct: try reader.double(), bars: try reader.int("bars", -most...most),
            reason: try reader.text("reason", most: WireBounds.tagBytes), maePct: try reader.double(),
            mfePct: try reader.double(), entryReason: try reader.text("reason", most: WireBounds.tagBytes),
            entryIndex: try reader.int("candle", -most...most), exitIndex: try reader.int("candle", -most...most),
            entryOrder: try reader.value(), exitOrder: try reader.value(), isAmbiguous: try reader.bool(),
            remaining: try reader.value())
    }
}
