/// The prices and the volume traded from `openTime` until one timeframe later.
///
/// Prices are in quote currency for one unit of base, volume in base.
public struct Candle: Equatable, Sendable {
    public var openTime: Timestamp
    public var open: Double
    public var high: Double
    public var low: Double
    public var close: Double
    public var volume: Double

    @inlinable
    public init(openTime: Timestamp, open: Double, high: Double, low: Double, close: Double, volume: Double) {
        self.openTime = openTime
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }
}

extension Candle {
    /// The same candle but for the rounding of sums and decimal texts, a billionth of each number.
    public func agrees(with other: Candle) -> Bool {
        openTime == other.openTime && Self.near(open, other.open) && Self.near(high, other.high)
            && Self.near(low, other.low) && Self.near(close, other.close) && Self.near(volume, other.volume)
    }

    private static func near(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }
}
