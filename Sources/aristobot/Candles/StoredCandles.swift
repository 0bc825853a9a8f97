import Market
import Storage
import Wording

/// Reads candles of the store for a command, with a progress bar, and ends on Ctrl-C.
struct StoredCandles {
    let services: Services

    init(_ services: Services) {
        self.services = services
    }

    /// The series that serves a timeframe: its own, or the coarsest one that it can be built from.
    func source(of key: CandleKey) async throws -> CandleKey {
        guard let source = try await services.store.candles.source(of: key) else {
            throw CommandFailure(
                .input,
                "no candles of \(key.symbol) at \(key.timeframe) or finer from \(key.venue) in the store: bring some "
                    + "in with 'aristobot candles fetch' or 'aristobot candles import'",
                fr: "pas de bougies de \(key.symbol) en \(key.timeframe) ou plus fin de \(key.venue) dans la base : "
                    + "apportez-en avec 'aristobot candles fetch' ou 'aristobot candles import'")
        }
        return source.key
    }

    func series(_ key: CandleKey, from: Timestamp? = nil, to: Timestamp? = nil) async throws -> CandleSeries {
        let bar = ProgressBar(key.description)
        defer { bar.clear() }
        return try await services.store.candles.series(key, from: from, to: to, cache: services.cache) { part in
            bar.show(part)
            return !Interruption.isRequested
        }
    }
}
