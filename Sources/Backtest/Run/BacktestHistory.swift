import Market
import StrategyHost
import Wording

/// The candles of a run: those the strategy trades on, those it reads besides, and the finer ones that decide what
/// happens inside a candle. Made once and shared by any number of runs in any number of threads.
public struct BacktestHistory: Sendable {
    /// In the strategy's timeframe; made of finer ones where those were given.
    public let candles: CandleSeries
    /// What the strategy may read.
    public let feeds: FeedSet
    /// The finer candles of `--intrabar`.
    public let intrabar: CandleSeries?
    /// The traded candles. Those before it only warm the indicators.
    public let range: Range<Int>

    /// - Parameters:
    ///   - declaration: what the strategy reads.
    ///   - series: the histories at hand: the first one's symbol is the one that is traded; several timeframes of one
    ///     symbol may be given, each candle series is built from the coarsest of them that fits.
    public init(
        _ declaration: StrategyDeclaration, series: [CandleSeries], options: BacktestOptions
    ) throws(BacktestError) {
        guard let symbol = series.first?.symbol else {
            throw BacktestError(Message("no candles were given", fr: "aucune bougie n'a été donnée"))
        }
        let timeframe = options.timeframe ?? declaration.timeframe
        let source = HistorySource(series: series, end: options.to)
        candles = try source.candles(symbol, timeframe)
        var others: [CandleFeed] = []
        for key in declaration.otherFeeds(for: symbol, on: timeframe) {
            do {
                others.append(CandleFeed(try source.candles(key.symbol, key.timeframe)))
            } catch {
                // On another timeframe than the declared one, candles of the declared one are there if they can be.
                guard key.timeframe == declaration.timeframe, !declaration.uses.contains(key.timeframe),
                    key.timeframe != timeframe
                else { throw error }
            }
        }
        feeds = FeedSet(base: CandleFeed(candles), others: others)
        if let finer = options.intrabar {
            guard finer < timeframe, timeframe.isMultiple(of: finer) else {
                throw BacktestError(
                    Message(
                        "--intrabar \(finer): expected a timeframe finer than the strategy's, \(timeframe)",
                        fr: "--intrabar \(finer) : attendu une unité de temps plus fine que celle de la stratégie, "
                            + "\(timeframe)"))
            }
            intrabar = try source.candles(symbol, finer)
        } else {
            intrabar = nil
        }
        let first = if let from = options.from { candles.firstIndex(from: from) } else { 0 }
        range = first..<candles.count
        guard !range.isEmpty else { throw Self.empty(candles, options) }
    }

    private static func empty(_ candles: CandleSeries, _ options: BacktestOptions) -> BacktestError {
        guard let first = candles.firstTime, let last = candles.lastTime else {
            return BacktestError(
                Message(
                    "no complete \(candles.timeframe) candle of \(candles.symbol) lies in the period",
                    fr: "aucune bougie \(candles.timeframe) complète de \(candles.symbol) dans la période"))
        }
        let from = options.from?.description ?? first.description
        return BacktestError(
            Message(
                "no candle at or after \(from): the history goes from \(first) to \(last)",
                fr: "aucune bougie à partir de \(from) : l'historique va de \(first) à \(last)"))
    }
}

/// Finds or builds the candles of a symbol and timeframe from the histories at hand.
private struct HistorySource {
    let series: [CandleSeries]
    /// Candles that open at this time or later are left out.
    let end: Timestamp?

    func candles(_ symbol: Symbol, _ timeframe: Timeframe) throws(BacktestError) -> CandleSeries {
        let ofSymbol = series.filter { $0.symbol == symbol }
        guard !ofSymbol.isEmpty else {
            let known = Set(series.map(\.symbol)).sorted().map(\.description).joined(separator: ", ")
            throw BacktestError(
                Message(
                    "the strategy reads \(symbol), but the candles given are of \(known)",
                    fr: "la stratégie lit \(symbol), mais les bougies données sont de \(known)"))
        }
        let fitting = ofSymbol.filter { timeframe.isMultiple(of: $0.timeframe) }
        guard let best = fitting.max(by: { $0.timeframe < $1.timeframe }) else {
            let known = ofSymbol.map(\.timeframe).min() ?? timeframe
            throw BacktestError(
                Message(
                    "\(timeframe) candles of \(symbol) cannot be made of \(known) candles: expected a file of "
                        + "\(timeframe) or finer ones that divide it",
                    fr: "des bougies \(timeframe) de \(symbol) ne peuvent être faites de bougies \(known) : attendu un "
                        + "fichier \(timeframe) ou plus fin, qui le divise"))
        }
        do {
            let coarse = try CandleResampler.resample(best, to: timeframe)
            return end.map { cut(coarse, at: $0) } ?? coarse
        } catch {
            throw BacktestError(error.message)
        }
    }

    /// Without a copy where nothing is cut.
    private func cut(_ candles: CandleSeries, at end: Timestamp) -> CandleSeries {
        guard let last = candles.lastTime, last >= end else { return candles }
        return candles.slice(to: end)
    }
}
