import Market
import Trading

/// FNV-1a, 64 bits, over all that a run did: equal for equal runs on every machine.
///
/// The text of each fill is `order,side,price,quantity,fee,time` and of each trade what the trades table shows, with
/// numbers as exact decimals and each followed by a newline; then come the equity curve's values, eight bytes each with
/// the lowest first.
struct ResultHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01b3

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* Self.prime
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
    }

    mutating func add(_ number: Double) {
        var bits = number.bitPattern
        for _ in 0..<8 {
            add(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
    }

    mutating func add(_ fill: Fill) {
        add("\(fill.order),\(fill.side.rawValue),\(fill.price),\(fill.quantity),\(fill.fee),")
        add("\(fill.time.milliseconds)\n")
    }

    mutating func add(_ trade: ClosedTrade) {
        add("\(trade.id),\(trade.direction.rawValue),\(trade.quantity),\(trade.entryTime.milliseconds),")
        add("\(trade.entryPrice),\(trade.exitTime.milliseconds),\(trade.exitPrice),\(trade.fees),\(trade.profit),")
        add("\(trade.bars),\(trade.reason)\n")
    }
}
