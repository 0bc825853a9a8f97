import Market

/// What the equity did in one calendar month (UTC).
public struct MonthlyReturn: Sendable, Hashable {
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// Change in % since the last candle of the month before (since the start, in the first month); nil from nothing.
    public let percent: Double?
    /// At the month's last candle, quote currency.
    public let equity: Double

    /// The months that have candles, in order.
    static func months(of curve: EquityCurve) -> [MonthlyReturn] {
        var months: [MonthlyReturn] = []
        var previous = curve.start
        var index = 0
        while index < curve.count {
            let date = Timestamp(milliseconds: curve.times[index]).date
            let next = Timestamp(
                year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
            let end = next.map { Self.firstIndex(in: curve.times, from: $0.milliseconds, after: index) } ?? curve.count
            let equity = curve.equity[end - 1]
            let percent = (equity / previous - 1) * 100
            months.append(
                MonthlyReturn(
                    year: date.year, month: date.month, percent: previous > 0 && percent.isFinite ? percent : nil,
                    equity: equity))
            previous = equity
            index = end
        }
        return months
    }

    /// The first index above `start` whose time is not before `time`; the count when there is none.
    private static func firstIndex(
        in times: UnsafeBufferPointer<Int64>, from time: Int64, after start: Int
    ) -> Int {
        var low = start + 1
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
