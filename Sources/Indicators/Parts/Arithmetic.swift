/// The larger of two numbers that are not NaN; compiles to one instruction, which the generic `max` does not.
@inline(__always)
func larger(_ first: Double, _ second: Double) -> Double { first > second ? first : second }

@inline(__always)
func smaller(_ first: Double, _ second: Double) -> Double { first < second ? first : second }

/// The positive part of a number, and that of its negation, without a branch: signs of price changes are not
/// predictable. Both are exact.
@inline(__always)
func gainAndLoss(_ change: Double) -> (gain: Double, loss: Double) {
    let gain = (change + change.magnitude) * 0.5
    return (gain, gain - change)
}

/// The largest of high - low, |high - previous close| and |low - previous close|, for low <= high.
@inline(__always)
func trueRange(_ candle: HighLowClose, _ previousClose: Double) -> Double {
    larger(candle.high, previousClose) - smaller(candle.low, previousClose)
}

/// What TA-Lib takes for zero in a divisor.
let negligible = 1e-14
