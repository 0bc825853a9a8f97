/// The vortex indicator: sums of the distances high to last low and low to last high over the sum of true ranges.
///
/// Etienne Botes and Douglas Siepman, Technical Analysis of Stocks & Commodities, January 2010. Where the window has
/// no range at all both are 0.
struct Vortex: Kernel, ~Copyable {
    private var plus: MovingSum
    private var minus: MovingSum
    private var range: MovingSum
    private let period: Int
    private var before = HighLow(high: 0, low: 0)
    private var previousClose = Double.nan
    /// Candles without a range in a row, up to `period`.
    private var flat = 0

    init(period: Int) {
        plus = MovingSum(period: period)
        minus = MovingSum(period: period)
        range = MovingSum(period: period)
        self.period = period
    }

    var lookback: Int { range.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        plus.reset()
        minus.reset()
        range.reset()
        previousClose = .nan
        flat = 0
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> TwoValues {
        if previousClose.isNaN {
            remember(candle)
            return .missing
        }
        let reach = trueRange(candle, previousClose)
        let up = plus.step((candle.high - before.low).magnitude)
        let down = minus.step((candle.low - before.high).magnitude)
        let total = range.step(reach)
        remember(candle)
        return total.isNaN ? countFlat(reach) : lines(up, down, total, reach)
    }

    var isWarm: Bool {
        @inline(__always)
        get { range.isWarm && !previousClose.isNaN }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> TwoValues {
        let reach = trueRange(candle, previousClose)
        let up = plus.steady((candle.high - before.low).magnitude)
        let down = minus.steady((candle.low - before.high).magnitude)
        remember(candle)
        return lines(up, down, range.steady(reach), reach)
    }

    @inline(__always)
    private mutating func remember(_ candle: HighLowClose) {
        before = HighLow(high: candle.high, low: candle.low)
        previousClose = candle.close
    }

    @inline(__always)
    private mutating func countFlat(_ reach: Double) -> TwoValues {
        flat = reach == 0 ? flat &+ 1 : 0
        return .missing
    }

    @inline(__always)
    private mutating func lines(_ up: Double, _ down: Double, _ total: Double, _ reach: Double) -> TwoValues {
        _ = countFlat(reach)
        if flat >= period {
            // Every term is zero: what the sum holds is rounding.
            flat = period
            range.clear()
            return TwoValues(0, 0)
        }
        return total > 0 ? TwoValues(up / total, down / total) : TwoValues(0, 0)
    }
}

extension IndicatorDefinition {
    static let vortex = IndicatorDefinition(
        "vortex", [.period(14)], outputs: ["plus", "minus"], "Vortex indicator", fr: "Indicateur vortex",
        source: "TA-Lib VORTEX"
    ) { Vortex(period: $0.int(0)) }
}
