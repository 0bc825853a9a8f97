import Broker
import Market
import Synchronization
import Wording

/// The real store, with faults on the way to it.
final class FaultyPaperStore: PaperAccountStore {
    enum Fault: Sendable {
        case unavailable
        /// It is written, the answer is lost.
        case lostAnswer
    }

    private let store: any PaperAccountStore
    private let faults = Mutex<[Fault]>([])

    init(_ store: any PaperAccountStore) {
        self.store = store
    }

    func fail(_ fault: Fault) { faults.withLock { $0.append(fault) } }

    func take(
        _ account: PaperAccountID
    ) async throws(PaperStoreError) -> (lease: PaperLease, snapshot: PaperSnapshot) {
        try await store.take(account)
    }

    func read(
        _ account: PaperAccountID, under lease: PaperLease?
    ) async throws(PaperStoreError) -> PaperSnapshot {
        try await store.read(account, under: lease)
    }

    func commit(_ changes: PaperChanges, under lease: PaperLease) async throws(PaperStoreError) {
        let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        let words = Message("a fault of the test", fr: "une panne du test")
        if case .unavailable = fault { throw .unavailable(words) }
        try await store.commit(changes, under: lease)
        if case .lostAnswer = fault { throw .outcomeUnknown(words) }
    }

    func order(
        _ reference: OrderReference, on symbol: Symbol, of account: PaperAccountID
    ) async throws(PaperStoreError) -> PaperOrder? {
        try await store.order(reference, on: symbol, of: account)
    }

    func fills(_ request: FillRequest, of account: PaperAccountID) async throws(PaperStoreError) -> [FillReport] {
        try await store.fills(request, of: account)
    }
}
