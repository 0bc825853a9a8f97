import Broker
import Engine
import Market
import Storage
import Synchronization
import TestSupport
import Trading

/// A paper broker that counts the calls to it and the events it has told, so that a test knows when an engine has taken
/// in all of them.
final class ParityBroker: Broker {
    /// An asset that nobody trades: a change of it shows where in the stream of events one stands.
    private static let mark = "MARK"

    private struct State {
        var calls = 0
        var settledCalls = 0
        var events = 0
        var marks = 0
        var eventsAtMark = 0
        var marksSet = 0
        var counter: Task<Void, Never>?
    }

    let paper: PaperBroker
    private let began: Timestamp
    private let state = Mutex(State())

    /// - Parameter began: what its clock shows: a market that goes on by leaps has no speed that an engine could go by,
    ///   and no signal of it is ever old.
    init(_ paper: PaperBroker, began: Timestamp) {
        self.paper = paper
        self.began = began
    }

    var venue: VenueName { paper.venue }
    var capabilities: BrokerCapabilities { paper.capabilities }

    // MARK: What is counted

    /// Whether something was asked of it since `settle`.
    var hasNewCalls: Bool { state.withLock { $0.calls != $0.settledCalls } }

    func settled() { state.withLock { $0.settledCalls = $0.calls } }

    /// How many events were told by now. Puts a mark into the stream and waits until it comes out.
    func eventsTold() async throws -> Int {
        guard state.withLock({ $0.counter != nil }) else { return 0 }
        let number = state.withLock { state in
            state.marksSet += 1
            return state.marksSet
        }
        try await paper.credit(.zero, of: Self.mark)
        let isOut = try await eventually(every: .microseconds(100)) { state.withLock { $0.marks >= number } }
        guard isOut else { throw BookError(text: "a mark does not come out of the stream") }
        return state.withLock { $0.eventsAtMark }
    }

    func accountEvents() -> AsyncThrowingStream<AccountEvent, any Error> {
        // One for the count and one for the engine, begun at the same time.
        let own = paper.accountEvents()
        let theirs = paper.accountEvents()
        let counter = Task { [weak self] in
            do {
                for try await event in own { self?.note(event) }
            } catch {
                // The engine's stream ends with the same error, and it is the engine's to deal with.
            }
        }
        state.withLock { state in
            state.counter?.cancel()
            state = State(calls: state.calls, settledCalls: state.settledCalls, counter: counter)
        }
        return theirs
    }

    private func note(_ event: AccountEvent) {
        state.withLock { state in
            state.events += 1
            guard case .balancesChanged(let balances) = event, balances.contains(where: { $0.asset == Self.mark })
            else { return }
            state.marks += 1
            state.eventsAtMark = state.events
        }
    }

    private func count() { state.withLock { $0.calls += 1 } }

    // MARK: Broker

    func balances() async throws(BrokerError) -> [Balance] { try await paper.balances() }

    func place(_ order: OrderRequest) async throws(BrokerError) -> OrderReport {
        count()
        return try await paper.place(order)
    }

    func placePair(_ pair: OrderPairRequest) async throws(BrokerError) -> [OrderReport] {
        count()
        return try await paper.placePair(pair)
    }

    func cancel(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport {
        count()
        return try await paper.cancel(reference, on: symbol)
    }

    func order(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport? {
        try await paper.order(reference, on: symbol)
    }

    func openOrders(on symbol: Symbol?) async throws(BrokerError) -> [OrderReport] {
        try await paper.openOrders(on: symbol)
    }

    func fills(_ request: FillRequest) async throws(BrokerError) -> [FillReport] { try await paper.fills(request) }

    func serverTime() async throws(BrokerError) -> Timestamp { began }
    func instruments() async throws(BrokerError) -> [Instrument] { try await paper.instruments() }
    func candles(_ request: CandleRequest) async throws(BrokerError) -> [Candle] { try await paper.candles(request) }
    func ticker(_ symbol: Symbol) async throws(BrokerError) -> Ticker { try await paper.ticker(symbol) }

    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        paper.marketEvents(subscriptions)
    }

    /// The engine closes what it connected; the test goes on with the paper broker.
    func close() async { state.withLock { $0.counter?.cancel() } }
}

/// Hands an engine the paper brokers that a test made.
struct ParityConnector: AccountConnector {
    let brokers: [BrokerID: ParityBroker]

    func connect(_ broker: StoredBroker) async throws -> any Broker {
        guard let known = brokers[broker.id] else { throw BookError(text: "no broker \(broker.id)") }
        return known
    }
}
