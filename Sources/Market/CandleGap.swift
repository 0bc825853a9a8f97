/// A run of candles that a series does not have between two that it has.
public struct CandleGap: Equatable, Sendable {
    /// The open time of the first candle that is missing.
    public var first: Timestamp
    /// The open time of the last candle that is missing.
    public var last: Timestamp
    /// How many candles are missing.
    public var count: Int
    /// The index in the series of the candle that follows the gap.
    public var nextIndex: Int
}

extension CandleSeries {
    /// Every gap, in order of time.
    public var gaps: [CandleGap] {
        let step = timeframe.milliseconds
        var found: [CandleGap] = []
        var index = 1
        while index < count {
            let missing = (openTimes[index] - openTimes[index - 1]) / step - 1
            if missing > 0 {
                found.append(
                    CandleGap(
                        first: Timestamp(milliseconds: openTimes[index - 1] + step),
                        last: Timestamp(milliseconds: openTimes[index] - step), count: Int(missing), nextIndex: index))
            }
            index += 1
        }
        return found
    }
}
