import Broker
import Market
import Synchronization
import Trading
import Wording

/// A store in memory that can be made to fail; what the database does, with nothing behind it.
final class MemoryPaperStore: PaperAccountStore {
    enum Fault: Sendable {
        case unavailable
        /// It is written, and the answer is lost.
        case lostAnswer
        /// It is not written, and nobody knows.
        case lostRequest
    }

    private struct State {
        var snapshot: PaperSnapshot
        var orders: [Int64: PaperOrder] = [:]
        var fills: [FillReport] = []
        var epoch: Int64 = 0
        var faults: [Fault] = []
        var commits = 0
    }

    private let state: Mutex<State>

    init(_ settings: PaperAccountSettings) {
        state = Mutex(State(snapshot: PaperSnapshot(settings: settings)))
    }

    func fail(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }
    var commits: Int { state.withLock { $0.commits } }
    var snapshot: PaperSnapshot { state.withLock { Self.current($0) } }

    func take(_ account: PaperAccountID) throws(PaperStoreError) -> (lease: PaperLease, snapshot: PaperSnapshot) {
        state.withLock { state in
            state.epoch += 1
            return (PaperLease(account: account, epoch: state.epoch), Self.current(state))
        }
    }

    func read(_ account: PaperAccountID, under lease: PaperLease?) throws(PaperStoreError) -> PaperSnapshot {
        let snapshot = state.withLock { state in
            lease == nil || lease?.epoch == state.epoch ? Self.current(state) : nil
        }
        guard let snapshot else { throw .taken(account) }
        return snapshot
    }

    func commit(_ changes: PaperChanges, under lease: PaperLease) throws(PaperStoreError) {
        let failure: PaperStoreError? = state.withLock { state in
            guard lease.epoch == state.epoch else { return .taken(lease.account) }
            let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            if case .unavailable = fault { return .unavailable(Message("no database", fr: "pas de base")) }
            if case .lostRequest = fault { return .outcomeUnknown(Message("lost", fr: "perdu")) }
            for order in changes.orders.values where state.orders[order.number] == nil {
                if state.orders.values.contains(where: { $0.request.clientID == order.request.clientID }) {
                    return .duplicateClientID(order.request.clientID)
                }
            }
            state.orders.merge(changes.orders) { _, new in new }
            state.fills += changes.fills
            var balances = Dictionary(uniqueKeysWithValues: state.snapshot.balances.map { ($0.asset, $0) })
            balances.merge(changes.balances) { _, new in new }
            state.snapshot.balances = Array(balances.values)
            state.snapshot.nextOrder = changes.nextOrder
            state.snapshot.nextFill = changes.nextFill
            state.commits += 1
            if case .lostAnswer = fault { return .outcomeUnknown(Message("lost", fr: "perdu")) }
            return nil
        }
        if let failure { throw failure }
    }

    func order(
        _ reference: OrderReference, on symbol: Symbol, of account: PaperAccountID
    ) throws(PaperStoreError) -> PaperOrder? {
        state.withLock { state in
            state.orders.values.first { order in
                guard order.symbol == symbol else { return false }
                return switch reference {
                case .client(let id): order.request.clientID == id
                case .venue(let id): order.venueID == id
                }
            }
        }
    }

    func fills(_ request: FillRequest, of account: PaperAccountID) throws(PaperStoreError) -> [FillReport] {
        state.withLock { state in
            let after = request.after.flatMap { Int64($0.text) } ?? 0
            return Array(
                state.fills.filter { fill in
                    fill.symbol == request.symbol && (request.order == nil || fill.venueOrderID == request.order)
                        && (Int64(fill.id.text) ?? 0) > after && fill.time >= request.since ?? fill.time
                }.prefix(request.limit))
        }
    }

    private static func current(_ state: State) -> PaperSnapshot {
        var snapshot = state.snapshot
        snapshot.openOrders = state.orders.values.filter { !$0.status.isTerminal }
        return snapshot
    }
}
