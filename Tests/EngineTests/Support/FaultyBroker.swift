import Broker
import Market
import Synchronization
import Trading
import Wording

/// A paper broker that fails on demand, and writes down what it was asked.
final class FaultyBroker: Broker {
    enum Fault: Sendable {
        /// The order never arrives, and the caller knows it.
        case refuses(BrokerError)
        /// The order never arrives, and nobody knows.
        case losesRequest
        /// The order arrives, and nobody is told.
        case losesAnswer
        /// The order arrives, and the caller waits for ever.
        case neverAnswers
    }

    private struct State {
        var faults: [Fault] = []
        /// Every call fails with it while it stands.
        var condition: BrokerError?
        /// What everybody may ask works all the same.
        var sparesMarkets = false
        /// Account streams end with it at once.
        var streamRefusal: BrokerError?
        var placed: [OrderRequest] = []
        var pairs: [OrderPairRequest] = []
        var cancelled: [OrderReference] = []
        var streams: [AsyncThrowingStream<AccountEvent, any Error>.Continuation] = []
        var openings = 0
        var dropsEvents = false
        var orderKinds = Set(OrderKindName.allCases)
        var hasPairs = true
        var missing: [String: FixedDecimal] = [:]
        /// Cancels wait for its end.
        var cancelGate: AsyncStream<Never>?
        /// Prices that are asked for wait for its end.
        var priceGate: AsyncStream<Never>?
        var hidesNames = false
        var hidesOrderNames = false
        var questions = 0
        var balancesTold = 0
    }

    let base: PaperBroker
    private let state = Mutex(State())

    init(_ base: PaperBroker) {
        self.base = base
    }

    // MARK: What a test does

    /// The next orders meet these faults, one each.
    func fail(_ faults: Fault...) { state.withLock { $0.faults += faults } }

    /// Every call fails so, until nil is given.
    func failAll(_ error: BrokerError?, sparingMarkets: Bool = false) {
        state.withLock { state in
            state.condition = error
            state.sparesMarkets = sparingMarkets
        }
    }

    /// Account streams cannot be opened, until nil is given.
    func refuseStreams(_ error: BrokerError?) { state.withLock { $0.streamRefusal = error } }

    /// Account events are swallowed.
    func dropEvents(_ drops: Bool) { state.withLock { $0.dropsEvents = drops } }

    /// What the venue offers from now on.
    func offer(_ kinds: Set<OrderKindName>, pairs: Bool) {
        state.withLock { state in
            state.orderKinds = kinds
            state.hasPairs = pairs
        }
    }

    /// From now on no cancel arrives before the answer is called.
    func holdCancels() -> @Sendable () -> Void {
        let (gate, output) = AsyncStream.makeStream(of: Never.self)
        state.withLock { $0.cancelGate = gate }
        return { output.finish() }
    }

    /// From now on nobody who asks for a price hears anything before the answer is called.
    func holdPrices() -> @Sendable () -> Void {
        let (gate, output) = AsyncStream.makeStream(of: Never.self)
        state.withLock { $0.priceGate = gate }
        return { output.finish() }
    }

    /// Pretends that somebody took so much of an asset away.
    func hide(_ amount: FixedDecimal, of asset: String) { state.withLock { $0.missing[asset] = amount } }

    /// Executions do not tell whose they are, as on most venues.
    func hideNames() { state.withLock { $0.hidesNames = true } }

    /// Orders that are asked about by the venue's name have no other, as those placed elsewhere.
    func hideOrderNames() { state.withLock { $0.hidesOrderNames = true } }

    /// Has the account streams tell something.
    func tell(_ events: [AccountEvent]) {
        let streams = state.withLock(\.streams)
        for stream in streams { for event in events { stream.yield(event) } }
    }

    /// How often an account stream was opened.
    var openings: Int { state.withLock(\.openings) }

    /// Ends the account streams, as when the network breaks.
    func breakStreams() {
        let streams = state.withLock { state in
            defer { state.streams = [] }
            return state.streams
        }
        for stream in streams { stream.finish(throwing: ScriptedMarket.away) }
    }

    var placed: [OrderRequest] { state.withLock(\.placed) }
    var pairs: [OrderPairRequest] { state.withLock(\.pairs) }
    var cancelled: [OrderReference] { state.withLock(\.cancelled) }

    /// How often somebody asked about an order by the venue's name.
    var questions: Int { state.withLock(\.questions) }

    /// How often the balances were told.
    var balancesTold: Int { state.withLock(\.balancesTold) }

    // MARK: Broker

    var venue: VenueName { base.venue }

    var capabilities: BrokerCapabilities {
        let (kinds, pairs) = state.withLock { ($0.orderKinds, $0.hasPairs) }
        var capabilities = base.capabilities
        capabilities.orderKinds = kinds
        capabilities.hasOrderPairs = pairs
        return capabilities
    }

