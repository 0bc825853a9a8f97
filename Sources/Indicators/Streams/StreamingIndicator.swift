/// One running indicator behind a type-erased face: one virtual call advances it over any number of rows.
///
/// The cost of a row is constant: no kernel reads its window again for each row.
/// Not `Sendable`: an indicator belongs to whoever advances it, one thread at a time.
///
/// Missing values: a row with an input that is NaN, infinite or of magnitude 1e100 and more gives NaN and starts the
/// warm-up again, so nothing of the rows before the hole is left in later values. Leading NaNs (the input is itself
/// an indicator that is not warm) are skipped in the same way: the warm-up begins at the first usable row.
public protocol StreamingIndicator: AnyObject {
    /// The number of leading NaN rows over usable input, TA-Lib's look-back. Indicators that feed each other add up.
    var lookback: Int { get }
    /// How many columns `advance` writes.
    var outputCount: Int { get }

    /// Advances over the input rows `from ..< to`.
    ///
    /// Rows are consumed in order: `from` is the number of rows advanced over so far (since the last reset, or any
    /// later start). Row `j` of output `k` is written to `outputs[k][j & outputMask]`; the mask is `UInt.max` for a
    /// plain column and `capacity - 1` for a ring whose capacity is a power of two.
    /// No output may lie in the memory of an input that is still to be read.
    func advance(
        from: Int, to: Int, inputs: IndicatorColumns,
        outputs: UnsafePointer<UnsafeMutablePointer<Double>>, outputMask: UInt
    )

    /// Forgets every row; the next one is a first one.
    func reset()
}
