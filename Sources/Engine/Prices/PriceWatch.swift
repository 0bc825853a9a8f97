import Broker
import Market
import Synchronization
import Trading

/// The orders that wait here since a venue cannot hold them, and what a price does to them. It decides in one step, on
/// whatever thread the price comes, without the database and without the account's mailbox.
final class PriceWatch: Sendable {
    /// What a price has touched.
    enum Touch: Sendable, Hashable {
        /// To be sent now; it is watched no more.
        case send(WatchedOrder)
        /// Something has to be cancelled first: its strategy is told the price, once until it is watched anew.
        case tell(WatchedOrder, price: Double, time: Timestamp)
    }

    private struct Watched {
        var order: WatchedOrder
        var isTold = false
    }

    private struct State {
        var orders: [Symbol: [ClientOrderID: Watched]] = [:]
        /// Touched, and their strategies have not taken note of it yet; with the group of each.
        var sent: [ClientOrderID: Int] = [:]
        var listener: (@Sendable (Symbol) -> Void)?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Called with each symbol that somebody begins to watch, until another listener is given.
    func onNewSymbol(_ listener: (@Sendable (Symbol) -> Void)?) {
        let known = state.withLock { state in
            state.listener = listener
            return Array(state.orders.keys)
        }
        for symbol in known { listener?(symbol) }
    }

    /// Watches an order, or watches it anew. Not one whose group has been sent before its strategy took note of that: a
    /// trade may come between the stop and the target of one lot.
    func watch(_ order: WatchedOrder) {
        let symbol = order.request.symbol
        let listener: (@Sendable (Symbol) -> Void)? = state.withLock { state in
            let isSent = state.sent.contains { $0.key.prefix == order.clientID.prefix && $0.value == order.group }
            guard !state.isClosed, !isSent else { return nil }
            let isNew = state.orders[symbol] == nil
            state.orders[symbol, default: [:]][order.clientID] = Watched(order: order)
            return isNew ? state.listener : nil
        }
        listener?(symbol)
    }

    /// Whether it will never be sent; false when it has been touched and its strategy is yet to hear of it.
    func unwatch(_ id: ClientOrderID) -> Bool {
        state.withLock { state in
            for symbol in state.orders.keys where state.orders[symbol]?.removeValue(forKey: id) != nil {
                if state.orders[symbol]?.isEmpty ?? false { state.orders[symbol] = nil }
            }
            return state.sent[id] == nil
        }
    }

    /// Watches nothing from now on, so that nothing is sent which nobody would hear the end of.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.orders = [:]
        }
    }

    /// Whether something was touched that its strategy has not taken note of.
    var hasUnnoted: Bool { state.withLock { !$0.sent.isEmpty } }

    /// Its strategy has taken note that it was sent.
    func noted(_ id: ClientOrderID) {
        _ = state.withLock { $0.sent.removeValue(forKey: id) }
    }

    func isWatching(_ symbol: Symbol) -> Bool { state.withLock { $0.orders[symbol] != nil } }

    var symbols: [Symbol] { state.withLock { $0.orders.keys.sorted { $0.description < $1.description } } }
    var count: Int { state.withLock { $0.orders.values.reduce(0) { $0 + $1.count } } }

    /// Takes in a price. Of orders that share a strategy and a group the first one is sent and the others are disarmed;
    /// in the order of their names, so that two runs agree.
    func take(_ price: Double, at time: Timestamp, on symbol: Symbol) -> [Touch] {
        state.withLock { state in
            guard let watched = state.orders[symbol], watched.values.contains(where: { $0.order.isTouched(by: price) })
            else { return [] }
            var touches: [Touch] = []
            for (id, entry) in watched.sorted(by: { $0.key.text < $1.key.text }) where entry.order.isTouched(by: price)
            {
                guard state.orders[symbol]?[id] != nil else { continue }
                if entry.order.sendsAtOnce {
                    touches.append(.send(entry.order))
                    state.sent[id] = entry.order.group
                    disarm(entry.order, &state)
                } else if !entry.isTold {
                    touches.append(.tell(entry.order, price: price, time: time))
                    state.orders[symbol]?[id]?.isTold = true
                }
            }
            if state.orders[symbol]?.isEmpty ?? false { state.orders[symbol] = nil }
            return touches
        }
    }

    /// Prices that were told once are told again: the strategy may not have been able to act on them.
    func rearm() {
        state.withLock { state in
            for symbol in state.orders.keys {
                for id in (state.orders[symbol] ?? [:]).keys { state.orders[symbol]?[id]?.isTold = false }
            }
        }
    }

    private func disarm(_ order: WatchedOrder, _ state: inout State) {
        let symbol = order.request.symbol
        state.orders[symbol] = state.orders[symbol]?.filter { id, other in
            id != order.clientID && (id.prefix != order.clientID.prefix || other.order.group != order.group)
        }
    }
}
