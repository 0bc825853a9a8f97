/// Edwin Coppock's curve: the weighted mean of the sum of two rates of change. Barron's, October 1962.
struct CoppockCurve: Kernel, ~Copyable {
    private var long: Change<Percentage>
    private var short: Change<Percentage>
    private var mean: WeightedMovingAverage

    init(mean: Int, long: Int, short: Int) {
        self.mean = WeightedMovingAverage(period: mean)
        self.long = Change(period: long)
        self.short = Change(period: short)
    }

    var lookback: Int { max(long.lookback, short.lookback) + mean.lookback }

    @inline(__always)
    mutating func reset() {
        long.reset()
        short.reset()
        mean.reset()
    }

    @inline(__always)
    mutating func step(_ value: Double) -> Double {
        let slow = long.step(value)
        let total = slow + short.step(value)
        return total.isNaN ? .nan : mean.step(total)
    }
}

extension IndicatorDefinition {
    static let coppock = IndicatorDefinition(
        "coppock", [.period(10, "wma"), .period(11, "roc1"), .period(14, "roc2")], "Coppock curve",
        fr: "Courbe de Coppock", source: "TA-Lib COPPOCK"
    ) { CoppockCurve(mean: $0.int(0), long: $0.int(1), short: $0.int(2)) }
}
