/// The mean of the last `period` values.
struct SimpleMovingAverage: Kernel, ~Copyable {
    private var sum: MovingSum
    private let period: Double

    init(period: Int) {
        sum = MovingSum(period: period)
        self.period = Double(period)
    }

    var lookback: Int { sum.lookback }

    @inline(__always)
    mutating func reset() { sum.reset() }

    @inline(__always)
    mutating func step(_ value: Double) -> Double { sum.step(value) / period }

    var isWarm: Bool {
        @inline(__always)
        get { sum.isWarm }
    }

    @inline(__always)
    mutating func steady(_ value: Double) -> Double {
        sum.steady(value) / period
    }
}

extension IndicatorDefinition {
    static let sma = IndicatorDefinition(
        "sma", [.period(30)], "Simple moving average", fr: "Moyenne mobile simple", source: "TA-Lib SMA"
    ) { SimpleMovingAverage(period: $0.int(0)) }
}
