import Market

/// The candles of one symbol and timeframe that strategies read, in columns; without a cursor of its own.
///
/// Row `i` of a column lies at `i & mask`: over a `CandleSeries` the mask is all ones and every row stays, over live
/// candles the columns are a ring that keeps the last `capacity` rows. Each strategy instance has its own clock over
/// a feed, so that one feed serves any number of instances, each seeing only what had closed at its own candle.
///
/// `@unchecked Sendable`: a feed over a series never changes and may be read by many threads. A live feed belongs to
/// whoever appends to it, and must not be appended to while an instance that reads it runs.
public final class CandleFeed: @unchecked Sendable {
    /// The most rows a live feed keeps: the largest `history` and as much again for instances that run behind.
    public static let largestCapacity = 1 << 18

    public let symbol: Symbol
    public let timeframe: Timeframe
    /// Rows ever known; a live feed has forgotten all but the last `capacity` of them.
    @exclusivity(unchecked) public private(set) var count: Int
    /// Rows that are kept; `Int.max` over a series.
    public let capacity: Int

    let mask: UInt64
    let openTimes: UnsafePointer<Int64>
    let opens: UnsafePointer<Double>
    let highs: UnsafePointer<Double>
    let lows: UnsafePointer<Double>
    let closes: UnsafePointer<Double>
    let volumes: UnsafePointer<Double>
    private let storage: Storage

    private enum Storage {
        case series(CandleSeries)
        case ring(CandleRing)
    }

    /// History, shared without a copy.
    public init(_ series: CandleSeries) {
        symbol = series.symbol
        timeframe = series.timeframe
        count = series.count
        capacity = .max
        mask = .max
        openTimes = series.openTimes
        opens = series.opens
        highs = series.highs
        lows = series.lows
        closes = series.closes
        volumes = series.volumes
        storage = .series(series)
    }

    /// An empty ring for live candles that keeps at least `keeping` rows (rounded up to a power of two, at most
    /// `largestCapacity`). An instance needs as many rows as its `history`, and one more for each candle it runs late.
    public init(symbol: Symbol, timeframe: Timeframe, keeping rows: Int) {
        var size = 64
        while size < rows, size < Self.largestCapacity { size *= 2 }
        let ring = CandleRing(capacity: size)
        self.symbol = symbol
        self.timeframe = timeframe
        count = 0
        capacity = size
        mask = UInt64(size - 1)
        openTimes = UnsafePointer(ring.openTimes)
        opens = UnsafePointer(ring.columns[0])
        highs = UnsafePointer(ring.columns[1])
        lows = UnsafePointer(ring.columns[2])
        closes = UnsafePointer(ring.columns[3])
        volumes = UnsafePointer(ring.columns[4])
        storage = .ring(ring)
    }

    /// Adds the next closed candle to a live feed; it must open on the grid after the last one.
    public func append(_ candle: Candle) throws(CandleDefect) {
        guard case .ring(let ring) = storage else {
            preconditionFailure("a feed over a series is never appended to")
        }
        if let defect = CandleDefect.inNumbers(of: candle) { throw defect }
        if count > 0 {
            let last = openTime(at: count - 1)
            if candle.openTime.milliseconds == last { throw .duplicateTime(candle.openTime) }
            if candle.openTime.milliseconds < last {
                throw .timeOutOfOrder(candle.openTime, after: Timestamp(milliseconds: last))
            }
        }
        guard timeframe.isOpenTime(candle.openTime) else { throw .offGrid(candle.openTime, timeframe) }
        ring.write(candle, at: count & (capacity - 1))
        count += 1
    }

    /// The oldest row that is still kept.
    var firstKeptRow: Int { capacity == .max ? 0 : max(0, count - capacity) }

    /// The open time of a row that is kept, in milliseconds.
    @inline(__always)
    func openTime(at row: Int) -> Int64 {
        openTimes[Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: row) & mask)]
    }

    /// The closing price of a row that is kept.
    @inline(__always)
    func close(at row: Int) -> Double {
        closes[Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: row) & mask)]
    }

    /// A row that is kept, as a candle.
    public func candle(at row: Int) -> Candle {
        precondition(row >= firstKeptRow && row < count, "row out of range")
        let place = Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: row) & mask)
        return Candle(
            openTime: Timestamp(milliseconds: openTimes[place]), open: opens[place], high: highs[place],
            low: lows[place], close: closes[place], volume: volumes[place])
    }
}

/// The memory of a live feed.
private final class CandleRing {
    let openTimes: UnsafeMutablePointer<Int64>
    /// Open, high, low, close, volume.
    let columns: [UnsafeMutablePointer<Double>]

    init(capacity: Int) {
        openTimes = .allocate(capacity: capacity)
        openTimes.initialize(repeating: 0, count: capacity)
        columns = (0..<5).map { _ in
            let column = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
            column.initialize(repeating: .nan, count: capacity)
            return column
        }
    }

    deinit {
        openTimes.deallocate()
        for column in columns { column.deallocate() }
    }

    func write(_ candle: Candle, at place: Int) {
        openTimes[place] = candle.openTime.milliseconds
        columns[0][place] = candle.open
        columns[1][place] = candle.high
        columns[2][place] = candle.low
        columns[3][place] = candle.close
        columns[4][place] = candle.volume
    }
}
