import Trading

/// Returns by UTC calendar month as a table: a row a year, January to December, and the year as a whole.
public struct MonthlyReturns: Sendable, Hashable {
    public struct Year: Sendable, Hashable {
        public let year: Int
        /// In %, January to December; nil where the history holds no candle.
        public var months: [Double?]
        /// In %, from the end of the year before to the end of this one.
        public var total: Double
    }

    /// In the order of time.
    public private(set) var years: [Year] = []

    /// - Parameter start: the equity before the first month.
    public init(_ months: [MonthlyReturn], start: Double) {
        var before = start
        var last = start
        for month in months {
            if years.last?.year != month.year {
                before = last
                years.append(Year(year: month.year, months: Array(repeating: nil, count: 12), total: 0))
            }
            years[years.count - 1].months[month.month - 1] = month.percent
            years[years.count - 1].total = before > 0 ? (month.equity / before - 1) * 100 : 0
            last = month.equity
        }
    }
}
