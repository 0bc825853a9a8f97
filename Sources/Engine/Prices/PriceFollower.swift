import Broker
import Logging
import Market
import Synchronization
import Trading

/// Follows the trades of every symbol on which something is watched, one stream each, as long as something is.
struct PriceFollower: Sendable {
    let broker: any Broker
    let watch: PriceWatch
    let options: EngineOptions
    let logger: Logger
    /// Told as prices come, on whatever task they come.
    let touched: @Sendable ([PriceWatch.Touch]) -> Void

    /// Symbols that wait for their stream to be opened at most; there are fewer markets than that anywhere.
    private static let mostSymbols = 100_000

    /// Until the task is cancelled.
    func run() async {
        let symbols = WorkQueue<Symbol>(limit: Self.mostSymbols)
        let followed = FollowedSymbols()
        watch.onNewSymbol { symbols.push($0) }
        await withDiscardingTaskGroup { group in
            while let symbol = await symbols.next().first {
                guard followed.begin(symbol) else { continue }
                group.addTask {
                    repeat { await follow(symbol) } while !Task.isCancelled && !followed.end(symbol, unless: watch)
                }
            }
            group.cancelAll()
        }
        watch.onNewSymbol(nil)
    }

    /// Looks at the last price of everything that is watched: the net below the streams.
    func check() async {
        for symbol in watch.symbols { await look(symbol) }
    }

    /// The stream is read without a pause: a touch must not wait for the answer to a question.
    private func follow(_ symbol: Symbol) async {
        // One that waits stands for all that are asked for until it begins.
        let looks = WorkQueue<Bool>(limit: 1)
        await withDiscardingTaskGroup { group in
            group.addTask { while await !looks.next().isEmpty { await look(symbol) } }
            await read(symbol) { looks.push(true) }
            // A question without an answer keeps nobody.
            group.cancelAll()
        }
    }

    /// - Parameter connected: the stream tells of prices from now on.
    private func read(_ symbol: Symbol, connected: () -> Void) async {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled, watch.isWatching(symbol) {
            do {
                for try await event in broker.marketEvents([.trades(symbol)]) {
                    switch event {
                    case .trade(_, let tick, _):
                        guard tick.isSound else { continue }
                        pause = .milliseconds(100)
                        take(tick.price, at: tick.time, on: symbol)
                    // What happened before is not told: the last price is asked for.
                    case .connected: connected()
                    case .candle, .disconnected: continue
                    }
                    guard watch.isWatching(symbol) else { return }
                }
            } catch {
                logger.warning(
                    "trade stream ended", metadata: ["symbol": "\(symbol)", "error": "\(error)"])
            }
            guard !Task.isCancelled, watch.isWatching(symbol) else { return }
            do { try await Task.sleep(for: pause) } catch { return }
            pause = min(pause * 2, options.longestPause)
        }
    }

    private func look(_ symbol: Symbol) async {
        do {
            let ticker = try await broker.ticker(symbol)
            take(ticker.last.value.double, at: ticker.time, on: symbol)
        } catch {
            logger.debug("no price", metadata: ["symbol": "\(symbol)", "error": "\(error)"])
        }
    }

    private func take(_ price: Double, at time: Timestamp, on symbol: Symbol) {
        let touches = watch.take(price, at: time, on: symbol)
        if !touches.isEmpty { touched(touches) }
    }
}

/// Which symbols have a stream, so that none has two.
private final class FollowedSymbols: Sendable {
    private let symbols = Mutex(Set<Symbol>())

    func begin(_ symbol: Symbol) -> Bool { symbols.withLock { $0.insert(symbol).inserted } }

    /// Not while the symbol is watched: somebody came while its stream was ending.
    func end(_ symbol: Symbol, unless watch: PriceWatch) -> Bool {
        symbols.withLock { symbols in
            guard !watch.isWatching(symbol) else { return false }
            symbols.remove(symbol)
            return true
        }
    }
}
