import Market

/// Candles on a coarse grid of prices, so that touches, ties and gaps happen often.
public func gridCandles(_ numbers: inout SeededNumbers, count: Int, around middle: Int = 100) -> [Candle] {
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
