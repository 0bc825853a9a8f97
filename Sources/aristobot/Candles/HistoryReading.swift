import Backtest
import Market
import Storage
import StrategyHost
import Wording

/// Brings together every series of candles that a strategy needs, from wherever the options point to.
struct HistoryReading {
    let options: CandleOptions
    let declaration: StrategyDeclaration
    /// What the strategy runs on, `--timeframe` included.
    let timeframe: Timeframe
    /// The finer candles that decide what happens inside one, if any.
    let intrabar: Timeframe?

    /// The series, the traded symbol's first.
    func series() async throws -> [CandleSeries] {
        if let seed = options.synthetic { return try synthetic(seed) }
        return options.candles.isEmpty ? try await stored() : try files()
    }

    private func files() throws -> [CandleSeries] {
        var found: [CandleSeries] = []
        for file in options.candles {
            // `--symbol` names the traded file; another one may tell its own symbol by its name.
            let ofName = found.isEmpty ? nil : CandleSource.symbol(inName: file.path)
            let symbol = try file.symbol ?? ofName ?? CandleSource.symbol(named: options.stored.symbol, path: file.path)
            let series = try CandleSource.read(file.path, symbol: symbol, fallback: timeframe)
            guard timeframe.isMultiple(of: series.timeframe) else { throw unfit(series.timeframe, file.path) }
            found.append(series)
        }
        return found
    }

    private func unfit(_ found: Timeframe, _ path: String) -> CommandFailure {
        if found > timeframe {
            return CommandFailure(
                .input,
                "\(path): its candles are \(found), coarser than the strategy's \(timeframe): "
                    + "expected \(timeframe) or finer",
                fr:
                    "\(path) : ses bougies sont en \(found), plus grossières que la stratégie, \(timeframe) : "
                    + "attendu \(timeframe) ou plus fin")
        }
        return CommandFailure(
            .input,
            "\(path): \(timeframe) candles cannot be made of its \(found) candles: expected a divisor of \(timeframe)",
            fr: "\(path) : des bougies \(timeframe) ne peuvent être faites de ses bougies \(found) : "
                + "attendu un diviseur de \(timeframe)")
    }

    /// The candles of the store. What lies before the period is read too, since it warms the indicators.
    private func stored() async throws -> [CandleSeries] {
        guard let venue = options.stored.venue, let symbol = options.stored.symbol else {
            preconditionFailure("validate() has seen to it")
        }
        var running = declaration
        running.timeframe = timeframe
        var wanted = [FeedSet.Key(symbol, timeframe)] + running.otherFeeds(for: symbol)
        if let intrabar { wanted.append(FeedSet.Key(symbol, intrabar)) }
        let end = options.period.to.map { end in wanted.map { close(of: $0.timeframe, around: end) }.max() ?? end }
        return try await Services.with(options.data.configuration) { services in
            var sources: [CandleKey] = []
            for want in wanted {
                let key = CandleKey(venue: venue, symbol: want.symbol, timeframe: want.timeframe)
                let source = try await StoredCandles(services).source(of: key)
                if !sources.contains(source) { sources.append(source) }
            }
            var found: [CandleSeries] = []
            for source in sources { found.append(try await StoredCandles(services).series(source, to: end)) }
            return found
        }
    }

    /// When the candle closes that holds the last instant before a time: fine candles are read so far, or the last
    /// coarse one would lack its end.
    private func close(of timeframe: Timeframe, around end: Timestamp) -> Timestamp {
        let open = timeframe.openTime(containing: Timestamp(milliseconds: end.milliseconds - 1))
        return Timestamp(milliseconds: open.milliseconds + timeframe.milliseconds)
    }

    private func synthetic(_ seed: UInt64) throws -> [CandleSeries] {
        let fine = intrabar ?? timeframe
        guard timeframe.isMultiple(of: fine) else { throw unfit(fine, "--intrabar") }
        let slots = (options.candleCount ?? 50_000) * Int(timeframe.milliseconds / fine.milliseconds)
        guard slots <= SyntheticMarket.largestCount else {
            throw CommandFailure(
                .usage, "--candle-count makes \(slots) candles: expected at most \(SyntheticMarket.largestCount)",
                fr: "--candle-count fait \(slots) bougies : attendu au plus \(SyntheticMarket.largestCount)")
        }
        let traded = try tradedSyntheticSymbol()
        let symbols = [traded] + declaration.symbols.filter { $0 != traded }
        return symbols.map { symbol in
            SyntheticMarket.generate(
                SyntheticMarket.Options(
                    seed: seed, symbol: symbol, timeframe: fine,
                    start: options.period.from ?? SyntheticMarket.defaultStart, count: slots))
        }
    }

    /// `--symbol`, else one that the strategy does not read as another symbol already.
    private func tradedSyntheticSymbol() throws -> Symbol {
        if let named = options.stored.symbol { return named }
        for text in ["BTC/USDT", "ETH/USDT"] {
            let symbol = try ArgumentReading.symbol(text)
            if !declaration.symbols.contains(symbol) { return symbol }
        }
        return try ArgumentReading.symbol("XRP/USDT")
    }
}
