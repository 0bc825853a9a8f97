/// The mean close of the last `period` candles weighted by volume. NaN in a window without volume, as in TA-Lib, but
/// for a period of 1, which gives the close.
struct VolumeWeightedAverage: Kernel, ~Copyable {
    private var values: MovingSum
    private var volumes: MovingSum
    private let period: Int
    /// Candles without volume in a row, up to `period`.
    private var idle = 0

    init(period: Int) {
        values = MovingSum(period: period)
        volumes = MovingSum(period: period)
        self.period = period
    }

    var lookback: Int { values.lookback }

    @inline(__always)
    mutating func reset() {
        values.reset()
        volumes.reset()
        idle = 0
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        if period == 1 { return candle.close }
        let value = values.step(candle.close * candle.volume)
        let volume = volumes.step(candle.volume)
        idle = candle.volume == 0 ? idle &+ 1 : 0
        if idle >= period {
            // Every term is zero: what the sums hold is rounding.
            idle = period
            values.clear()
            volumes.clear()
            return .nan
        }
        return value / volume
    }
}

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

/// Bill Williams' market facilitation index: the range of a candle a unit of volume; 0 without volume.
struct MarketFacilitation: Kernel {
    var lookback: Int { 0 }

    @inline(__always)
    mutating func reset() {}

    @inline(__always)
    mutating func step(_ candle: HighLowVolume) -> Double {
        candle.volume == 0 ? 0 : (candle.high - candle.low) / candle.volume
    }
}

/// The volume over the mean of the `period` candles before it; 0 where these have none.
struct RelativeVolume: Kernel, ~Copyable {
    private var mean: SimpleMovingAverage
    private var usual = Double.nan

    init(period: Int) { mean = SimpleMovingAverage(period: period) }

    var lookback: Int { mean.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        mean.reset()
        usual = .nan
    }

    @inline(__always)
    mutating func step(_ candle: Volume) -> Double {
        let before = usual
        usual = mean.step(candle.volume)
        return before == 0 ? 0 : candle.volume / before
    }
}

extension IndicatorDefinition {
    static let vwma = IndicatorDefinition(
        "vwma", [.period(30)], "Volume-weighted moving average of the close",
        fr: "Moyenne mobile de la clôture pondérée par le volume", source: "TA-Lib VWMA"
    ) { VolumeWeightedAverage(period: $0.int(0)) }

    static let vwap = IndicatorDefinition(
        "vwap", [], "Volume-weighted average price of the UTC day",
        fr: "Prix moyen pondéré par le volume du jour UTC", source: "TA-Lib VWAP, one session a UTC day"
    ) { _ in SessionVolumeWeightedPrice() }

    static let marketfi = IndicatorDefinition(
        "marketfi", [], "Market facilitation index", fr: "Indice de facilitation du marché", source: "TA-Lib MARKETFI"
    ) { _ in MarketFacilitation() }

    static let rvol = IndicatorDefinition(
        "rvol", [.period(20)], "Volume relative to the mean before it", fr: "Volume relatif à la moyenne précédente",
        source: "the volume over the simple mean of the volumes before it"
    ) { RelativeVolume(period: $0.int(0)) }
}
