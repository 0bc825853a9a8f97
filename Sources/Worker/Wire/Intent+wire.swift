import StrategyHost
import Trading
import Wording

/// What a strategy asks for. Read from a worker, everything is checked once more that the sandbox checks before it
/// makes an intent: a worker that was taken over may say anything.
extension Intent: WireValue {
    func write(to writer: inout WireWriter) {
        switch self {
        case .enter(let entry):
            writer.byte(0)
            writer.value(entry.direction)
            writer.value(entry.size)
            writer.optional(entry.stop) { $0.value($1) }
            writer.optional(entry.target) { $0.value($1) }
            writer.text(entry.tag)
        case .exit(let reason):
            writer.byte(1)
            writer.text(reason)
        case .submit(let order):
            writer.byte(2)
            writer.value(order)
        case .cancel(let id):
            writer.byte(3)
            writer.value(id)
        case .moveStop(let price):
            writer.byte(4)
            writer.optional(price) { $0.double($1) }
        case .moveTarget(let price):
            writer.byte(5)
            writer.optional(price) { $0.double($1) }
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0:
            self = .enter(
                EntryIntent(
                    try reader.value(), size: try reader.value(), stop: try reader.level(), target: try reader.level(),
                    tag: try reader.line("tag", most: WireBounds.tagBytes)))
        case 1: self = .exit(reason: try reader.line("reason", most: WireBounds.tagBytes))
        case 2: self = .submit(try reader.value())
        // A script may name any number, also one that no order has.
        case 3: self = .cancel(OrderID(try reader.int("order number", 1...Int.max)))
        case 4: self = .moveStop(try reader.price())
        case 5: self = .moveTarget(try reader.price())
        default: throw .wrong("intent", at: reader.place)
        }
    }
}

extension OrderSize: WireValue {
    func write(to writer: inout WireWriter) {
        switch self {
        case .value(let amount):
            writer.byte(0)
            writer.double(amount)
        case .quantity(let amount):
            writer.byte(1)
            writer.double(amount)
        }
    }

    init(from reader: inout WireReader) throws(WireError) {
        let kind = try reader.byte()
        let amount = try reader.positive("size")
        switch kind {
        case 0: self = .value(amount)
        case 1: self = .quantity(amount)
        default: throw .wrong("size", at: reader.place)
        }
    }
}

extension OrderIntent: WireValue {
    /// The longest life of an order, in candles; the sandbox's bound.
    private static let longestExpiry = 1_000_000

    func write(to writer: inout WireWriter) {
        writer.value(side)
        writer.value(size)
        writer.optional(limit) { $0.double($1) }
        writer.optional(stop) { $0.double($1) }
        writer.optional(take) { $0.double($1) }
        writer.optional(expires) { $0.int($1) }
        writer.text(tag)
        writer.bool(reduceOnly)
    }

    init(from reader: inout WireReader) throws(WireError) {
        self.init(
            try reader.value(), size: try reader.value(), limit: try reader.price(), stop: try reader.price(),
            take: try reader.price(),
            expires: try reader.optional { reader throws(WireError) in
                try reader.int("expires", 1...Self.longestExpiry)
            },
            tag: try reader.line("tag", most: WireBounds.tagBytes), reduceOnly: try reader.bool())
    }
}

extension WireReader {
    mutating func positive(_ what: String) throws(WireError) -> Double {
        let value = try finite(what)
        guard value > 0 else { throw .wrong("\(what) above 0", at: place) }
        return value
    }

    fileprivate mutating func price() throws(WireError) -> Double? {
        try optional { reader throws(WireError) in try reader.positive("price") }
    }

    fileprivate mutating func level() throws(WireError) -> ProtectionLevel? {
        try optional { reader throws(WireError) in
            let level: ProtectionLevel = try reader.value()
            switch level {
            case .distance(let value), .price(let value):
                guard value > 0 else { throw .wrong("stop or target above 0", at: reader.place) }
            }
            return level
        }
    }

    /// A text on one line, without control characters.
    mutating func line(_ what: String, most: Int) throws(WireError) -> String {
        let text = try text(what, most: most)
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw .wrong("\(what) without control characters", at: place)
        }
        return text
    }

    /// A text without control characters; line ends and tabs may stand in it.
    mutating func cleanText(_ what: String, most: Int) throws(WireError) -> String {
        let text = try text(what, most: most)
        guard Message.isClean(text) else { throw .wrong("\(what) without control characters", at: place) }
        return text
    }

    /// A message without control characters; line ends and tabs may stand in it.
    mutating func cleanMessage() throws(WireError) -> Message {
        let message: Message = try value()
        guard Message.isClean(message.english), Message.isClean(message.french) else {
            throw .wrong("message without control characters", at: place)
        }
        return message
    }
}
