import Market

/// The average price of the last minutes, weighted by volume, from sums for each second: at most 5 minutes of them.
struct RollingAverage {
    static let minutes = 5

    private struct Second {
        var number: Int64
        var quantity: Int128
        var notional: Int128
    }

    private var seconds: [Second] = []
    private var first = 0
    /// In lots, and in ticks times lots.
    private var quantity: Int128 = 0
    private var notional: Int128 = 0

    mutating func add(price: Int64, quantity lots: Int64, at time: Timestamp) {
        let number = time.milliseconds / 1000
        let value = Int128(price) * Int128(lots)
        quantity += Int128(lots)
        notional += value
        if seconds.count > first, seconds[seconds.count - 1].number == number {
            seconds[seconds.count - 1].quantity += Int128(lots)
            seconds[seconds.count - 1].notional += value
        } else {
            seconds.append(Second(number: number, quantity: Int128(lots), notional: value))
        }
        forget(before: time)
    }

    /// In ticks, as a numerator and a denominator; nil when nothing was traded in the window.
    mutating func average(at time: Timestamp) -> (notional: Int128, quantity: Int128)? {
        forget(before: time)
        return quantity > 0 ? (notional, quantity) : nil
    }

    private mutating func forget(before time: Timestamp) {
        let oldest = time.milliseconds / 1000 - Int64(Self.minutes * 60)
        while first < seconds.count, seconds[first].number <= oldest {
            quantity -= seconds[first].quantity
            notional -= seconds[first].notional
            first += 1
        }
        // The part in front is given back in large pieces.
        if first > 1024 {
            seconds.removeFirst(first)
            first = 0
        }
    }
}
