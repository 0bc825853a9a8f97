import Wording

/// Reads candles from a CSV file, plain or gzip, in one pass through buffers of a fixed size.
///
/// The header names `open_time,open,high,low,close,volume`; more columns may follow and are not looked at.
/// `open_time` is in milliseconds since the epoch, UTC. The first line that is wrong ends the reading with an error:
/// nothing is half-imported. Every number is the correctly rounded one.
public struct CandleCSVReader: Sendable {
    public static let columns = ["open_time", "open", "high", "low", "close", "volume"]
    /// The header line that every candle file begins with.
    public static let header = columns.joined(separator: ",")
    /// 95 years of minutes, 2.4 GB of columns.
    public static let defaultRowLimit = 50_000_000

    public var symbol: Symbol
    /// The timeframe that every candle must be on; nil finds it from the smallest step between two candles.
    public var timeframe: Timeframe?
    /// The timeframe of a file with one candle, which has no step; used when `timeframe` is nil.
    public var fallback: Timeframe?
    public var rowLimit: Int

    public init(
        symbol: Symbol, timeframe: Timeframe? = nil, fallback: Timeframe? = nil,
        rowLimit: Int = CandleCSVReader.defaultRowLimit
    ) {
        self.symbol = symbol
        self.timeframe = timeframe
        self.fallback = fallback
        self.rowLimit = rowLimit
    }

    /// The candles of the file.
    ///
    /// `progress` is called for each buffer with the part of the file that has been read, 0 to 1; its `false` ends
    /// the reading with the error `interrupted`.
    public func read(
        _ path: String, progress: ((Double) -> Bool)? = nil
    ) throws(CandleFileError) -> CandleSeries {
        let lines = try LineStream(path: path)
        let size = Double(lines.bytes.fileSize)
        var rows = CandleRows(file: path, timeframe: timeframe, rowLimit: rowLimit)
        try DecimalScanner.withPowersOfTen { (powers) throws(CandleFileError) in
            while let block = try lines.nextLines(line: rows.line) {
                try rows.read(block, powers)
                let done = size > 0 ? Double(lines.bytes.consumed) / size : 0
                if let progress, !progress(done) { throw CandleFileError(file: path, reason: .interrupted) }
            }
        }
        return try rows.finish(symbol: symbol, fallback: fallback)
    }
}
