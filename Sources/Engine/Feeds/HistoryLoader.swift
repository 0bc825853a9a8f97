import Broker
import Market
import Postgres
import Storage
import Wording

/// Where closed candles are kept.
public protocol CandleShelf: Sendable {
    /// Those that open in `from ..< to`, in order of time; empty where none are known.
    func candles(_ key: CandleKey, from: Timestamp, to: Timestamp) async throws -> [Candle]
    /// Keeps candles that it did not have.
    func keep(_ candles: [Candle], of key: CandleKey) async throws
}

/// Finds the candles of the past that a feed asks for: in the store, and what is missing there at the venue, which is
/// stored.
public struct HistoryLoader: Sendable {
    /// What was found. A venue that cannot be reached leaves less, and says why.
    public struct Found: Sendable, Equatable {
        /// In order of time, each once.
        public var candles: [Candle]
        public var problem: Message?
    }

    private let shelf: any CandleShelf
    /// The wait before the store or the venue is asked again; the store's is doubled up to `longestPause`.
    private let pause: Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    static let longestPause = Duration.seconds(2)
    /// Calls of one request at the venue.
    static let attempts = 3
    /// Candles of the store that may be newer than the last one that had closed.
    static let storeLead: Int64 = 2
    /// Minute candles that a coarser history may be built from.
    static let mostFine = 200_000

    public init(
        _ shelf: any CandleShelf, pause: Duration = .milliseconds(100),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.shelf = shelf
        self.pause = pause
        self.sleep = sleep
    }

    /// Loads what is asked for. While the store is away it waits for it; the venue is asked at most `attempts` times.
    ///
    /// The store's candles are taken to `storeLead` further than the venue's: whoever closed them knew the venue's
    /// time, of which `end` is an estimate, and their signals may have been told before somebody listened.
    ///
    /// - Parameters:
    ///   - end: candles of the venue that close later than this are left out.
    ///   - source: the venue's candles; nil takes what the store has.
    /// - Throws: `CancellationError` only.
    public func load(
        _ load: FeedLoad, before end: Timestamp, from source: (any MarketDataSource)?
    ) async throws -> Found {
        let length = load.key.timeframe.milliseconds
        let last = load.key.timeframe.openTime(containing: end).milliseconds
        let (from, to) =
            switch load.span {
            case .last(let count): (max(0, last - Int64(count) * length), last + Self.storeLead * length)
            case .range(let from, let to): (from.milliseconds, to.milliseconds)
            }
        return try await candles(
            load.key, Timestamp(milliseconds: from), Timestamp(milliseconds: max(from, to)), source,
            closed: Timestamp(milliseconds: last))
    }

    /// - Parameter closed: where the first candle opens that the venue is not asked for.
    private func candles(
        _ key: CandleKey, _ from: Timestamp, _ to: Timestamp, _ source: (any MarketDataSource)?, closed: Timestamp
    ) async throws -> Found {
        guard from < to else { return Found(candles: []) }
        var (known, problem) = try await stored(key, from, to)
        guard let source else { return Found(candles: known, problem: problem) }
        for hole in Self.holes(in: known, key.timeframe, from, min(to, closed)) {
            let end = min(hole.last, closed)
            guard hole.first < end else { continue }
            let (fetched, trouble) = try await fetch(key, hole.first, end, source)
            problem = problem ?? trouble
            guard !fetched.isEmpty else { continue }
            let times = Set(known.map(\.openTime))
            let new = fetched.filter { !times.contains($0.openTime) }
            problem = try await keep(new, key) ?? problem
            // What is kept is shown: the heartbeat may have been quicker by a moment, with another last digit, and a
            // replay finds that one.
            let kept = try await stored(key, hole.first, end).candles.filter { !times.contains($0.openTime) }
            let keptTimes = Set(kept.map(\.openTime))
            let missing = new.filter { !keptTimes.contains($0.openTime) }
            // One that differed kept the others out.
            problem = try await keep(missing, key) ?? problem
            known += kept + missing
            known.sort { $0.openTime < $1.openTime }
        }
        return Found(candles: known, problem: problem)
    }

    // MARK: The store

    /// Waits until the store answers. An answer that makes no sense is a problem, not a reason to wait.
    private func stored(
        _ key: CandleKey, _ from: Timestamp, _ to: Timestamp
    ) async throws -> (candles: [Candle], problem: Message?) {
        var wait = pause
        while true {
            do {
                return (try await shelf.candles(key, from: from, to: to), nil)
            } catch let error as PostgresError {
                guard Self.isPassing(error) else { return ([], error.message) }
            } catch let error as any ExplainedError {
                return ([], error.message)
            }
            try await sleep(wait)
            wait = min(wait * 2, Self.longestPause)
        }
    }

