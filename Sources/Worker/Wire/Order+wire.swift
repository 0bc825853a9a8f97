import Market
import Trading
import Wording

/// An order as a script may see it. What only the books need (which fills are booked) stays behind.
extension Order: WireValue {
    private static let roles: [OrderRole] = [.decided, .exit, .stop, .target]

    func write(to writer: inout WireWriter) {
        writer.value(id)
        writer.text(clientID.prefix)
        writer.value(symbol)
        writer.value(side)
        writer.value(kind)
        writer.value(quantity)
        writer.byte(UInt8(Self.roles.firstIndex(of: role) ?? 0))
        writer.bool(reduceOnly)
        writer.optional(lot) { $0.value($1.order) }
        writer.optional(protection.stop) { $0.value($1) }
        writer.optional(protection.target) { $0.value($1) }
        writer.optional(lastIndex) { $0.int($1) }
        writer.text(tag, most: WireBounds.tagBytes)
        writer.value(createdAt)
        writer.value(state)
        writer.value(filledQuantity)
        writer.value(filledValue)
        writer.value(fees)
        writer.int(revision)
    }

    init(from reader: inout WireReader) throws(WireError) {
        let id: OrderID = try reader.value()
        let prefix = try reader.text("prefix", most: ClientOrderID.maximumPrefixLength)
        let symbol: Symbol = try reader.value()
        let side: Side = try reader.value()
        let kind: OrderKind = try reader.value()
        let quantity: Quantity = try reader.value()
        let role = try reader.choice("role", Self.roles)
        let reduceOnly = try reader.bool()
        let lot = try reader.optional { reader throws(WireError) in LotID(try reader.value()) }
        let stop: ProtectionLevel? = try reader.optional { reader throws(WireError) in try reader.value() }
        let target: ProtectionLevel? = try reader.optional { reader throws(WireError) in try reader.value() }
        let last = try reader.optional { reader throws(WireError) in
            try reader.int("last candle", WireBounds.counter)
        }
        let order = Order(
            id: id, prefix: prefix, symbol: symbol, side: side, kind: kind, quantity: quantity, role: role,
            reduceOnly: reduceOnly, lot: lot, protection: Protection(stop: stop, target: target), lastIndex: last,
            tag: try reader.text("tag", most: WireBounds.tagBytes), createdAt: try reader.value())
        self = order.reported(
            state: try reader.value(), filledQuantity: try reader.value(), filledValue: try reader.value(),
            fees: try reader.value(), revision: try reader.int("revision", WireBounds.counter))
    }
}

extension OrderID: WireValue {
    func write(to writer: inout WireWriter) { writer.int(number) }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(try reader.int("order number", WireBounds.counter))
    }
}

extension OrderKind: WireValue {
    func write(to writer: inout WireWriter) {
        switch self {
        case .market: writer.byte(0)
        case .limit(let price):
            writer.byte(1)
            writer.value(price)
        case .stop(let price):
            writer.byte(2)
            writer.value(price)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .market
        case 1: self = .limit(try reader.value())
        case 2: self = .stop(try reader.value())
        default: throw .wrong("kind of order", at: reader.place)
        }
    }
}

extension OrderState: WireValue {
    func write(to writer: inout WireWriter) {
        switch self {
        case .pendingNew: writer.byte(0)
        case .open: writer.byte(1)
        case .partiallyFilled: writer.byte(2)
        case .cancelInFlight: writer.byte(3)
        case .filled: writer.byte(4)
        case .cancelled(let reason):
            writer.byte(5)
            writer.optional(reason) { $0.value($1) }
        case .rejected(let reason):
            writer.byte(6)
            writer.value(reason)
        case .expired: writer.byte(7)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .pendingNew
        case 1: self = .open
        case 2: self = .partiallyFilled
        case 3: self = .cancelInFlight
        case 4: self = .filled
        case 5: self = .cancelled(try reader.optional { reader throws(WireError) in try reader.value() })
        case 6: self = .rejected(try reader.value())
        case 7: self = .expired
        default: throw .wrong("state of an order", at: reader.place)
        }
    }
}

extension ProtectionLevel: WireValue {
    func write(to writer: inout WireWriter) {
        switch self {
        case .distance(let value):
            writer.byte(0)
            writer.double(value)
        case .price(let value):
            writer.byte(1)
            writer.double(value)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .distance(try reader.finite("distance"))
        case 1: self = .price(try reader.finite("price"))
        default: throw .wrong("stop or target", at: reader.place)
        }
    }
}
