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
        var refusal = PostgresError.checkViolation(table: "candles", constraint: "candles_prices")
        var refusals = 0
        var defersNext = false
        var symbols: Set<Symbol> = []
        var stored: [Symbol: [Candle]] = [:]
        var newest: [Symbol: [Timeframe: Timestamp]] = [:]
        var histories = 0
        var rosters = 0
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
        /// How often the minutes of a symbol, and the symbols, were read.
        let histories: Int
        let rosters: Int
    }

    private let state = Mutex(State())

    /// - Parameter newest: the newest stored candles of each timeframe; without them all that the minutes ended.
    init(
        _ symbols: Set<Symbol>, stored: [Symbol: [Candle]] = [:], newest: [Symbol: [Timeframe: Timestamp]]? = nil
    ) {
        state.withLock {
            $0.symbols = symbols
            $0.stored = stored
            $0.newest = newest ?? stored.compactMapValues { $0.last.map { Self.ended(at: $0.openTime) } }
        }
    }

    private static func ended(at minute: Timestamp) -> [Timeframe: Timestamp] {
        let end = Timestamp(milliseconds: minute.milliseconds + 60_000)
        return Dictionary(
            uniqueKeysWithValues: Timeframe.allCases.map {
                ($0, Timestamp(milliseconds: $0.openTime(containing: end).milliseconds - $0.milliseconds))
            })
    }

    var view: View { state.withLock { Self.view(&$0) } }

    private static func view(_ state: inout State) -> View {
        View(
            candles: state.pulses.flatMap(\.candles), alerts: state.pulses.flatMap(\.alerts),
            statuses: state.pulses.compactMap(\.status), refusals: state.refusals, published: state.published,
            histories: state.histories, rosters: state.rosters)
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
    func refuseNext(_ count: Int, as refusal: PostgresError? = nil) {
        state.withLock { state in
            state.refusesNext = count
            if let refusal { state.refusal = refusal }
        }
    }
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
                throw state.refusal
            }
            state.pulses.append(pulse)
            for closed in pulse.candles {
                let (symbol, timeframe) = (closed.key.symbol, closed.key.timeframe)
                if timeframe == .m1 { state.stored[symbol, default: []].append(closed.candle) }
                let open = closed.candle.openTime
                state.newest[symbol, default: [:]][timeframe] = max(open, state.newest[symbol]?[timeframe] ?? open)
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
            state.histories += 1
            return Array((state.stored[symbol] ?? []).suffix(count))
        }
    }

    func newest(of symbol: Symbol) -> [Timeframe: Timestamp] { state.withLock { $0.newest[symbol] ?? [:] } }

    func symbols() -> Set<Symbol> {
        defer { look() }
        return state.withLock { state in
            state.rosters += 1
            return state.symbols
        }
    }

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
