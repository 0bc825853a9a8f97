import Wording

/// Makes coarse candles out of fine ones.
///
/// A coarse candle takes the open of its first fine candle, the close of its last, the extremes and the sum of the
/// volumes. It is complete when its last fine slot has come, or when a fine candle of a later coarse one comes: fine
/// candles that are missing are not invented. What is open at the end is not complete.
public struct CandleResampler: Sendable {
    public let fine: Timeframe
    public let coarse: Timeframe
    private var current: Candle?

    public init(from fine: Timeframe, to coarse: Timeframe) throws(MarketError) {
        guard coarse.isMultiple(of: fine) else {
            throw MarketError(
                Message(
                    "\(coarse) candles cannot be made of \(fine) candles: "
                        + "expected a timeframe that is a whole multiple of \(fine)",
                    fr: "des bougies \(coarse) ne peuvent être faites de bougies \(fine) : "
                        + "attendu un multiple entier de \(fine)"))
        }
        self.fine = fine
        self.coarse = coarse
    }

    /// The coarse candle that is still open, as it stands.
    public var open: Candle? { current }

    /// Takes the next fine candle in order of time; `closed` receives the coarse candles that it completes (one, or
    /// two when the one before lacked its last slot).
    public mutating func add(_ candle: Candle, closed: (Candle) -> Void) {
        let slot = coarse.openTime(containing: candle.openTime)
        if var open = current, open.openTime == slot {
            open.high = max(open.high, candle.high)
            open.low = min(open.low, candle.low)
            open.close = candle.close
            open.volume += candle.volume
            current = open
        } else {
            if let open = current { closed(open) }
            current = candle
            current?.openTime = slot
        }
        let end = slot.milliseconds + coarse.milliseconds
        if candle.openTime.milliseconds + fine.milliseconds >= end, let done = current {
            closed(done)
            current = nil
        }
    }

    /// The complete coarse candles of a series; a last one that is not complete is left out.
    public static func resample(
        _ series: CandleSeries, to timeframe: Timeframe
    ) throws(MarketError) -> CandleSeries {
        if series.timeframe == timeframe { return series }
        var resampler = try CandleResampler(from: series.timeframe, to: timeframe)
        let ratio = Int(timeframe.milliseconds / series.timeframe.milliseconds)
        let columns = CandleColumns(capacity: series.count / ratio + 2)
        for index in 0..<series.count {
            resampler.add(series[index]) { columns.append($0) }
        }
        columns.trim()
        return CandleSeries(symbol: series.symbol, timeframe: timeframe, columns: columns)
    }
}
