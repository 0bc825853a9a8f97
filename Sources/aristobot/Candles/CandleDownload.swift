import Broker
import Market
import Storage
import Wording

/// Brings the candles that the store lacks from a venue, a piece at a time; what is stored stays, whatever comes after.
struct CandleDownload {
    let source: any MarketDataSource
    let store: CandleStore
    let key: CandleKey
    let from: Timestamp
    let to: Timestamp
    var wait: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// Candles asked for at a time: a few pages of a venue, one import.
    static let pieceSize = 5000
    /// Failures in a row that are waited out.
    static let patience = 5
    /// The longest wait between two tries.
    static let longestPause = Duration.seconds(60)

    struct Outcome: Sendable {
        var added = 0
        /// Candles that somebody else has stored meanwhile.
        var unchanged = 0
        /// What ended it early; what was stored until then is kept.
        var failure: (any Error)?
    }

    /// `note` is told what is waited for; `progress` the part done.
    func run(
        progress: (_ part: Double, _ stored: Int) -> Void, note: (Message) -> Void
    ) async throws -> Outcome {
        var outcome = Outcome()
        let holes = try await store.missing(key, from: from, to: to)
        let total = holes.reduce(0) { $0 + $1.count(key.timeframe) }
        var done = 0
        for hole in holes {
            var next = hole.first
            let end = Timestamp(milliseconds: hole.last.milliseconds + key.timeframe.milliseconds)
            // Each turn moves `next` on by a piece at least.
            while next < end {
                do {
                    let piece = min(
                        end, Timestamp(milliseconds: next.milliseconds + Int64(Self.pieceSize) * step))
                    let candles = try await fetch(from: next, to: piece, note: note)
                    let added = try await store.append(candles, to: key)
                    outcome.added += added.added
                    outcome.unchanged += added.unchanged
                    done += Int((piece.milliseconds - next.milliseconds) / step)
                    next = piece
                    progress(Double(done) / Double(max(total, 1)), outcome.added)
                    try Task.checkCancellation()
                } catch {
                    outcome.failure = error
                    return outcome
                }
            }
        }
        return outcome
    }

    private var step: Int64 { key.timeframe.milliseconds }

    private func fetch(
        from: Timestamp, to: Timestamp, note: (Message) -> Void
    ) async throws -> [Candle] {
        let request = CandleRequest(
            symbol: key.symbol, timeframe: key.timeframe, from: from, to: to, limit: Self.pieceSize)
        var attempt = 0
        while true {
            attempt += 1
            do throws(BrokerError) {
                return try await source.candles(request)
            } catch {
                guard case .retryable(let reason, let after) = error, attempt <= Self.patience,
                    !Interruption.isRequested
                else { throw error }
                let pause = min(after ?? .seconds(1 << (attempt - 1)), Self.longestPause)
                let seconds = max(1, pause.components.seconds)
                note(
                    Message(
                        "\(reason.english); next try in \(seconds) s",
                        fr: "\(reason.french) ; nouvel essai dans \(seconds) s"))
                try await wait(pause)
            }
        }
    }
}
