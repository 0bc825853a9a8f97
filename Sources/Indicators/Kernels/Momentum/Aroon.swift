/// Tushar Chande's Aroon: how recent the highest high and the lowest low of `period + 1` candles are, 100 for now and
/// 0 for `period` candles ago. Of equal extremes the latest counts.
struct Aroon: Kernel, ~Copyable {
    private var highs: ExtremePlace<Highest, LatestOfEqual>
    private var lows: ExtremePlace<Lowest, LatestOfEqual>
    private let period: Double
    private let scale: Double

    init(period: Int) {
        highs = ExtremePlace(period: period + 1)
        lows = ExtremePlace(period: period + 1)
        self.period = Double(period)
        scale = 100 / Double(period)
    }

    var lookback: Int { highs.lookback }

    @inline(__always)
    mutating func reset() {
        highs.reset()
        lows.reset()
    }

    /// Up first, down second.
    @inline(__always)
    mutating func step(_ candle: HighLow) -> TwoValues {
        let high = highs.step(candle.high)
        let low = lows.step(candle.low)
        return TwoValues(scale * (period - high), scale * (period - low))
    }

    var isWarm: Bool {
        @inline(__always)
        get { lows.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLow) -> TwoValues {
        let high = highs.steady(candle.high)
        let low = lows.steady(candle.low)
        return TwoValues(scale * (period - high), scale * (period - low))
    }
}

/// Aroon up less Aroon down.
struct AroonOscillator: Kernel, ~Copyable {
    private var highs: ExtremePlace<Highest, LatestOfEqual>
    private var lows: ExtremePlace<Lowest, LatestOfEqual>
    private let scale: Double

    init(period: Int) {
        highs = ExtremePlace(period: period + 1)
        lows = ExtremePlace(period: period + 1)
        scale = 100 / Double(period)
    }

    var lookback: Int { highs.lookback }

    @inline(__always)
    mutating func reset() {
        highs.reset()
        lows.reset()
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> Double {
        let high = highs.step(candle.high)
        return scale * (lows.step(candle.low) - high)
    }

    var isWarm: Bool {
        @inline(__always)
        get { lows.isWarm }
    }

    @inline(__always)
    mutating func steady(_ candle: HighLow) -> Double {
        let high = highs.steady(candle.high)
        return scale * (lows.steady(candle.low) - high)
    }
}

extension IndicatorDefinition {
    static let aroon = IndicatorDefinition(
        "aroon", [.period(14, from: 2)], outputs: ["up", "down"], "Aroon, 0 to 100", fr: "Aroon, de 0 à 100",
        source: "TA-Lib AROON"
    ) { Aroon(period: $0.int(0)) }

    static let aroonosc = IndicatorDefinition(
        "aroonosc", [.period(14, from: 2)], "Aroon oscillator, -100 to 100", fr: "Oscillateur Aroon, de -100 à 100",
        source: "TA-Lib AROONOSC"
    ) { AroonOscillator(period: $0.int(0)) }
}
