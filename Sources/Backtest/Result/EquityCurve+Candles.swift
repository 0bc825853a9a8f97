import Market
import Trading

extension EquityCurve {
    /// Runs the body with the curve over a part of a series; `equity` has one value for each candle of it.
    static func over<Answer>(
        _ candles: CandleSeries, _ range: Range<Int>, equity: [Double], start: Double, _ body: (EquityCurve) -> Answer
    ) -> Answer {
        equity.withUnsafeBufferPointer { equity in
            withExtendedLifetime(candles) {
                body(
                    EquityCurve(
                        times: UnsafeBufferPointer(start: candles.openTimes + range.lowerBound, count: range.count),
                        equity: equity,
                        closes: UnsafeBufferPointer(start: candles.closes + range.lowerBound, count: range.count),
                        timeframe: candles.timeframe, start: start))
            }
        }
    }
}
