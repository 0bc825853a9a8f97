import Market

/// The bars before the exchange's start, made from the candles of a replay when they are asked for.
///
/// Candle files have no quote volume and no trade count: the quote volume is estimated as the volume times the mean of
/// open, high, low and close, the taker's share as a half, and the count is 0.
struct KlineHistory {
    let series: CandleSeries
    /// How many candles of the series end before the start.
    let count: Int

    init(_ series: CandleSeries, before start: Timestamp) {
        self.series = series
        let length = series.timeframe.milliseconds
        count = series.firstIndex(from: Timestamp(milliseconds: start.milliseconds - length + 1))
    }

    /// Whether bars of this interval are made of whole candles.
    func makes(_ interval: KlineInterval) -> Bool {
        let length = series.timeframe.milliseconds
        guard let wanted = interval.milliseconds else { return 86_400_000 % length == 0 }
        return wanted % length == 0 && (interval != .w1 || length <= 86_400_000 || length == wanted)
    }

    /// The bars that open at `start` or later and before `end`, from the oldest, at most `limit`.
    func bars(_ interval: KlineInterval, from start: Timestamp, before end: Timestamp, limit: Int) -> [Kline] {
        guard makes(interval) else { return [] }
        let aligned = interval.openTime(containing: start)
        let from = aligned < start ? interval.next(after: aligned) : aligned
        var result: [Kline] = []
        var at = min(series.firstIndex(from: from), count)
        while at < count, result.count < limit {
            let open = interval.openTime(containing: Timestamp(milliseconds: series.openTimes[at]))
            guard open < end else { break }
            let next = interval.next(after: open)
            let last = min(series.firstIndex(from: next), count)
            if let bar = bar(at..<last, open: open, next: next) { result.append(bar) }
            at = last
        }
        return result
    }

    /// The last bars that open before `end`, oldest first, at most `limit`.
    func lastBars(_ interval: KlineInterval, before end: Timestamp, limit: Int) -> [Kline] {
        guard makes(interval) else { return [] }
        var result: [Kline] = []
        var at = min(series.firstIndex(from: end), count)
        while at > 0, result.count < limit {
            let open = interval.openTime(containing: Timestamp(milliseconds: series.openTimes[at - 1]))
            let first = series.firstIndex(from: open)
            if open < end, let bar = bar(first..<at, open: open, next: interval.next(after: open)) {
                result.append(bar)
            }
            at = first
        }
        return result.reversed()
    }

    /// One bar of the candles from `open` to the start, if there are any.
    func unfinished(_ interval: KlineInterval, open: Timestamp) -> Kline? {
        guard makes(interval) else { return nil }
        let first = series.firstIndex(from: open)
        return first < count ? bar(first..<count, open: open, next: interval.next(after: open)) : nil
    }

    private func bar(_ range: Range<Int>, open: Timestamp, next: Timestamp) -> Kline? {
        guard let first = range.first, let last = range.last else { return nil }
        var high = series.highs[first]
        var low = series.lows[first]
        var volume = 0.0
        var value = 0.0
        for index in range {
            high = max(high, series.highs[index])
            low = min(low, series.lows[index])
            volume += series.volumes[index]
            let mean =
                (series.opens[index] + series.highs[index] + series.lows[index] + series.closes[index]) / 4
            value += series.volumes[index] * mean
        }
        return Kline(
            openTime: open, closeTime: Timestamp(milliseconds: next.milliseconds - 1),
            open: Self.exact(series.opens[first]), high: Self.exact(high), low: Self.exact(low),
            close: Self.exact(series.closes[last]), volume: Self.exact(volume), quoteVolume: Self.exact(value),
            takerBuyVolume: Self.exact(volume / 2), takerBuyQuoteVolume: Self.exact(value / 2))
    }

    /// To 8 digits, as on the wire. A number beyond every amount reads as 0.
    private static func exact(_ number: Double) -> FixedDecimal {
        FixedDecimal(number, rounding: .nearest)?.rounded(toStep: .step(digits: 8), rounding: .nearest) ?? .zero
    }
}
