/// The larger of two numbers that are not NaN; compiles to one instruction, which the generic `max` does not.
@inline(__always)
func larger(_ first: Double, _ second: Double) -> Double { first > second ? first : second }

@inline(__always)
func smaller(_ first: Double, _ second: Double) -> Double { first < second ? first : second }

/// What TA-Lib takes for zero in a divisor.
let negligible = 1e-14

extension Double {
    /// The positive part of a change, and that of its negation, without a branch: signs of price changes are not
    /// predictable. Both are exact.
    var gainAndLoss: (gain: Double, loss: Double) {
        @inline(__always)
        get {
            let gain = (self + magnitude) * 0.5
            return (gain, gain - self)
        }
    }
}
