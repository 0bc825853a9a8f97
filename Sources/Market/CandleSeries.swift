import Glibc

/// Candles of one symbol and timeframe in columns, in rising order of time, never changed after they are built.
///
/// The columns lie at fixed addresses for as long as the object lives, so that several threads and the strategy host
/// can read them without a copy. It is `@unchecked Sendable` because the memory is written by `CandleSeriesBuilder`
/// alone, before the object exists.
public final class CandleSeries: @unchecked Sendable {
    public let symbol: Symbol
    public let timeframe: Timeframe
    public let count: Int
    /// Milliseconds since the epoch, UTC. This and the other columns have `count` elements.
    public let openTimes: UnsafePointer<Int64>
    public let opens: UnsafePointer<Double>
    public let highs: UnsafePointer<Double>
    public let lows: UnsafePointer<Double>
    public let closes: UnsafePointer<Double>
    public let volumes: UnsafePointer<Double>

    private let storage: CandleColumns

    init(symbol: Symbol, timeframe: Timeframe, columns: CandleColumns) {
        self.symbol = symbol
        self.timeframe = timeframe
        count = columns.count
        openTimes = UnsafePointer(columns.openTimes)
        opens = UnsafePointer(columns.opens)
        highs = UnsafePointer(columns.highs)
        lows = UnsafePointer(columns.lows)
        closes = UnsafePointer(columns.closes)
        volumes = UnsafePointer(columns.volumes)
        storage = columns
    }

    /// The candle at an index from 0 to `count` - 1.
    public subscript(index: Int) -> Candle {
        precondition(index >= 0 && index < count, "candle index out of range")
        return Candle(
            openTime: Timestamp(milliseconds: openTimes[index]), open: opens[index], high: highs[index],
            low: lows[index], close: closes[index], volume: volumes[index])
    }

    public var isEmpty: Bool { count == 0 }

    /// The open time of the first candle.
    public var firstTime: Timestamp? {
        count == 0 ? nil : Timestamp(milliseconds: openTimes[0])
    }

    /// The open time of the last candle.
    public var lastTime: Timestamp? {
        count == 0 ? nil : Timestamp(milliseconds: openTimes[count - 1])
    }

    /// The index of the first candle that opens at the time or later; `count` when there is none.
    public func firstIndex(from time: Timestamp) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if openTimes[middle] < time.milliseconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A copy of the candles whose open time is at or after `start` and before `end`; an open side takes all.
    public func slice(from start: Timestamp? = nil, to end: Timestamp? = nil) -> CandleSeries {
        let first = start.map { firstIndex(from: $0) } ?? 0
        let last = Swift.max(first, end.map { firstIndex(from: $0) } ?? count)
        return slice(first..<last)
    }

    /// A copy of some of the candles.
    public func slice(_ range: Range<Int>) -> CandleSeries {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "candle range out of range")
        let columns = CandleColumns(capacity: range.count)
        for index in range { columns.append(self[index]) }
        return CandleSeries(symbol: symbol, timeframe: timeframe, columns: columns)
    }
}

extension CandleSeries: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }
}

/// The memory behind a series: six columns that grow together.
final class CandleColumns {
    private(set) var count = 0
    private var capacity: Int
    private(set) var openTimes: UnsafeMutablePointer<Int64>
    private(set) var opens: UnsafeMutablePointer<Double>
    private(set) var highs: UnsafeMutablePointer<Double>
    private(set) var lows: UnsafeMutablePointer<Double>
    private(set) var closes: UnsafeMutablePointer<Double>
    private(set) var volumes: UnsafeMutablePointer<Double>

    init(capacity: Int) {
        let size = max(capacity, 16)
        self.capacity = size
        openTimes = Self.resized(nil, to: size)
        opens = Self.resized(nil, to: size)
        highs = Self.resized(nil, to: size)
        lows = Self.resized(nil, to: size)
        closes = Self.resized(nil, to: size)
        volumes = Self.resized(nil, to: size)
    }

    deinit {
        free(openTimes)
        free(opens)
        free(highs)
        free(lows)
        free(closes)
        free(volumes)
    }

    @inline(__always)
    func append(_ candle: Candle) {
        if count == capacity { resize(to: capacity * 2) }
        openTimes[count] = candle.openTime.milliseconds
        opens[count] = candle.open
        highs[count] = candle.high
        lows[count] = candle.low
        closes[count] = candle.close
        volumes[count] = candle.volume
        count += 1
    }

    /// Gives back the memory beyond the last candle.
    func trim() {
        if capacity > max(count, 16) { resize(to: max(count, 16)) }
    }

    @inline(never)
    private func resize(to size: Int) {
        openTimes = Self.resized(openTimes, to: size)
        opens = Self.resized(opens, to: size)
        highs = Self.resized(highs, to: size)
        lows = Self.resized(lows, to: size)
        closes = Self.resized(closes, to: size)
        volumes = Self.resized(volumes, to: size)
        capacity = size
    }

    /// The C library grows large blocks by moving pages, not bytes.
    private static func resized<Element: BitwiseCopyable>(
        _ old: UnsafeMutablePointer<Element>?, to size: Int
    ) -> UnsafeMutablePointer<Element> {
        guard let new = realloc(old, size * MemoryLayout<Element>.stride) else {
            preconditionFailure("no memory for \(size) candles")
        }
        return new.assumingMemoryBound(to: Element.self)
    }
}
