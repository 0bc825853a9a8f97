import Broker
import Logging
import Market
import Wording

extension HeartbeatService {
    /// The longest that a venue may have us wait before a fetch counts as failed.
    private static let longestRest = Duration.seconds(60)

    func start(_ fetch: CandleFetch) {
        if fetch.wait > .zero {
            jobs.continuation.yield(.fetchLater(fetch))
        } else {
            place(fetch)
        }
    }

    /// Begins, or waits for its turn; one a symbol and timeframe waits at most.
    func place(_ fetch: CandleFetch) {
        fetchQueue.append(fetch)
        placeWaiting()
    }

    /// Begins with those that have their turn; while the store is behind, with none.
    func placeWaiting() {
        while !fetchQueue.isEmpty, fetching < max(1, options.fetchesAtOnce), outbox.hasRoom(besides: fetching) {
            fetching += 1
            jobs.continuation.yield(.fetch(fetchQueue.removeFirst()))
        }
    }

    func perform(_ fetch: CandleFetch) async {
        let answer = await ask(fetch)
        fetching -= 1
        guard !Task.isCancelled else { return }
        if case .fetched = answer { meters.fetched(.answered) } else { meters.fetched(.failed) }
        feed(answer)
        placeWaiting()
    }

    private func ask(_ fetch: CandleFetch) async -> HeartbeatInput {
        do throws(BrokerError) {
            // What is closed, an adapter tells by the venue's clock, which may run fast: it is looked at anew.
            let now = clock.now()
            if lastLook.map({ now - $0 > .milliseconds(250) }) ?? true {
                lastLook = now
                let connection = connections
                let time = try await source.serverTime()
                if connection == connections { feed(.venueTime(time)) }
            }
            let candles = try await source.candles(
                CandleRequest(
                    symbol: fetch.symbol, timeframe: fetch.timeframe, from: fetch.from, to: fetch.to,
                    limit: max(1, fetch.count)))
            return .fetched(fetch, candles)
        } catch {
            logger.info(
                "candles could not be fetched",
                metadata: [
                    "symbol": "\(fetch.symbol)", "timeframe": "\(fetch.timeframe)", "attempt": "\(fetch.attempt)",
                    "reason": "\(error)",
                ])
            switch error {
            case .retryable(let message, let after):
                if let after { _ = await rest(min(after, Self.longestRest)) }
                return .fetchFailed(fetch, message, isFinal: false)
            case .outcomeUnknown(let message): return .fetchFailed(fetch, message, isFinal: false)
            case .rejected(_, let message), .unauthorised(let message), .unsupported(let message):
                return .fetchFailed(fetch, message, isFinal: true)
            }
        }
    }
}
