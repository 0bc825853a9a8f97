import Market

/// Puts a 10m candle together from the 5m candles of a stream, of which each comes many times while it grows.
///
/// A 10m candle is told only when its first half was seen from its beginning on or in full; the first one after a
/// connection is mostly left out, and the caller fetches it.
struct CoarseCandle: Sendable {
    static let fine = Timeframe.m5
    static let coarse = Timeframe.m10

    /// The first half, as it was told last.
    private var firstHalf: (candle: Candle, isClosed: Bool)?
    private var secondHalf: Candle?

    /// Takes a 5m candle; the answer is what is now known of 10m candles, oldest first.
    mutating func add(_ candle: Candle, isClosed: Bool) -> [(candle: Candle, isClosed: Bool)] {
        let slot = Self.coarse.openTime(containing: candle.openTime)
        var told: [(candle: Candle, isClosed: Bool)] = []
        if let first = firstHalf, first.candle.openTime < slot {
            // No word of a second half: a bar without a trade. One that was cut short is not known for sure.
            if first.isClosed, secondHalf == nil { told.append((merged(first.candle), true)) }
            forget()
        }
        if candle.openTime == slot {
            firstHalf = (candle, isClosed)
            told.append((candle, false))
        } else if let first = firstHalf {
            secondHalf = candle
            // Its first half may have lost its last word; then the whole is not known for sure.
            if first.isClosed { told.append((merged(first.candle), isClosed)) }
            if isClosed { forget() }
        }
        return told
    }

    /// After a break nothing is certain of the candle that was growing.
    mutating func forget() {
        firstHalf = nil
        secondHalf = nil
    }

    private func merged(_ first: Candle) -> Candle {
        guard let second = secondHalf else { return first }
        return Candle(
            openTime: first.openTime, open: first.open, high: max(first.high, second.high),
            low: min(first.low, second.low), close: second.close, volume: first.volume + second.volume)
    }
}
