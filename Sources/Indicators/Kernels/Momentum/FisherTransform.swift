import Glibc

/// John Ehlers' Fisher transform of the middle of the candles: the value and, as signal, the one before it.
///
/// The place of the middle in the window, -1 to 1, is smoothed by a third, kept within ±0.999 and transformed by half
/// the logarithm of (1 + x) / (1 - x), smoothed by a half. Stocks & Commodities, November 2002.
struct FisherTransform: Kernel, ~Copyable {
    private var highs: MovingExtreme<Highest>
    private var lows: MovingExtreme<Lowest>
    private var place = 0.0
    private var fisher = 0.0

    init(period: Int) {
        highs = MovingExtreme(period: period)
        lows = MovingExtreme(period: period)
    }

    var lookback: Int { highs.lookback }

    @inline(__always)
    mutating func reset() {
        highs.reset()
        lows.reset()
        place = 0
        fisher = 0
    }

    @inline(__always)
    mutating func step(_ candle: HighLow) -> TwoValues {
        let middle = (candle.high + candle.low) / 2
        let highest = highs.step(middle)
        let lowest = lows.step(middle)
        if highest.isNaN { return .missing }
        let range = highest - lowest
        let raw = range == 0 ? 0 : 2 * ((middle - lowest) / range - 0.5)
        let smooth = 0.33 * raw + 0.67 * place
        place = smaller(larger(smooth, -0.999), 0.999)
        let before = fisher
        fisher = 0.5 * log((1 + place) / (1 - place)) + 0.5 * before
        return TwoValues(fisher, before)
    }
}

extension IndicatorDefinition {
    static let fisher = IndicatorDefinition(
        "fisher", [.period(9, from: 2)], outputs: ["fisher", "signal"], "Fisher transform of the price",
        fr: "Transformée de Fisher du prix",
        source: "John Ehlers, Technical Analysis of Stocks & Commodities, November 2002"
    ) { FisherTransform(period: $0.int(0)) }
}
