import Market

/// The candles of a dry run: synthetic, the same on every machine, for every feed that a strategy may ask for.
struct RehearsalMarket {
    /// Candles of the finest timeframe that are made at most; fewer of the base ones are rehearsed then.
    static let mostCandles = 200_000
    /// Candles on which callbacks run.
    static let candles = 500
    /// Warm-up candles before them at most; a longer warm-up is cut short in a rehearsal.
    static let mostWarmup = 5_000

    let feeds: FeedSet
    let series: CandleSeries

    /// - Parameter warmup: candles that pass before the first callback.
    init?(_ declaration: StrategyDeclaration, warmup: Int) {
        let timeframes = [declaration.timeframe] + declaration.uses
        guard let finest = timeframes.min(), let symbol = Self.symbol(apartFrom: declaration.symbols) else {
            return nil
        }
        let wanted = Self.candles + min(warmup, Self.mostWarmup)
        let ratio = Int(declaration.timeframe.milliseconds / finest.milliseconds)
        let count = min(wanted * ratio, Self.mostCandles)
        var all: [CandleSeries] = []
        for (place, symbol) in ([symbol] + declaration.symbols).enumerated() {
            let fine = SyntheticMarket.generate(
                SyntheticMarket.Options(
                    seed: UInt64(place + 1), symbol: symbol, timeframe: finest, count: count, hasGaps: false))
            for timeframe in timeframes {
                guard let series = Self.series(fine, timeframe) else { return nil }
                all.append(series)
            }
        }
        guard let base = all.first else { return nil }
        series = base
        feeds = FeedSet(base: CandleFeed(base), others: all.dropFirst().map { CandleFeed($0) })
    }

    /// A symbol of its own, so that `symbols` are other ones.
    private static func symbol(apartFrom others: [Symbol]) -> Symbol? {
        ["BTC/USDT", "ETH/USDT", "TEST/USDT"].lazy
            .compactMap { text -> Symbol? in
                // These texts are symbols.
                try? Symbol(text)
            }
            .first { !others.contains($0) }
    }

    private static func series(_ fine: CandleSeries, _ timeframe: Timeframe) -> CandleSeries? {
        if timeframe == fine.timeframe { return fine }
        // Timeframes that are no multiple of each other (3m and 10m) are made apart.
        guard let coarse = try? CandleResampler.resample(fine, to: timeframe) else {
            let length = timeframe.milliseconds / fine.timeframe.milliseconds
            return SyntheticMarket.generate(
                SyntheticMarket.Options(
                    seed: 1, symbol: fine.symbol, timeframe: timeframe, count: fine.count / max(1, Int(length)),
                    hasGaps: false))
        }
        return coarse
    }
}
