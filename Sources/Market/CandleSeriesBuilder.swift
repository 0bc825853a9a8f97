/// Collects candles in rising order of time into a `CandleSeries`, refusing every one that breaks the rules.
///
/// Times must rise and lie on the timeframe's grid; prices are finite and above 0 with low <= open, close <= high;
/// volume is finite and not negative.
public struct CandleSeriesBuilder: ~Copyable {
    public let symbol: Symbol
    public let timeframe: Timeframe
    private let columns: CandleColumns
    private let step: Int64
    private var lastTime = Int64.min

    public init(symbol: Symbol, timeframe: Timeframe, capacity: Int = 0) {
        self.symbol = symbol
        self.timeframe = timeframe
        step = timeframe.milliseconds
        columns = CandleColumns(capacity: capacity)
    }

    public var count: Int { columns.count }

    public mutating func append(_ candle: Candle) throws(CandleDefect) {
        let time = candle.openTime.milliseconds
        // The candle right after the last one is on the grid as the last one was: no division.
        if lastTime == Int64.min || time &- step != lastTime { try checkTime(candle.openTime) }
        guard candle.hasSoundNumbers else {
            throw CandleDefect.inNumbers(of: candle) ?? .notFinite(.close, candle.close)
        }
        columns.append(candle)
        lastTime = time
    }

    private func checkTime(_ time: Timestamp) throws(CandleDefect) {
        guard Timestamp.calendar.contains(time) else { throw .outsideCalendar(time) }
        if time.milliseconds == lastTime { throw .duplicateTime(time) }
        if time.milliseconds < lastTime {
            throw .timeOutOfOrder(time, after: Timestamp(milliseconds: lastTime))
        }
        guard timeframe.isOpenTime(time) else { throw .offGrid(time, timeframe) }
    }

    public consuming func finish() -> CandleSeries {
        columns.trim()
        return CandleSeries(symbol: symbol, timeframe: timeframe, columns: columns)
    }
}

extension Candle {
    /// The same rules as `CandleDefect.inNumbers(of:)`, without naming the one that is broken. NaN fails each test.
    @inline(__always)
    var hasSoundNumbers: Bool {
        low > 0 && low <= open && open <= high && low <= close && close <= high && high < .infinity
            && volume >= 0 && volume < .infinity
    }
}

extension CandleSeries {
    /// A series of candles at hand, in rising order of time.
    public convenience init(
        symbol: Symbol, timeframe: Timeframe, candles: some Sequence<Candle>
    ) throws(CandleDefect) {
        let columns = CandleColumns(capacity: candles.underestimatedCount)
        var builder = CandleSeriesBuilder(symbol: symbol, timeframe: timeframe, into: columns)
        for candle in candles { try builder.append(candle) }
        columns.trim()
        self.init(symbol: symbol, timeframe: timeframe, columns: columns)
    }
}

extension CandleSeriesBuilder {
    init(symbol: Symbol, timeframe: Timeframe, into columns: CandleColumns) {
        self.symbol = symbol
        self.timeframe = timeframe
        step = timeframe.milliseconds
        self.columns = columns
    }
}
