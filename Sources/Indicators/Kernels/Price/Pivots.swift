/// The floor traders' pivot and its supports and resistances, from the high, low and close of the UTC day before.
/// Where the times of the candles are not known, from the candle before.
///
/// With times the first values come with the first candle of the second day, however many candles that takes:
/// `lookback` is the least number.
struct Pivots: Kernel {
    var lookback: Int { 1 }
    private var day: Int64?
    private var high = Double.nan
    private var low = Double.nan
    private var close = Double.nan
    private var levels = ManyValues<SevenColumns>.missing

    @inline(__always)
    mutating func reset() {
        high = .nan
        levels = .missing
    }

    @inline(__always)
    mutating func step(_ candle: DatedCandle) -> ManyValues<SevenColumns> {
        if high.isNaN {
            begin(candle)
        } else if candle.day == nil || candle.day != day {
            levels = Pivots.levels(high, low, close)
            begin(candle)
        } else {
            high = larger(high, candle.high)
            low = smaller(low, candle.low)
            close = candle.close
        }
        return levels
    }

    @inline(__always)
    private mutating func begin(_ candle: DatedCandle) {
        day = candle.day
        high = candle.high
        low = candle.low
        close = candle.close
    }

    /// Pivot, first to third resistance, first to third support.
    private static func levels(_ high: Double, _ low: Double, _ close: Double) -> ManyValues<SevenColumns> {
        let pivot = (high + low + close) / 3
        let range = high - low
        return ManyValues(
            SIMD8(
                pivot, 2 * pivot - low, pivot + range, high + 2 * (pivot - low), 2 * pivot - high, pivot - range,
                low - 2 * (high - pivot), 0))
    }
}

extension IndicatorDefinition {
    static let pivots = IndicatorDefinition(
        "pivots", [], outputs: ["p", "r1", "r2", "r3", "s1", "s2", "s3"],
        "Pivot, resistances and supports from the UTC day before",
        fr: "Pivot, résistances et supports d'après le jour UTC précédent",
        source: "floor traders' pivots: P = (H + L + C) / 3, R1 = 2P - L, R2 = P + H - L, R3 = H + 2(P - L), "
            + "S1 = 2P - H, S2 = P - H + L, S3 = L - 2(H - P)"
    ) { _ in Pivots() }
}
