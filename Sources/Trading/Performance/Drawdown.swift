import Market

/// The deepest fall of the equity below its highest value so far, and how long falls lasted.
public struct Drawdown: Sendable, Hashable {
    /// In quote currency, 0 or more; the fall that is largest in percent.
    public var amount = 0.0
    /// In % of the peak, 0 or more.
    public var percent = 0.0
    /// From the peak of that fall until the equity was back at it, or to the end; milliseconds.
    public var length: Int64 = 0
    /// Whether the equity came back to that peak.
    public var isRecovered = true
    /// The longest time that the equity spent below a peak, milliseconds.
    public var longest: Int64 = 0

    /// Over the closes of a curve; the start counts as a peak at the open of the first candle.
    public init(_ curve: EquityCurve) {
        guard let first = curve.times.first else { return }
        let candle = curve.timeframe.milliseconds
        var peak = curve.start
        var peakTime = first
        var isDeepest = false
        var isBelow = false
        for index in 0..<curve.count {
            let value = curve.equity[index]
            let closeTime = curve.times[index] + candle
            if value >= peak {
                if isDeepest {
                    length = closeTime - peakTime
                    isRecovered = true
                }
                if isBelow { longest = max(longest, closeTime - peakTime) }
                isBelow = false
                isDeepest = false
                peak = value
                peakTime = closeTime
                continue
            }
            isBelow = true
            longest = max(longest, closeTime - peakTime)
            let fall = peak > 0 ? (peak - value) / peak * 100 : 0
            if fall > percent {
                percent = fall
                amount = peak - value
                isDeepest = true
                isRecovered = false
            }
            if isDeepest { length = closeTime - peakTime }
        }
    }
}
