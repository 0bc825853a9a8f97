/// The mean close of the last `period` candles weighted by volume. NaN in a window without volume, as in TA-Lib, but
/// for a period of 1, which gives the close.
struct VolumeWeightedAverage: Kernel, ~Copyable {
    private var values: MovingSum
    private var volumes: MovingSum
    private let period: Int
    /// Candles without volume in a row, up to `period`.
    private var idle = 0

    init(period: Int) {
        values = MovingSum(period: period)
        volumes = MovingSum(period: period)
        self.period = period
    }

    var lookback: Int { values.lookback }

    @inline(__always)
    mutating func reset() {
        values.reset()
        volumes.reset()
        idle = 0
    }

    @inline(__always)
    mutating func step(_ candle: CloseVolume) -> Double {
        if period == 1 { return candle.close }
        let value = values.step(candle.close * candle.volume)
        let volume = volumes.step(candle.volume)
        idle = candle.volume == 0 ? idle &+ 1 : 0
        if idle >= period {
            // Every term is zero: what the sums hold is rounding.
            idle = period
            values.clear()
            volumes.clear()
            return .nan
        }
        return value / volume
    }
}

extension IndicatorDefinition {
    static let vwma = IndicatorDefinition(
        "vwma", [.period(30)], "Volume-weighted moving average of the close",
        fr: "Moyenne mobile de la clôture pondérée par le volume", source: "TA-Lib VWMA"
    ) { VolumeWeightedAverage(period: $0.int(0)) }
}
