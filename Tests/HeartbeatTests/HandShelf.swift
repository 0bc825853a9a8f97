import Heartbeat
import Market
import Postgres
import Storage
import Synchronization
import Wording

/// A store in memory, which can be away.
final class HandShelf: HeartbeatShelf {
    private struct State {
        var pulses: [HeartbeatPulse] = []
        var isAway = false
        var refusesNext = 0
        var refusals = 0
        var defersNext = false
        var symbols: Set<Symbol> = []
        var stored: [Symbol: [Candle]] = [:]
        var published: [String] = []
        var watchers: [(isDone: @Sendable (HandShelf.View) -> Bool, CheckedContinuation<Void, Never>)] = []
        var change: (@Sendable () -> Void)?
    }

    /// What a test waits for.
    struct View: Sendable {
        let candles: [ClosedCandle]
        let alerts: [Alert]
        let statuses: [HeartbeatStatus]
        let refusals: Int
        let published: [String]
    }

    private let state = Mutex(State())

    init(_ symbols: Set<Symbol>, stored: [Symbol: [Candle]] = [:]) {
        state.withLock {
            $0.symbols = symbols
            $0.stored = stored
        }
    }

    var view: View { state.withLock { Self.view(&$0) } }

    private static func view(_ state: inout State) -> View {
        View(
            candles: state.pulses.flatMap(\.candles), alerts: state.pulses.flatMap(\.alerts),
            statuses: state.pulses.compactMap(\.status), refusals: state.refusals, published: state.published)
    }

    /// Returns as soon as it holds, which is looked at after every call.
    func until(_ isDone: @escaping @Sendable (View) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if Task.isCancelled || isDone(Self.view(&state)) { return true }
                    state.watchers.append((isDone, continuation))
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

    private func look() {
        let due = state.withLock { state in
            let view = Self.view(&state)
            let due = state.watchers.filter { $0.isDone(view) }.map(\.1)
            state.watchers.removeAll { $0.isDone(view) }
            return due
        }
        for continuation in due { continuation.resume() }
    }

    func set(isAway: Bool) { state.withLock { $0.isAway = isAway } }
    func refuseNext(_ count: Int) { state.withLock { $0.refusesNext = count } }
    func deferNext() { state.withLock { $0.defersNext = true } }

    func set(symbols: Set<Symbol>) {
        let change = state.withLock { state in
            state.symbols = symbols
            return state.change
        }
        change?()
    }

    // MARK: HeartbeatShelf

    func record(_ pulse: HeartbeatPulse) throws -> [ClosedCandle] {
        defer { look() }
        return try state.withLock { state in
            if state.isAway {
                state.refusals += 1
                throw PostgresError.unreachable(server: "test", reason: Message("away", fr: "absent"))
            }
            if state.refusesNext > 0, !pulse.candles.isEmpty {
                state.refusesNext -= 1
                state.refusals += 1
                throw PostgresError.checkViolation(table: "candles", constraint: "candles_prices")
            }
            state.pulses.append(pulse)
            for closed in pulse.candles where closed.key.timeframe == .m1 {
                state.stored[closed.key.symbol, default: []].append(closed.candle)
            }
            guard state.defersNext, !pulse.candles.isEmpty else { return [] }
            state.defersNext = false
            return pulse.candles
        }
    }

    func minutes(of symbol: Symbol, last count: Int) throws -> [Candle] {
        try state.withLock { state in
            guard !state.isAway else {
                throw PostgresError.unreachable(server: "test", reason: Message("away", fr: "absent"))
            }
            return Array((state.stored[symbol] ?? []).suffix(count))
        }
    }

    func symbols() -> Set<Symbol> { state.withLock { $0.symbols } }

    func watch(_ changed: @Sendable () -> Void) async throws {
        // Only kept while this call lasts, and it lasts until its task is cancelled.
        let (stream, output) = AsyncStream<Void>.makeStream()
        state.withLock { $0.change = { output.yield() } }
        for await _ in stream { changed() }
    }

    func publish(_ json: String) {
        state.withLock { $0.published.append(json) }
        look()
    }
}
