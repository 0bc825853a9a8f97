import Market

/// What a heartbeat has told of a symbol before, as far as it is kept.
public struct SymbolHistory: Sendable, Equatable {
    /// Oldest first, without a hole; as many as there are of the coarse candles in progress, which are fetched from the
    /// venue otherwise.
    public var minutes: [Candle]
    /// Open times of the newest candles that are kept, for each timeframe that has one: what ended with the minutes and
    /// is newer was being waited for, and is told when the heartbeat begins. Nil: nothing was waited for.
    public var newest: [Timeframe: Timestamp]?

    public init(minutes: [Candle] = [], newest: [Timeframe: Timestamp]? = nil) {
        self.minutes = minutes
        self.newest = newest
    }
}
