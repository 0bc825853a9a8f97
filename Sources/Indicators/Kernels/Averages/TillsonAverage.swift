/// T3: six exponential averages in a row, mixed by the volume factor.
///
/// Tim Tillson, Technical Analysis of Stocks & Commodities, January 1998. As in TA-Lib, each stage starts from the mean
/// of its first `period` values.
struct TillsonAverage: Kernel {
    private var first: TripleSmoothing
    private var fourth: ExponentialMovingAverage
    private var fifth: ExponentialMovingAverage
    private var sixth: ExponentialMovingAverage
    private let weights: (Double, Double, Double, Double)

    /// `volumeFactor` is 0 (a triple average) to 1 (Mulloy's correction in full).
    init(period: Int, volumeFactor: Double) {
        first = TripleSmoothing(period: period)
        fourth = ExponentialMovingAverage(period: period)
        fifth = fourth
        sixth = fourth
        let v = volumeFactor
        weights = (
            1 + v * v * v + 3 * v * v + 3 * v, -6 * v * v - 3 * (v + v * v * v), 3 * v * v * (1 + v), -v * v * v
        )
    }

    var lookback: Int { first.lookback + 3 * fourth.lookback }

    @inline(__always)
    mutating func reset() {
        first.reset()
        fourth.reset()
        fifth.reset()
        sixth.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let three = first.step(value).third
        if three.isNaN { return .nan }
        let four = fourth.step(three)
        if four.isNaN { return .nan }
        let five = fifth.step(four)
        if five.isNaN { return .nan }
        let six = sixth.step(five)
        return mix(three, four, five, six)
    }

    var isWarm: Bool {
        @inline(__always)
        get { sixth.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        let three = first.steady(value).third
        let four = fourth.steady(three)
        let five = fifth.steady(four)
        return mix(three, four, five, sixth.steady(five))
    }

    @inline(__always)
    private func mix(_ three: Double, _ four: Double, _ five: Double, _ six: Double) -> Double {
        weights.3 * six + weights.2 * five + weights.1 * four + weights.0 * three
    }
}

extension IndicatorDefinition {
    static let t3 = IndicatorDefinition(
        "t3", [.period(5), .number("volume_factor", 0.7, 0...1)], "Tillson's T3 average", fr: "Moyenne T3 de Tillson",
        source: "TA-Lib T3"
    ) { TillsonAverage(period: $0.int(0), volumeFactor: $0.double(1)) }
}
