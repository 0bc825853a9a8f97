/// Wilder's parabolic stop and reverse.
///
/// As in TA-Lib: the first candle only gives the first extremes; the trade begins short if the second candle's
/// downward movement is the larger one, long otherwise, and its stop is the first candle's other end.
struct ParabolicStop: Kernel {
    var lookback: Int { 1 }
    private let acceleration: Double
    private let maximum: Double
    private var rows = 0
    private var isLong = true
    private var stop = 0.0
    private var extreme = 0.0
    private var factor = 0.0
    private var before = HighLow(high: 0, low: 0)

    init(acceleration: Double, maximum: Double) {
        self.acceleration = min(acceleration, maximum)
        self.maximum = maximum
    }

    @inline(__always)
    mutating func reset() { rows = 0 }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double {
        if rows < 2 {
            rows &+= 1
            if rows == 1 {
                before = candle
                return .nan
            }
            begin(candle)
        }
        let output: Double
        if isLong {
            output = step(candle, high: candle.high, low: candle.low, before.low, before.high)
        } else {
            // The short side is the long side of the mirrored market.
            output = -step(candle, high: -candle.low, low: -candle.high, -before.high, -before.low)
        }
        before = candle
        return output
    }

    @inline(__always)
    private mutating func begin(_ candle: HighLow) {
        isLong = directionalMovement(candle, after: before).minus <= 0
        factor = acceleration
        stop = isLong ? before.low : -before.high
        extreme = isLong ? candle.high : -candle.low
        before = candle
    }

    /// One candle of a long trade; stop and extreme are kept mirrored while short.
    @inline(__always)
    private mutating func step(
        _ candle: HighLow, high: Double, low: Double, _ lowBefore: Double, _ highBefore: Double
    ) -> Double {
        if low <= stop {
            isLong.toggle()
            let turned = larger(larger(extreme, highBefore), high)
            factor = acceleration
            // From here on in the mirror: the stop is -turned, the extreme -low.
            stop = smaller(smaller(-turned + factor * (turned - low), -highBefore), -high)
            extreme = -low
            return turned
        }
        let output = stop
        if high > extreme {
            extreme = high
            factor = smaller(factor + acceleration, maximum)
        }
        stop = smaller(smaller(stop + factor * (extreme - stop), lowBefore), low)
        return output
    }
}

extension IndicatorDefinition {
    static let sar = IndicatorDefinition(
        "sar", [.number("acceleration", 0.02, 0...1), .number("maximum", 0.2, 0...1)],
        "Parabolic stop and reverse", fr: "Parabolique stop et inversion", source: "TA-Lib SAR"
    ) { ParabolicStop(acceleration: $0.double(0), maximum: $0.double(1)) }
}
