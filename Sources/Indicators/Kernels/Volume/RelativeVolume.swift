/// The volume over the mean of the `period` candles before it; 0 where these have none.
struct RelativeVolume: Kernel, ~Copyable {
    private var mean: SimpleMovingAverage
    private var usual = Double.nan

    init(period: Int) { mean = SimpleMovingAverage(period: period) }

    var lookback: Int { mean.lookback + 1 }

    @inline(__always)
    mutating func reset() {
        mean.reset()
        usual = .nan
    }

    @inline(__always)
    mutating func step(_ candle: Volume) -> Double {
        let before = usual
        usual = mean.step(candle.volume)
        return before == 0 ? 0 : candle.volume / before
    }
}

extension IndicatorDefinition {
    static let rvol = IndicatorDefinition(
        "rvol", [.period(20)], "Volume relative to the mean before it", fr: "Volume relatif à la moyenne précédente",
        source: "the volume over the simple mean of the volumes before it"
    ) { RelativeVolume(period: $0.int(0)) }
}
