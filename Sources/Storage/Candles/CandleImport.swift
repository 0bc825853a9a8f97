/// What became of the candles of an import.
public struct CandleImport: Sendable, Hashable {
    public var added = 0
    /// Kept with other numbers before.
    public var replaced = 0
    /// Kept with the same numbers before.
    public var unchanged = 0
}
