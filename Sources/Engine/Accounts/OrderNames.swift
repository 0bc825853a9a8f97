import Broker
import Market
import Synchronization
import Trading

/// Which order of a venue was sent under which name, as far as the venue has been asked: executions of orders placed by
/// hand are told with every survey, and a name never changes.
final class OrderNames: Sendable {
    private struct Key: Hashable {
        var symbol: Symbol
        var order: VenueOrderID
    }

    private struct FillKey: Hashable {
        var symbol: Symbol
        var fill: FillID
    }

    private struct State {
        /// Nil: it has no name that could be one of ours.
        var names: [Key: ClientOrderID?] = [:]
        var told: Set<FillKey> = []
    }

    private let state = Mutex(State())

    /// Names that are kept at most; then all are asked for anew. So of executions that were told of.
    static let most = 20_000

    func note(_ name: ClientOrderID?, of order: VenueOrderID, on symbol: Symbol) {
        state.withLock { state in
            if state.names.count >= Self.most { state.names = [:] }
            state.names[Key(symbol: symbol, order: order)] = .some(name)
        }
    }

    /// Whether the venue was asked about the order.
    func knows(_ order: VenueOrderID, on symbol: Symbol) -> Bool {
        state.withLock { $0.names[Key(symbol: symbol, order: order)] != nil }
    }

    func name(of order: VenueOrderID, on symbol: Symbol) -> ClientOrderID? {
        state.withLock { $0.names[Key(symbol: symbol, order: order)] ?? nil }
    }

    /// Whether an execution is told of for the first time.
    func isNew(_ fill: FillID, on symbol: Symbol) -> Bool {
        state.withLock { state in
            if state.told.count >= Self.most { state.told = [] }
            return state.told.insert(FillKey(symbol: symbol, fill: fill)).inserted
        }
    }
}
