/// The mean close of the last `period` candles weighted by volume. In a window without volume it is what it was, 0 at
/// the start.
struct VolumeWeightedAverage: Kernel, ~Copyable {
    private var values: MovingSum
    private var volumes: MovingSum

    init(period: Int) {
        values = MovingSum(period: period)
        volumes = MovingSum(period: period)
    }

    var lookback: Int { values.lookback }

    @inline(__always)
    mutating func reset() {
        values.reset()
        volumes.reset()
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        let value = values.step(candle.close * candle.volume)
        let volume = volumes.step(candle.volume)
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

/// The volume over its mean in the window before and with it; 0 where there is none.
struct RelativeVolume: Kernel, ~Copyable {
    private var mean: SimpleMovingAverage

    init(period: Int) { mean = SimpleMovingAverage(period: period) }

    var lookback: Int { mean.lookback }

    @inline(__always)
    mutating func reset() { mean.reset() }

    @inline(__always)
    mutating func step(_ candle: Volume) -> Double {
        let usual = mean.step(candle.volume)
        return usual == 0 ? 0 : candle.volume / usual
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
        "rvol", [.period(20)], "Volume relative to its mean", fr: "Volume relatif à sa moyenne", source: "TA-Lib RVOL"
    ) { RelativeVolume(period: $0.int(0)) }
}
