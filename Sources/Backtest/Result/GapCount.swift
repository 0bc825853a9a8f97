import Market

/// The holes of a history: candles that the grid of its timeframe has a place for and the file does not hold.
public struct GapCount: Sendable, Hashable {
    /// Runs of missing candles between the first candle and the last.
    public private(set) var gaps = 0
    /// Missing candles in all.
    public private(set) var missing: Int64 = 0
    /// Candles of the longest run.
    public private(set) var longest: Int64 = 0

    public init() {}

    /// Counts between the candles of a part of a series.
    public init(_ series: CandleSeries, in range: Range<Int>) {
        let step = series.timeframe.milliseconds
        let times = series.openTimes
        guard range.count > 1 else { return }
        for index in range.lowerBound + 1..<range.upperBound {
            let distance = times[index] - times[index - 1]
            guard distance > step else { continue }
            let absent = distance / step - 1
            gaps += 1
            missing += absent
            longest = max(longest, absent)
        }
    }
}
