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
        let last = before
        let close = previousClose
        before = HighLow(high: candle.high, low: candle.low)
        previousClose = candle.close
        if close.isNaN { return .missing }
        let reach = trueRange(candle, close)
        flat = reach == 0 ? flat &+ 1 : 0
        let up = plus.step((candle.high - last.low).magnitude)
        let down = minus.step((candle.low - last.high).magnitude)
        let total = range.step(reach)
        if total.isNaN { return .missing }
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
