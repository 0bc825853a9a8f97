import ArgumentParser
import Broker
import Market
import Storage
import Wording

/// `aristobot candles fetch`: brings candles from a venue into the store.
struct FetchCandlesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: say("Bring candles from a venue.", fr: "Télécharge les bougies d'une place."),
        discussion: prose(
            """
            Only what the store lacks is asked for, so a fetch that was interrupted goes on
            where it ended. No account is needed.

              aristobot candles fetch --venue binance --symbol BTC/USDT --timeframe 1h \\
                --from 2024-01-01 --to 2025-01-01

            Without --from, it begins where the stored candles end; without --to, it ends now.
            Candles of the testnet are kept as binance-testnet.
            """,
            fr: """
                Seul ce qui manque dans la base est demandé : un téléchargement interrompu
                reprend où il s'est arrêté. Aucun compte n'est nécessaire.

                  aristobot candles fetch --venue binance --symbol BTC/USDT --timeframe 1h \\
                    --from 2024-01-01 --to 2025-01-01

                Sans --from, il commence où finissent les bougies gardées ; sans --to, il finit maintenant.
                Les bougies du testnet sont gardées comme binance-testnet.
                """))

    @OptionGroup var stored: StoredCandlesOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var server: VenueOptions

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            say(
                "Keep the candles under this venue's name (default: the venue's).",
                fr: "Garde les bougies sous ce nom de place (par défaut : celui de la place)."),
            valueName: "name"),
        transform: ArgumentReading.venue)
    var keptAs: VenueName?

    @OptionGroup var data: DataOptions

    @Flag(help: ArgumentHelp(say("Answer in JSON.", fr: "Répond en JSON.")))
    var json = false

    private struct Answer: Encodable {
        let venue: String
        let added: Int
        let content: SeriesSummary?
    }

    func validate() throws {
        guard let key = stored.key else {
            throw ArgumentReading.refusal(
                Message(
                    "name the candles: --venue binance --symbol BTC/USDT --timeframe 1h",
                    fr: "nommez les bougies : --venue binance --symbol BTC/USDT --timeframe 1h"))
        }
        guard key.venue == .binance else {
            throw ArgumentReading.refusal(
                Message(
                    "--venue \(key.venue): candles can be fetched from binance",
                    fr: "--venue \(key.venue) : les bougies peuvent être téléchargées de binance"))
        }
    }

    func run() async throws {
        guard let named = stored.key else { return }
        Interruption.listen()
        let configuration = data.configuration
        let place = try server.place(configuration)
        let venue = try keptAs ?? (place.isTestnet ? ArgumentReading.venue("binance-testnet") : named.venue)
        let key = CandleKey(venue: venue, symbol: named.symbol, timeframe: named.timeframe)
        let bar = ProgressBar(key.description)
        let (outcome, content) = try await Services.with(configuration) { services in
            let candles = services.store.candles
            let outcome = try await Venues.with(place, configuration: configuration) { source in
                let download = try await plan(key, source, candles)
                return try await fetch(download, bar)
            }
            // Asked even after Ctrl-C: what is kept is told.
            let content = try await Task { try await candles.summary(key) }.value
            return (outcome, content)
        }
        try tell(outcome, content, key)
    }

    private func plan(
        _ key: CandleKey, _ source: any MarketDataSource, _ store: CandleStore
    ) async throws -> CandleDownload {
        let now = try await source.serverTime()
        // The candle that holds this instant is still open.
        let closed = key.timeframe.openTime(containing: now)
        let end = min(period.to ?? closed, closed)
        var start = period.from
        if start == nil, let last = try await store.summary(key)?.last {
            start = Timestamp(milliseconds: last.milliseconds + key.timeframe.milliseconds)
        }
        guard let start else {
            throw CommandFailure(
                .input, "no candles of \(key) in the store to go on from: name --from, such as --from 2024-01-01",
                fr: "pas de bougies de \(key) dans la base à compléter : nommez --from, comme --from 2024-01-01")
        }
        return CandleDownload(source: source, store: store, key: key, from: start, to: end)
    }

    private func fetch(_ download: CandleDownload, _ bar: ProgressBar) async throws -> CandleDownload.Outcome {
        let started = MonotonicClock.nanoseconds
        defer { bar.clear() }
        return try await download.run(
            progress: { part, stored in
                bar.show(part) {
                    let elapsed = MonotonicClock.seconds(since: started)
                    let rate = CountText.grouped(Int(Double(stored) / max(elapsed, 0.001)))
                    let left = part > 0 ? Int((elapsed * (1 / part - 1)).rounded(.up)) : 0
                    return say("\(rate) candles/s, \(left) s left", fr: "\(rate) bougies/s, encore \(left) s")
                }
            },
            note: { message in
                bar.clear()
                Console.standardError(message.text(in: Console.language))
            })
    }

    private func tell(_ outcome: CandleDownload.Outcome, _ content: StoredSeries?, _ key: CandleKey) throws {
        let counts = CandleCounts(added: outcome.added, unchanged: outcome.unchanged).text
        if json {
            try JSONAnswer.print(
                Answer(venue: key.venue.text, added: outcome.added, content: content.map(SeriesSummary.init)))
        } else if let content {
            Console.print("\(key.venue) \(SeriesSummary(content).line); \(counts)")
        } else {
            Console.print(say("\(key): no candles there", fr: "\(key) : pas de bougies là-bas"))
        }
        guard let failure = outcome.failure else { return }
        guard Interruption.isRequested else { throw failure }
        throw CommandFailure(
            .interrupted, "interrupted; what was fetched is kept, the same command goes on from there",
            fr: "interrompu ; ce qui a été téléchargé est gardé, la même commande reprend de là")
    }
}
