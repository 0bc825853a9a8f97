import Broker
import Logging
import Market
import Postgres
import Storage
import Wording

extension HeartbeatService {
    private static let longestPause = Duration.seconds(2)
    /// Attempts at a pulse that the store refuses for what it holds; then it is left out, so that the rest goes on.
    private static let mostRefusals = 5

    /// Writes what waits, in order, until the task is cancelled.
    func write() async {
        while !Task.isCancelled {
            await writeWanted.wait()
            var failures = 0
            var refusals = 0
            while !Task.isCancelled, !outbox.isEmpty || outbox.isOverflowed {
                do {
                    if outbox.isOverflowed { try await beginAnew() }
                    try await writeNext()
                    placeWaiting()
                    if failures > 0 { logger.info("the store takes candles again") }
                    (failures, refusals) = (0, 0)
                } catch {
                    guard !Task.isCancelled else { return }
                    failures += 1
                    refusals = Self.isRefusal(error) ? refusals + 1 : 0
                    if failures == 1 || failures % 30 == 0 {
                        logger.error(
                            "candles cannot be written; they wait",
                            metadata: ["reason": "\(error)", "waiting": "\(outbox.candles.count)"])
                    }
                    if refusals >= Self.mostRefusals {
                        giveUp(error)
                        refusals = 0
                    }
                    guard await rest(min(.milliseconds(100 << min(failures - 1, 5)), Self.longestPause)) else { return }
                }
            }
        }
    }

    private func writeNext() async throws {
        let status = core.condition.stored(market, waiting: outbox.candles.count)
        guard let pulse = outbox.next(status) else { return }
        let deferred = try await shelf.record(pulse)
        let now = clock.now()
        for written in outbox.written(deferred: deferred) {
            meters.stored(lag: written.candle.lag, written: now - written.since)
        }
    }

    /// Whether the store refuses what the pulse holds, so that it will never be taken. Whatever else goes wrong may be
    /// mended, by the server itself or by whoever runs it, and nothing may be lost by it.
    private static func isRefusal(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError else { return error is StorageError }
        switch error {
        case .uniqueViolation, .checkViolation, .foreignKeyViolation, .exclusionViolation, .notNullViolation,
            .refusedValue, .unexpectedResult, .dataException:
            return true
        default: return false
        }
    }

    private func giveUp(_ error: any Error) {
        let lost = outbox.written()
        placeWaiting()
        logger.error(
            "candles that the store refuses are left out",
            metadata: ["reason": "\(error)", "candles": "\(lost.count)"])
    }

    /// After candles were forgotten: every symbol goes on after the last one that is stored, the rest is fetched.
    private func beginAnew() async throws {
        var histories: [(Symbol, SymbolHistory)] = []
        for symbol in core.symbols.sorted() {
            histories.append((symbol, try await history(of: symbol, at: core.condition.venueTime)))
        }
        logger.warning("candles were forgotten while the store was away; they are fetched again")
        outbox.resume()
        // One that is no longer followed stays so.
        for (symbol, history) in histories where core.symbols.contains(symbol) {
            core.follow(symbol, history: history)
        }
    }

    // MARK: Status and live stream

    /// Keeps the status true while nothing else is written.
    func tellStatus() async {
        while await rest(options.statusEvery) {
            meters.waits(outbox.candles.count)
            meters.passed(tradesCounted)
            tradesCounted = 0
            let status = core.condition.stored(market, waiting: outbox.candles.count)
            do {
                try await shelf.record(HeartbeatPulse(status: status))
            } catch {
                logger.debug("the status cannot be written", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Publishes samples of the stream, at most one every `sampleEvery`.
    func publish() async {
        while await rest(options.sampleEvery) {
            guard let message = sampler.take() else { continue }
            do {
                try await shelf.publish(message)
            } catch {
                // A sample that nobody sees is no loss.
                logger.debug("a sample of the stream was not published", metadata: ["reason": "\(error)"])
            }
        }
    }
}
