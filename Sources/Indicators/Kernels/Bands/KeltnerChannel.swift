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

extension IndicatorDefinition {
    static let keltner = IndicatorDefinition(
        "keltner",
        [.period(20), .number("deviations", 2, 0...1000), .period(10, "atr_period")],
        outputs: ["upper", "middle", "lower"], "Keltner channel", fr: "Canal de Keltner", source: "TA-Lib KC"
    ) { KeltnerChannel(period: $0.int(0), rangePeriod: $0.int(2), factor: $0.double(1)) }
}
