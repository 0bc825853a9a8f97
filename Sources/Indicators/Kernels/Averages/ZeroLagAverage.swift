/// The exponential average of each value plus its change over half the average's lag. John Ehlers and Ric Way, Zero Lag
/// (2010).
struct ZeroLagAverage: Kernel, ~Copyable {
    private var change: Change<Difference>
    private var mean: ExponentialMovingAverage

    /// `period` is at least 3, so that there is a lag.
    init(period: Int) {
        change = Change(period: (period - 1) / 2)
        mean = ExponentialMovingAverage(period: period)
    }

    var lookback: Int { change.lookback + mean.lookback }

    @inline(__always)
    mutating func reset() {
        change.reset()
        mean.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let difference = change.step(value)
        return difference.isNaN ? .nan : mean.step(value + difference)
    }
}

extension IndicatorDefinition {
    static let zlema = IndicatorDefinition(
        "zlema", [.period(30, from: 3)], "Zero-lag exponential moving average",
        fr: "Moyenne mobile exponentielle sans retard", source: "TA-Lib ZLEMA"
    ) { ZeroLagAverage(period: $0.int(0)) }
}
