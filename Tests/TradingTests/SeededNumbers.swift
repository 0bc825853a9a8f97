import Market

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An integer from 0 to below `bound`.
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }
}

/// Candles on a coarse grid of prices, so that touches, ties and gaps happen often.
func gridCandles(_ numbers: inout SeededNumbers, count: Int, around middle: Int = 100) -> [Candle] {
    var last = middle
    return (0..<count).map { index in
        // Three in ten candles gap away from the close before them.
        let open = max(5, last + (numbers.chance(30) ? numbers.below(13) - 6 : 0))
        let close = max(5, open + numbers.below(9) - 4)
        let high = max(open, close) + numbers.below(5)
        let low = max(1, min(open, close) - numbers.below(5))
        last = close
        return Candle(
            openTime: Timestamp(milliseconds: Int64(index) * 900_000), open: Double(open), high: Double(high),
            low: Double(low), close: Double(close), volume: 1)
    }
}
