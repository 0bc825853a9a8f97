/// Wilder's average of the true range. The first candle has no true range, as it has no candle before it.
struct AverageTrueRange: Kernel {
    let lookback: Int
    private let period: Double
    private var average = 0.0
    private var previousClose = 0.0
    private var pending: Int

    init(period: Int) {
        lookback = period
        self.period = Double(period)
        pending = period + 1
    }

    mutating func reset() {
        average = 0
        pending = lookback + 1
    }

    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> Double {
        let range = trueRange(candle, previousClose)
        previousClose = candle.close
        if pending > 0 {
            pending -= 1
            if pending == lookback { return .nan }
            average += range
            if pending > 0 { return .nan }
            average /= period
            return average
        }
        average = (average * (period - 1) + range) / period
        return average
    }
}

/// The largest of high - low, |high - previous close| and |low - previous close|.
@inline(__always)
func trueRange(_ candle: HighLowClose, _ previousClose: Double) -> Double {
    max(candle.high - candle.low, max((candle.high - previousClose).magnitude, (candle.low - previousClose).magnitude))
}

extension IndicatorDefinition {
    static let atr = IndicatorDefinition(
        "atr", [.period(14)], "Average true range", fr: "Amplitude vraie moyenne", source: "TA-Lib ATR"
    ) { AverageTrueRange(period: $0.int(0)) }
}
