import Market

/// The open times from the first to the last place of a timeframe's grid in `from ..< to`.
struct CandleSpan: Sendable, Hashable {
    /// Both included; in milliseconds.
    let first: Int64
    let last: Int64

    /// An open side takes all there is.
    init(from: Timestamp?, to: Timestamp?, _ timeframe: Timeframe) {
        let calendar = Timestamp.calendar
        let lowest = max(from ?? calendar.lowerBound, calendar.lowerBound).milliseconds
        let highest = min(to.map { $0.milliseconds &- 1 } ?? .max, calendar.upperBound.milliseconds)
        let below = timeframe.openTime(containing: Timestamp(milliseconds: lowest)).milliseconds
        first = below < lowest ? below + timeframe.milliseconds : below
        last = highest < lowest ? -1 : timeframe.openTime(containing: Timestamp(milliseconds: highest)).milliseconds
    }

    var isEmpty: Bool { last < first }
}
