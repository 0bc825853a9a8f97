/// A column of doubles: row `j` is `base[j & mask]`.
public struct IndicatorColumn {
    public var base: UnsafePointer<Double>
    /// `UInt.max` for a plain column, `capacity - 1` for a ring whose capacity is a power of two.
    public var mask: UInt

    public init(base: UnsafePointer<Double>, mask: UInt = .max) {
        self.base = base
        self.mask = mask
    }

    /// `isPlain` says what is known of the mask where the code is compiled.
    @inline(__always)
    subscript(row: Int, isPlain isPlain: Bool) -> Double {
        isPlain ? base[row] : base[Int(bitPattern: UInt(bitPattern: row) & mask)]
    }
}

/// What an indicator reads: one series, two series, or candles. The memory belongs to the caller and must stay valid
/// for the length of a call.
public struct IndicatorColumns {
    /// The series of `.value`, the first of `.pair`, the opens of `.candles`.
    var first: IndicatorColumn
    /// The second series of `.pair`; of candles the columns below.
    var second: IndicatorColumn
    var high: IndicatorColumn
    var low: IndicatorColumn
    var close: IndicatorColumn
    var volume: IndicatorColumn
    /// Open times of the candles in milliseconds since 1970 UTC, or nil where they are not known.
    var times: UnsafePointer<Int64>?
    var timesMask: UInt = .max

    /// True if no column is a ring.
    var isPlain: Bool {
        let masks = first.mask & second.mask & high.mask & low.mask & close.mask & volume.mask & timesMask
        return masks == .max
    }

    /// The input of an indicator over one series.
    public static func value(_ series: IndicatorColumn) -> IndicatorColumns {
        IndicatorColumns(
            first: series, second: series, high: series, low: series, close: series, volume: series, times: nil)
    }

    /// The input of an indicator over two series.
    public static func pair(_ first: IndicatorColumn, _ second: IndicatorColumn) -> IndicatorColumns {
        IndicatorColumns(
            first: first, second: second, high: first, low: first, close: first, volume: first, times: nil)
    }

    /// The input of an indicator over candles. `times` (open times in milliseconds UTC) is read with `timesMask`;
    /// without it an indicator with sessions (`vwap`) sees one endless session.
    public static func candles(
        open: IndicatorColumn, high: IndicatorColumn, low: IndicatorColumn, close: IndicatorColumn,
        volume: IndicatorColumn, times: UnsafePointer<Int64>? = nil, timesMask: UInt = .max
    ) -> IndicatorColumns {
        IndicatorColumns(
            first: open, second: open, high: high, low: low, close: close, volume: volume,
            times: times, timesMask: timesMask)
    }
}
