/// The mean typical price since the session began, weighted by volume. A session is a UTC day; where the times of the
/// candles are not known, all of history is one session, and that is TA-Lib's. Before a session has any volume the
/// value is the last one of the session before, 0 at the very start, as in TA-Lib.
struct SessionVolumeWeightedPrice: Kernel {
    var lookback: Int { 0 }
    private var values = 0.0
    private var volumes = 0.0
    private var price = 0.0
    private var day: Int64?

    @inline(__always)
    mutating func reset() {
        values = 0
        volumes = 0
        price = 0
    }

    @inline(__always)
    mutating func step(_ candle: DatedCandle) -> Double {
        if candle.day != day {
            day = candle.day
            values = 0
            volumes = 0
        }
        values += (candle.high + candle.low + candle.close) / 3 * candle.volume
        volumes += candle.volume
        if volumes > 0 { price = values / volumes }
        return price
    }
}

extension IndicatorDefinition {
    static let vwap = IndicatorDefinition(
        "vwap", [], "Volume-weighted average price of the UTC day",
        fr: "Prix moyen pondéré par le volume du jour UTC", source: "TA-Lib VWAP, one session a UTC day"
    ) { _ in SessionVolumeWeightedPrice() }
}
