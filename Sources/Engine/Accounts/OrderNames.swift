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

    private let names = Mutex<[Key: ClientOrderID]>([:])

    /// Names that are kept at most; then all are asked for anew.
    static let most = 10_000

    subscript(order: VenueOrderID, on symbol: Symbol) -> ClientOrderID? {
        get { names.withLock { $0[Key(symbol: symbol, order: order)] } }
        set {
            names.withLock { names in
                if names.count >= Self.most { names = [:] }
                names[Key(symbol: symbol, order: order)] = newValue
            }
        }
    }
}