    func serverTime() async throws(BrokerError) -> Timestamp { try await base.serverTime() }

    func instruments() async throws(BrokerError) -> [Instrument] {
        try check(isPublic: true)
        let (kinds, pairs) = state.withLock { ($0.orderKinds, $0.hasPairs) }
        return try await base.instruments().map { instrument in
            var instrument = instrument
            instrument.orderKinds = kinds
            instrument.hasOrderPairs = pairs
            return instrument
        }
    }

    func candles(_ request: CandleRequest) async throws(BrokerError) -> [Candle] {
        try await base.candles(request)
    }

    func ticker(_ symbol: Symbol) async throws(BrokerError) -> Ticker {
        if let gate = state.withLock({ $0.priceGate }) { for await _ in gate {} }
        try check(isPublic: true)
        return try await base.ticker(symbol)
    }

    func marketEvents(_ subscriptions: [MarketSubscription]) -> AsyncThrowingStream<MarketEvent, any Error> {
        base.marketEvents(subscriptions)
    }

    func balances() async throws(BrokerError) -> [Balance] {
        try check()
        let missing = state.withLock { state in
            state.balancesTold += 1
            return state.missing
        }
        return try await base.balances().map { balance in
            var balance = balance
            balance.free = balance.free - (missing[balance.asset] ?? .zero)
            return balance
        }
    }

    func place(_ order: OrderRequest) async throws(BrokerError) -> OrderReport {
        state.withLock { $0.placed.append(order) }
        return try await send { () async throws(BrokerError) in try await self.base.place(order) }
    }

    func placePair(_ pair: OrderPairRequest) async throws(BrokerError) -> [OrderReport] {
        state.withLock { $0.pairs.append(pair) }
        return try await send { () async throws(BrokerError) in try await self.base.placePair(pair) }
    }

    func cancel(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport {
        let gate = state.withLock { state in
            state.cancelled.append(reference)
            return state.cancelGate
        }
        if let gate { for await _ in gate {} }
        try check()
        return try await base.cancel(reference, on: symbol)
    }

    func order(_ reference: OrderReference, on symbol: Symbol) async throws(BrokerError) -> OrderReport? {
        try check()
        let hidesName = state.withLock { state in
            guard case .venue = reference else { return false }
            state.questions += 1
            return state.hidesOrderNames
        }
        var report = try await base.order(reference, on: symbol)
        if hidesName { report?.clientID = nil }
        return report
    }

    func openOrders(on symbol: Symbol?) async throws(BrokerError) -> [OrderReport] {
        try check()
        return try await base.openOrders(on: symbol)
    }

    func fills(_ request: FillRequest) async throws(BrokerError) -> [FillReport] {
        try check()
        let hidesNames = state.withLock(\.hidesNames)
        return try await base.fills(request).map { fill in
            var fill = fill
            if hidesNames { fill.clientID = nil }
            return fill
        }
    }

    func accountEvents() -> AsyncThrowingStream<AccountEvent, any Error> {
        let (stream, output) = AsyncThrowingStream<AccountEvent, any Error>.makeStream()
        let refusal = state.withLock { state in
            state.openings += 1
            if state.streamRefusal == nil { state.streams.append(output) }
            return state.streamRefusal
        }
        if let refusal {
            output.finish(throwing: refusal)
            return stream
        }
        let source = base.accountEvents()
        let reader = Task {
            do {
                for try await event in source where !self.state.withLock({ $0.dropsEvents }) { output.yield(event) }
                output.finish()
            } catch {
                output.finish(throwing: error)
            }
        }
        output.onTermination = { _ in reader.cancel() }
        return stream
    }

    func close() async { await base.close() }

    private func check(isPublic: Bool = false) throws(BrokerError) {
        let condition = state.withLock { isPublic && $0.sparesMarkets ? nil : $0.condition }
        if let condition { throw condition }
    }

    private func send<Answer: Sendable>(
        _ body: () async throws(BrokerError) -> Answer
    ) async throws(BrokerError) -> Answer {
        try check()
        let fault = state.withLock { $0.faults.isEmpty ? nil : $0.faults.removeFirst() }
        switch fault {
        case .refuses(let error): throw error
        case .losesRequest: throw Self.lost
        case .losesAnswer:
            _ = try await body()
            throw Self.lost
        case .neverAnswers:
            _ = try await body()
            let (silence, output) = AsyncStream.makeStream(of: Never.self)
            for await _ in silence {}
            output.finish()
            throw Self.lost
        case nil: return try await body()
        }
    }

    static let lost = BrokerError.outcomeUnknown(Message("no answer came", fr: "aucune réponse n'est venue"))
}