    /// Whether the server may answer another time.
    private static func isPassing(_ error: PostgresError) -> Bool {
        switch error {
        case .unreachable, .tooManyConnections, .connectionLost, .poolExhausted, .timeout, .stoppedByAdministrator:
            true
        default: false
        }
    }

    /// Candles that could not be kept are fetched again another time.
    private func keep(_ candles: [Candle], _ key: CandleKey) async throws -> Message? {
        guard !candles.isEmpty else { return nil }
        do {
            try await shelf.keep(candles, of: key)
            return nil
        } catch is CancellationError {
            throw CancellationError()
        } catch is CandleConflict {
            // Somebody has kept them in the meantime, the heartbeat's own among them.
            return nil
        } catch {
            return (error as? any ExplainedError)?.message ?? Message("\(error)", fr: "\(error)")
        }
    }

    // MARK: The venue

    /// At most three stretches to ask the venue for: before, between and after the candles that are known.
    static func holes(
        in known: [Candle], _ timeframe: Timeframe, _ from: Timestamp, _ to: Timestamp
    ) -> [(first: Timestamp, last: Timestamp)] {
        guard let first = known.first?.openTime, let last = known.last?.openTime else { return [(from, to)] }
        let length = timeframe.milliseconds
        var holes: [(first: Timestamp, last: Timestamp)] = []
        if from < first { holes.append((from, first)) }
        let inner = zip(known, known.dropFirst()).filter {
            $0.openTime.milliseconds + length < $1.openTime.milliseconds
        }
        if let start = inner.first?.0.openTime, let end = inner.last?.1.openTime {
            holes.append((Timestamp(milliseconds: start.milliseconds + length), end))
        }
        let next = Timestamp(milliseconds: last.milliseconds + length)
        if next < to { holes.append((next, to)) }
        return holes
    }

    private func fetch(
        _ key: CandleKey, _ from: Timestamp, _ to: Timestamp, _ source: any MarketDataSource
    ) async throws -> (candles: [Candle], problem: Message?) {
        var problem: Message?
        for _ in 0..<Self.attempts {
            do throws(BrokerError) {
                let found = try await source.candles(
                    CandleRequest(symbol: key.symbol, timeframe: key.timeframe, from: from, to: to))
                return (Self.inOrder(found, from, to), nil)
            } catch {
                switch error {
                case .retryable(let message, let after):
                    problem = message
                    try await sleep(min(after ?? pause, Self.longestPause))
                case .unsupported where key.timeframe != .m1: return try await build(key, from, to, source)
                default: return ([], error.message)
                }
            }
        }
        return ([], problem)
    }

    /// Candles of a timeframe that the venue does not have, made of its minutes.
    private func build(
        _ key: CandleKey, _ from: Timestamp, _ to: Timestamp, _ source: any MarketDataSource
    ) async throws -> (candles: [Candle], problem: Message?) {
        let minute = Timeframe.m1.milliseconds
        let start = max(from.milliseconds, to.milliseconds - Int64(Self.mostFine) * minute)
        let fine = try await candles(
            CandleKey(venue: key.venue, symbol: key.symbol, timeframe: .m1), Timestamp(milliseconds: start), to,
            source, closed: to)
        do {
            let series = try CandleSeries(symbol: key.symbol, timeframe: .m1, candles: fine.candles)
            let coarse = try CandleResampler.resample(series, to: key.timeframe)
            // The first one may lack its beginning.
            return (Self.inOrder(Array(coarse), max(from, Timestamp(milliseconds: start)), to), fine.problem)
        } catch {
            return ([], (error as? any ExplainedError)?.message ?? fine.problem)
        }
    }

    /// What a venue answers, each candle once, in order and within what was asked.
    private static func inOrder(_ candles: [Candle], _ from: Timestamp, _ to: Timestamp) -> [Candle] {
        var kept: [Candle] = []
        for candle in candles.sorted(by: { $0.openTime < $1.openTime })
        where candle.openTime >= from && candle.openTime < to && candle.openTime != kept.last?.openTime {
            kept.append(candle)
        }
        return kept
    }
}

extension Store: CandleShelf {
    public func candles(_ key: CandleKey, from: Timestamp, to: Timestamp) async throws -> [Candle] {
        try await heartbeat.history(key, from: from, to: to)
    }

    public func keep(_ candles: [Candle], of key: CandleKey) async throws {
        try await self.candles.append(candles, to: key)
    }
}
