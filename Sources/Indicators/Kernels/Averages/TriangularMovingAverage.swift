/// The simple average of a simple average: weights rise to the middle of the window and fall again.
///
/// Two running sums with one division, so its rounding does not build up beyond theirs.
struct TriangularMovingAverage: Kernel, ~Copyable {
    private var inner: MovingSum
    private var outer: MovingSum
    private let divisor: Double

    init(period: Int) {
        let short = (period + 1) / 2
        let long = period / 2 + 1
        inner = MovingSum(period: short)
        outer = MovingSum(period: long)
        divisor = Double(short) * Double(long)
    }

    var lookback: Int { inner.lookback + outer.lookback }

    @inline(__always)
    mutating func reset() {
        inner.reset()
        outer.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let sum = inner.step(value)
        if sum.isNaN { return .nan }
        return outer.step(sum) / divisor
    }
}

extension IndicatorDefinition {
    static let trima = IndicatorDefinition(
        "trima", [.period(30)], "Triangular moving average", fr: "Moyenne mobile triangulaire", source: "TA-Lib TRIMA"
    ) { TriangularMovingAverage(period: $0.int(0)) }
}
