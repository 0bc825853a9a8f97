/// Elder-ray: how far the high and the low are from the exponential average of the close. Alexander Elder, Trading for
/// a Living (1993).
struct ElderRay: Kernel {
    private var mean: ExponentialMovingAverage

    init(period: Int) { mean = ExponentialMovingAverage(period: period) }

    var lookback: Int { mean.lookback }

    @inline(__always)
    mutating func reset() { mean.reset() }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> TwoValues {
        let middle = mean.step(candle.close)
        return TwoValues(candle.high - middle, candle.low - middle)
    }

    var isWarm: Bool {
        @inline(__always)
        get { mean.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLowClose) -> TwoValues {
        let middle = mean.steady(candle.close)
        return TwoValues(candle.high - middle, candle.low - middle)
    }
}

extension IndicatorDefinition {
    static let elderRay = IndicatorDefinition(
        "elder_ray", [.period(13)], outputs: ["bull", "bear"], "Elder-ray: bull power and bear power",
        fr: "Elder-ray : force des haussiers et des baissiers", source: "TA-Lib ERI"
    ) { ElderRay(period: $0.int(0)) }
}
