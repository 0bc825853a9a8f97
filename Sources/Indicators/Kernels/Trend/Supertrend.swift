/// Supertrend: bands of some average true ranges around the middle of the candle that only move towards the price,
/// until a close beyond one of them turns the trend. Olivier Seban; the first trend is up, as in TA-Lib.
struct Supertrend: Kernel {
    private var range: AverageTrueRange
    private let factor: Double
    private var upper = Double.nan
    private var lower = Double.nan
    private var isUp = true
    private var previousClose = 0.0

    init(period: Int, factor: Double) {
        range = AverageTrueRange(period: period)
        self.factor = factor
    }

    var lookback: Int { range.lookback }

    @inline(__always)
    mutating func reset() {
        range.reset()
        upper = .nan
        isUp = true
    }

    /// The line (the lower band in an up-trend, the upper one else), and 1 or -1.
    @inline(__always)
    mutating func step(_ candle: HighLowClose) -> TwoValues {
        let average = range.step(candle)
        let before = previousClose
        previousClose = candle.close
        if average.isNaN { return .missing }
        let middle = (candle.high + candle.low) / 2
        let reach = factor * average
        if upper.isNaN {
            upper = middle + reach
            lower = middle - reach
        } else {
            if middle + reach < upper || before > upper { upper = middle + reach }
            if middle - reach > lower || before < lower { lower = middle - reach }
            isUp = isUp ? candle.close >= lower : candle.close > upper
        }
        return isUp ? TwoValues(lower, 1) : TwoValues(upper, -1)
    }
}

extension IndicatorDefinition {
    static let supertrend = IndicatorDefinition(
        "supertrend", [.period(10), .number("multiplier", 3, 0...1000)], outputs: ["line", "direction"],
        "Supertrend line and direction (1 up, -1 down)", fr: "Ligne du supertrend et direction (1 hausse, -1 baisse)",
        source: "TA-Lib SUPERTREND"
    ) { Supertrend(period: $0.int(0), factor: $0.double(1)) }
}
