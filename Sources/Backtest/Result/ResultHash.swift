import Market
import Trading

/// FNV-1a, 64 bits, over all that a run did: equal for equal runs on every machine.
///
/// First the fills in their order: order, side, price, quantity, fee, time. Then the trades: id, side, quantity, entry
/// time and price, exit time and price, fees, profit, bars, reason. Each is the text that reports write, numbers as
/// exact decimals and times in milliseconds, and each is followed by a comma. At the end the equity curve's values,
/// eight bytes each with the lowest first.
struct ResultHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01b3

    /// 16 hexadecimal digits.
    static func text(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* Self.prime
    }

    /// Text and a comma.
    private mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            for byte in bytes { add(byte) }
        }
        add(UInt8(ascii: ","))
    }

    mutating func add(_ number: Double) {
        var bits = number.bitPattern
        for _ in 0..<8 {
            add(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
    }

    /// Decimal digits and a comma, without a string between: a run has hundreds of thousands of numbers.
    private mutating func add(_ number: Int64) {
        if number < 0 { add(UInt8(ascii: "-")) }
        addDigits(number.magnitude)
        add(UInt8(ascii: ","))
    }

    /// The shortest plain decimal and a comma, as `FixedDecimal.description` writes it.
    private mutating func add(_ decimal: FixedDecimal) {
        if decimal.isNegative { add(UInt8(ascii: "-")) }
        let (whole, fraction) = decimal.units.magnitude.quotientAndRemainder(
            dividingBy: FixedDecimal.unitsPerOne.magnitude)
        if whole <= UInt128(UInt64.max) {
            addDigits(UInt64(whole))
        } else {
            for byte in whole.description.utf8 { add(byte) }
        }
        if fraction != 0 { addFraction(UInt64(fraction)) }
        add(UInt8(ascii: ","))
    }

    private mutating func addDigits(_ number: UInt64) {
        var power: UInt64 = 1
        while number / power >= 10 { power *= 10 }
        while power > 0 {
            add(UInt8(ascii: "0") + UInt8(number / power % 10))
            power /= 10
        }
    }

    /// A point and up to twelve digits, without the zeros at the end.
    private mutating func addFraction(_ fraction: UInt64) {
        add(UInt8(ascii: "."))
        var rest = fraction
        var power: UInt64 = 100_000_000_000
        while rest > 0 {
            add(UInt8(ascii: "0") + UInt8(rest / power))
            rest %= power
            power /= 10
        }
    }

    mutating func add(_ fill: Fill) {
        add(Int64(fill.order.number))
        add(fill.side.rawValue)
        add(fill.price.value)
        add(fill.quantity.value)
        add(fill.fee.value)
        add(fill.time.milliseconds)
    }

    mutating func add(_ trade: ClosedTrade) {
        add(Int64(trade.id))
        add(trade.direction.rawValue)
        add(trade.quantity.value)
        add(trade.entryTime.milliseconds)
        add(trade.entryPrice.value)
        add(trade.exitTime.milliseconds)
        add(trade.exitPrice.value)
        add(trade.fees.value)
        add(trade.profit.value)
        add(Int64(trade.bars))
        add(trade.reason)
    }
}
