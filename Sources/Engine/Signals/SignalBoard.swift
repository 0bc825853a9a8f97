import Broker
import Storage
import Synchronization

/// Which mailboxes hear of the closed candles of which market, and that the roster has changed.
final class SignalBoard: Sendable {
    private struct Place {
        var market: VenueName?
        var mailbox: WorkQueue<AccountMessage>
    }

    private let places = Mutex<[BrokerID: Place]>([:])

    /// - Parameter market: nil while the account is not open: it hears of no candles.
    func put(_ mailbox: WorkQueue<AccountMessage>, of broker: BrokerID, market: VenueName?) {
        places.withLock { $0[broker] = Place(market: market, mailbox: mailbox) }
    }

    func remove(_ broker: BrokerID) {
        _ = places.withLock { $0.removeValue(forKey: broker) }
    }

    /// Hands closed candles to everybody on their markets. A mailbox that is full misses them: its feed book finds the
    /// gap with the next ones and loads what is missing.
    func tell(_ signals: [HeartbeatSignal], read: ContinuousClock.Instant) {
        var byMarket: [VenueName: [FeedBook.Signal]] = [:]
        for signal in signals {
            byMarket[signal.key.venue, default: []].append(FeedBook.Signal(key: signal.key, candle: signal.candle))
        }
        for place in places.withLock({ Array($0.values) }) {
            guard let market = place.market, let candles = byMarket[market] else { continue }
            place.mailbox.push(.candles(candles, read: read))
        }
    }

    /// - Parameter broker: nil tells all of them.
    func rosterChanged(_ broker: BrokerID?) {
        let mailboxes = places.withLock { places in
            places.filter { broker == nil || $0.key == broker }.map(\.value.mailbox)
        }
        for mailbox in mailboxes { mailbox.push(.rosterChanged) }
    }
}
