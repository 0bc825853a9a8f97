import Broker
import Market
import Synchronization
import Wording

/// A venue whose events, clock and candles a test sets by hand.
final class HandVenue: MarketDataSource {
    typealias Stream = AsyncThrowingStream<MarketEvent, any Error>

    private struct State {
        var time = Timestamp(milliseconds: 0)
        var streams: [(subscriptions: [MarketSubscription], output: Stream.Continuation)] = []
        var candles: [Symbol: [Candle]] = [:]
        var requests: [CandleRequest] = []
        var failure: BrokerError?
        var watchers: [(Int, CheckedContinuation<Void, Never>)] = []
        var looks = 0
    }

    let venue = VenueName.binance
    private let symbols: [Symbol]
    private let state: Mutex<State>

    init(_ symbols: [Symbol], time: Int64, candles: [Symbol: [Candle]] = [:]) {
        self.symbols = symbols
        state = Mutex(State(time: Timestamp(milliseconds: time), candles: candles))
    }

    func set(time: Int64) { state.withLock { $0.time = Timestamp(milliseconds: time) } }
    func set(failure: BrokerError?) { state.withLock { $0.failure = failure } }
    var requests: [CandleRequest] { state.withLock { $0.requests } }
    var looks: Int { state.withLock { $0.looks } }
    func subscriptions(_ stream: Int) -> [MarketSubscription] { state.withLock { $0.streams[stream].subscriptions } }

    /// Returns when so many streams have been opened.
    func streams(_ count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    guard state.streams.count < count, !Task.isCancelled else { return true }
                    state.watchers.append((count, continuation))
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let watchers = state.withLock { state in
                defer { state.watchers = [] }
                return state.watchers
            }
            for watcher in watchers { watcher.1.resume() }
        }
    }

    func tell(_ events: [MarketEvent], stream: Int) {
        let output = state.withLock { $0.streams[stream].output }
        for event in events { output.yield(event) }
    }

    func end(stream: Int, _ error: BrokerError) {
        state.withLock { $0.streams[stream].output }.finish(throwing: error)
    }

    // MARK: MarketDataSource

    func serverTime() throws(BrokerError) -> Timestamp {
        try check()
        return state.withLock { state in
            state.looks += 1
            return state.time
        }
    }

    func instruments() throws(BrokerError) -> [Instrument] {
        symbols.map {
            Instrument(
                symbol: $0, rules: InstrumentRules(), isTrading: true, orderKinds: [], hasOrderPairs: false)
        }
    }

    func candles(_ request: CandleRequest) throws(BrokerError) -> [Candle] {
        state.withLock { $0.requests.append(request) }
        try check()
        guard request.timeframe == .m1 else { throw .unsupported(Message("minutes only", fr: "minutes seulement")) }
        return state.withLock { state in
            (state.candles[request.symbol] ?? []).filter {
                $0.openTime >= request.from && $0.openTime < request.to
            }
        }
    }

    func ticker(_ symbol: Symbol) throws(BrokerError) -> Ticker {
        throw .unsupported(Message("no ticker", fr: "pas de cours"))
    }

    func marketEvents(_ subscriptions: [MarketSubscription]) -> Stream {
        let (stream, output) = Stream.makeStream(bufferingPolicy: .bufferingOldest(MarketEvent.bufferLimit))
        let due = state.withLock { state in
            state.streams.append((subscriptions, output))
            defer { state.watchers.removeAll { $0.0 <= state.streams.count } }
            return state.watchers.filter { $0.0 <= state.streams.count }
        }
        for watcher in due { watcher.1.resume() }
        return stream
    }

    func close() {
        for stream in state.withLock(\.streams) { stream.output.finish() }
    }

    private func check() throws(BrokerError) {
        if let failure = state.withLock(\.failure) { throw failure }
    }
}
