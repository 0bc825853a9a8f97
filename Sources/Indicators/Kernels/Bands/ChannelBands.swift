/// The highest high and the lowest low of the last `period` candles, and their middle. Richard Donchian.
struct DonchianChannel: Kernel, ~Copyable {
    private var highs: MovingExtreme<Highest>
    private var lows: MovingExtreme<Lowest>

    init(period: Int) {
        highs = MovingExtreme(period: period)
        lows = MovingExtreme(period: period)
    }

    var lookback: Int { highs.lookback }

    @inline(__always)
    mutating func reset() {
        highs.reset()
        lows.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> ThreeValues {
        let upper = highs.step(candle.high)
        let lower = lows.step(candle.low)
        return ThreeValues(upper, (upper + lower) / 2, lower)
    }

    var isWarm: Bool {
        @inline(__always)
        get { highs.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLow) -> ThreeValues {
        let upper = highs.steady(candle.high)
        let lower = lows.steady(candle.low)
        return ThreeValues(upper, (upper + lower) / 2, lower)
    }
}

/// The exponential mean of the typical price and, around it, a number of average true ranges. Chester Keltner, as
/// modernised by Linda Raschke. Both averages end their warm-up on the same row, as in TA-Lib.
struct KeltnerChannel: Kernel {
    let lookback: Int
    private var mean: ExponentialMovingAverage
    private var range: AverageTrueRange
    private let factor: Double
    /// Candles to leave out before the range begins.
    private let rangeDelay: Int
    private var pending: Int

    init(period: Int, rangePeriod: Int, factor: Double) {
        range = AverageTrueRange(period: rangePeriod)
        lookback = max(period - 1, range.lookback)
        mean = ExponentialMovingAverage(period: period, seedDelay: lookback - (period - 1))
        rangeDelay = lookback - range.lookback
        pending = rangeDelay
        self.factor = factor
    }

    @inline(__always)
    mutating func reset() {
        mean.reset()
        range.reset()
        pending = rangeDelay
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> ThreeValues {
        let middle = mean.step((candle.high + candle.low + candle.close) / 3)
        if pending > 0 {
            pending &-= 1
            return .missing
        }
        let reach = range.step(candle) * factor
        return ThreeValues(middle + reach, middle, middle - reach)
    }
}

/// Price Headley's acceleration bands: the mean close between means of highs and lows stretched by the candles'
/// relative ranges.
struct AccelerationBands: Kernel, ~Copyable {
    private var upper: SimpleMovingAverage
    private var middle: SimpleMovingAverage
    private var lower: SimpleMovingAverage

    init(period: Int) {
        upper = SimpleMovingAverage(period: period)
        middle = SimpleMovingAverage(period: period)
        lower = SimpleMovingAverage(period: period)
    }

    var lookback: Int { middle.lookback }

    @inline(__always)
    mutating func reset() {
        upper.reset()
        middle.reset()
        lower.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> ThreeValues {
        let sum = candle.high + candle.low
        let stretch = sum.magnitude < negligible ? 0 : 4 * (candle.high - candle.low) / sum
        return ThreeValues(
            upper.step(candle.high * (1 + stretch)), middle.step(candle.close), lower.step(candle.low * (1 - stretch)))
    }
}

extension IndicatorDefinition {
    static let donchian = IndicatorDefinition(
        "donchian", [.period(20)], outputs: ["upper", "middle", "lower"], "Donchian channel", fr: "Canal de Donchian",
        source: "TA-Lib DONCHIAN"
    ) { DonchianChannel(period: $0.int(0)) }

    static let keltner = IndicatorDefinition(
        "keltner",
        [.period(20), .number("deviations", 2, 0...1000), .period(10, "atr_period")],
        outputs: ["upper", "middle", "lower"], "Keltner channel", fr: "Canal de Keltner", source: "TA-Lib KC"
    ) { KeltnerChannel(period: $0.int(0), rangePeriod: $0.int(2), factor: $0.double(1)) }

    static let accbands = IndicatorDefinition(
        "accbands", [.period(20, from: 2)], outputs: ["upper", "middle", "lower"], "Acceleration bands",
        fr: "Bandes d'accélération", source: "TA-Lib ACCBANDS"
    ) { AccelerationBands(period: $0.int(0)) }
}
