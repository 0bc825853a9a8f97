import Market

/// Neighbouring candles, none missing between them; or neighbouring places without a candle.
public struct CandleRange: Sendable, Hashable {
    /// Open times of the first and of the last one.
    public var first: Timestamp
    public var last: Timestamp

    public init(first: Timestamp, last: Timestamp) {
        self.first = first
        self.last = last
    }

    public func count(_ timeframe: Timeframe) -> Int {
        Int((last.milliseconds - first.milliseconds) / timeframe.milliseconds) + 1
    }

    /// The places between the ranges, which come in order of time.
    static func gaps(between ranges: some Sequence<CandleRange>, _ timeframe: Timeframe) -> [CandleRange] {
        var found: [CandleRange] = []
        var before: CandleRange?
        for range in ranges {
            if let before { found += hole(after: before.last, before: range.first, timeframe) }
            before = range
        }
        return found
    }

    /// The places in `from ..< to` that are in none of the ranges, which come in order of time.
    static func missing(
        from: Timestamp, to: Timestamp, beside ranges: some Sequence<CandleRange>, _ timeframe: Timeframe
    ) -> [CandleRange] {
        let step = timeframe.milliseconds
        // The first place at `from` or after it, and the first one at `to` or after it.
        let start = timeframe.openTime(containing: Timestamp(milliseconds: from.milliseconds + step - 1))
        let end = timeframe.openTime(containing: Timestamp(milliseconds: to.milliseconds + step - 1))
        guard start < end else { return [] }
        var found: [CandleRange] = []
        var known = Timestamp(milliseconds: start.milliseconds - step)
        for range in ranges where range.last > known && range.first < end {
            found += hole(after: known, before: range.first, timeframe)
            known = range.last
        }
        return found + hole(after: known, before: end, timeframe)
    }

    private static func hole(after known: Timestamp, before next: Timestamp, _ timeframe: Timeframe) -> [CandleRange] {
        let step = timeframe.milliseconds
        let first = Timestamp(milliseconds: known.milliseconds + step)
        let last = Timestamp(milliseconds: next.milliseconds - step)
        return first <= last ? [CandleRange(first: first, last: last)] : []
    }
}
