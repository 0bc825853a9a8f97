import Market

/// Equity at the close of every candle, in columns that the caller owns and keeps alive while this is in use.
public struct EquityCurve {
    /// Open times in milliseconds since the epoch, UTC, rising.
    public let times: UnsafeBufferPointer<Int64>
    /// Quote currency at each candle's close.
    public let equity: UnsafeBufferPointer<Double>
    /// Closing prices.
    public let closes: UnsafeBufferPointer<Double>
    public let timeframe: Timeframe
    /// The equity before the first candle, quote currency.
    public let start: Double

    public init(
        times: UnsafeBufferPointer<Int64>, equity: UnsafeBufferPointer<Double>, closes: UnsafeBufferPointer<Double>,
        timeframe: Timeframe, start: Double
    ) {
        precondition(times.count == equity.count && times.count == closes.count, "columns of different length")
        self.times = times
        self.equity = equity
        self.closes = closes
        self.timeframe = timeframe
        self.start = start
    }

    public var count: Int { equity.count }

    /// The equity after the last candle.
    public var end: Double { equity.last ?? start }

    /// From the open of the first candle to the close of the last one.
    public var duration: Int64 {
        guard let first = times.first, let last = times.last else { return 0 }
        return last - first + timeframe.milliseconds
    }

    /// For every candle the fraction, 0 to 1 or more, that the equity lies below its highest value so far; the start
    /// counts as a value.
    public func drawdowns() -> [Double] {
        var peak = start
        return equity.map { value in
            peak = max(peak, value)
            return peak > 0 ? (peak - value) / peak : 0
        }
    }

    /// The last equity of each UTC day (of each candle from one day on), one return for each: the change since the one
    /// before as a fraction. Days without candles have no return of their own.
    func periodReturns() -> [Double] {
        let day: Int64 = 86_400_000
        let isDaily = timeframe.milliseconds <= day
        var returns: [Double] = []
        var previous = start
        for index in 0..<count {
            let isLast =
                index + 1 == count || !isDaily
                || Self.period(times[index], day) != Self.period(times[index + 1], day)
            guard isLast else { continue }
            // From nothing there is no return.
            if previous > 0 { returns.append(equity[index] / previous - 1) }
            previous = equity[index]
        }
        return returns
    }

    /// How many of `periodReturns` make a year of 365 days.
    var periodsPerYear: Double {
        365 * 86_400_000 / Double(max(86_400_000, timeframe.milliseconds))
    }

    private static func period(_ time: Int64, _ length: Int64) -> Int64 {
        time >= 0 ? time / length : (time - length + 1) / length
    }
}
