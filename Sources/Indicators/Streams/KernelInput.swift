/// The fields of one row that a kernel reads. Only these have to be usable: a missing volume does not disturb `atr`.
protocol KernelInput {
    static var shape: IndicatorInputs { get }
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool)
    /// False if a field is NaN, infinite or of magnitude 1e100 and more.
    var isUsable: Bool { get }
}

extension Double: KernelInput {
    static var shape: IndicatorInputs { .value }

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) { self = columns.first[row, isPlain: isPlain] }

    @inline(__always)
    var isUsable: Bool { magnitude < usableMagnitude }
}

struct Pair: KernelInput {
    static var shape: IndicatorInputs { .pair }
    var first, second: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        first = columns.first[row, isPlain: isPlain]
        second = columns.second[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool { first.magnitude + second.magnitude < usableMagnitude }
}

struct HighLow: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var high, low: Double

    @inline(__always)
    init(high: Double, low: Double) {
        self.high = high
        self.low = low
    }

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        high = columns.high[row, isPlain: isPlain]
        low = columns.low[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool { (high + low).magnitude < usableMagnitude }
}

struct HighLowClose: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var high, low, close: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        high = columns.high[row, isPlain: isPlain]
        low = columns.low[row, isPlain: isPlain]
        close = columns.close[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool { (high + low + close).magnitude < usableMagnitude }
}

struct OpenClose: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var open, close: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        open = columns.first[row, isPlain: isPlain]
        close = columns.close[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool { (open + close).magnitude < usableMagnitude }
}

struct OpenHighLowClose: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var open, high, low, close: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        open = columns.first[row, isPlain: isPlain]
        high = columns.high[row, isPlain: isPlain]
        low = columns.low[row, isPlain: isPlain]
        close = columns.close[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool {
        (high + low + close + open).magnitude < usableMagnitude
    }
}

struct CloseVolume: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var close, volume: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        close = columns.close[row, isPlain: isPlain]
        volume = columns.volume[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool { (close + volume).magnitude < usableMagnitude }
}

struct HighLowVolume: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var high, low, volume: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        high = columns.high[row, isPlain: isPlain]
        low = columns.low[row, isPlain: isPlain]
        volume = columns.volume[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool { (high + low + volume).magnitude < usableMagnitude }
}

struct Volume: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var volume: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        volume = columns.volume[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool { volume.magnitude < usableMagnitude }
}

struct HighLowCloseVolume: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var high, low, close, volume: Double

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        high = columns.high[row, isPlain: isPlain]
        low = columns.low[row, isPlain: isPlain]
        close = columns.close[row, isPlain: isPlain]
        volume = columns.volume[row, isPlain: isPlain]
    }

    @inline(__always)
    var isUsable: Bool {
        (high + low + close + volume).magnitude < usableMagnitude
    }
}

/// A candle with the UTC day it opens in.
struct DatedCandle: KernelInput {
    static var shape: IndicatorInputs { .candles }
    var open, high, low, close, volume: Double
    /// Days since 1970-01-01 UTC, floored; nil where the times are not known.
    var day: Int64?

    @inline(__always)
    init(_ columns: borrowing IndicatorColumns, row: Int, isPlain: Bool) {
        open = columns.first[row, isPlain: isPlain]
        high = columns.high[row, isPlain: isPlain]
        low = columns.low[row, isPlain: isPlain]
        close = columns.close[row, isPlain: isPlain]
        volume = columns.volume[row, isPlain: isPlain]
        guard let times = columns.times else {
            day = nil
            return
        }
        let time = times[isPlain ? row : Int(bitPattern: UInt(bitPattern: row) & columns.timesMask)]
        let length: Int64 = 86_400_000
        day = (time >= 0 ? time : time - (length - 1)) / length
    }

    @inline(__always)
    var isUsable: Bool {
        (high + low + close + volume).magnitude < usableMagnitude
    }
}
