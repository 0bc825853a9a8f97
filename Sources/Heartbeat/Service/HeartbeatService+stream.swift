import Broker
import Logging
import Market
import Wording

extension HeartbeatService {
    /// Events after which others get a turn, where a crowd of them waits.
    private static let run = 1024
    private static let longestPause = Duration.seconds(30)

    /// Opens a stream of all that is followed; it counts from when it stands.
    func open(after pause: Duration = .zero) {
        let symbols = core.symbols
        guard !symbols.isEmpty else { return }
        let (number, ending) = streams.open(symbols)
        if let ending { end(ending) }
        jobs.continuation.yield(.read(number, symbols, after: pause))
    }

    /// Drops the stream that counts and opens another one.
    func reconnect() {
        if let number = streams.drop() { end(number) }
        feed(.disconnected)
        meters.reconnected()
        open()
    }

    private func end(_ number: Int) {
        endings.removeValue(forKey: number)?.finish()
    }

    /// Reads a stream until it ends, is replaced or the task is cancelled.
    func read(_ number: Int, _ symbols: Set<Symbol>, after pause: Duration) async {
        if pause > .zero { guard await rest(pause) else { return } }
        guard !isReplaced(number) else { return }
        let ending = AsyncStream<Void>.makeStream()
        endings[number] = ending.continuation
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow(number, symbols) }
            group.addTask { for await _ in ending.stream {} }
            await group.next()
            group.cancelAll()
        }
        endings[number] = nil
    }

    private func isReplaced(_ number: Int) -> Bool {
        streams.answer(to: number) == .replaced
    }

    private func follow(_ number: Int, _ symbols: Set<Symbol>) async {
        let subscriptions = symbols.sorted().flatMap { [MarketSubscription.trades($0), .candles($0, .m1)] }
        var failure: (any Error)?
        var count = 0
        do {
            for try await event in source.marketEvents(subscriptions) {
                guard take(event, of: number) else { return }
                count += 1
                if count % Self.run == 0 { await Task.yield() }
            }
        } catch {
            failure = error
        }
        guard !Task.isCancelled else { return }
        ended(number, failure)
    }

    /// False when the stream is not needed any more.
    private func take(_ event: MarketEvent, of number: Int) -> Bool {
        switch event {
        case .trade(let symbol, let tick, let id):
            let answer = streams.answer(to: number)
            guard answer == .current else { return answer != .replaced }
            sampler.pass(symbol, tick, id: id)
            tradesCounted += 1
            core.trade(symbol, tick, id: id, into: &actions)
            perform()
        case .candle(let symbol, let timeframe, let candle, let isClosed):
            let answer = streams.answer(to: number)
            guard answer == .current else { return answer != .replaced }
            if isClosed, timeframe == .m1 { feed(.klineClosed(symbol, candle)) }
        case .connected: return connected(number)
        case .disconnected(let why):
            logger.warning("stream disconnected", metadata: ["reason": "\(why)"])
            let answer = streams.disconnected(number)
            if answer == .current { feed(.disconnected) }
            return answer != .replaced
        }
        return true
    }

    private func connected(_ number: Int) -> Bool {
        guard let (joined, ending) = streams.connected(number) else { return false }
        if let ending { end(ending) }
        // Not all that is followed: a symbol may have come while this stream was being opened without it.
        feed(.joined(joined))
        logger.info("stream connected", metadata: ["symbols": "\(core.symbols.count)"])
        connections += 1
        clockWanted.ring()
        return true
    }

    private func ended(_ number: Int, _ failure: (any Error)?) {
        let (wasCurrent, needsAnother) = streams.ended(number)
        if wasCurrent { feed(.disconnected) }
        guard needsAnother else { return }
        let words = failure.map { "\($0)" } ?? "the venue ended it"
        logger.warning("stream has ended", metadata: ["reason": "\(words)"])
        // Again at once, but a venue that ends one stream after the other is not pressed.
        let now = clock.now()
        if let lastEnd, now - lastEnd < Self.longestPause * 2 { streamFailures += 1 } else { streamFailures = 0 }
        lastEnd = now
        let pause = min(Duration.milliseconds(250 << min(streamFailures, 7)), Self.longestPause)
        if case BrokerError.rejected? = failure { listed = [] }
        rosterWanted.ring()
        meters.reconnected()
        open(after: streamFailures == 0 ? .zero : pause)
    }

    // MARK: The venue's clock

    /// Asks the venue's clock, every `clockEvery` and after every connection.
    func askClock() async {
        var failures = 0
        var last: (local: Duration, venue: Timestamp)?
        repeat {
            let connection = connections
            do throws(BrokerError) {
                let time = try await source.serverTime()
                lastLook = clock.now()
                failures = 0
                // Asked before the connection: what came in between is not known.
                if connection == connections {
                    feed(.venueTime(time))
                } else {
                    clockWanted.ring()
                }
                let local = clock.now()
                let pause = pause(since: last, local, time)
                last = (local, time)
                guard await rest(pause, orUntil: clockWanted) else { return }
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                if failures == 1 || failures % 60 == 0 {
                    logger.warning(
                        "the venue does not tell its time", metadata: ["reason": "\(error)", "failures": "\(failures)"])
                }
                guard await rest(options.clockEvery * min(failures, 10)) else { return }
            }
        } while !Task.isCancelled
    }

    /// The wait until the next look: by a venue that keeps our pace the last one before a minute's end is moved so that
    /// the next one falls on it.
    private func pause(
        since last: (local: Duration, venue: Timestamp)?, _ local: Duration, _ time: Timestamp
    ) -> Duration {
        let usual = options.clockEvery
        guard let last, let due = core.nextClose, local > last.local else { return usual }
        let passed = Double(time.milliseconds - last.venue.milliseconds)
        let (seconds, attoseconds) = (local - last.local).components
        let pace = passed / (Double(seconds) * 1000 + Double(attoseconds) / 1e15)
        guard (0.9...1.1).contains(pace) else { return usual }
        let left = Duration.milliseconds(due.milliseconds - time.milliseconds)
        return left > usual && left < usual * 2 ? left + .milliseconds(5) : usual
    }
}
