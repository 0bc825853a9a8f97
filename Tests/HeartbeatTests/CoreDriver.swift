import Heartbeat
import Market
import TestSupport
import Wording

/// Drives a core step by step and answers its fetches as a venue with perfect candles would, sometimes badly.
struct CoreDriver {
    var core: HeartbeatCore
    let venue: [Symbol: [Candle]]
    private(set) var closed: [BuiltCandle] = []
    private(set) var alerts: [HeartbeatAlert] = []
    private(set) var fetches: [CandleFetch] = []
    private(set) var reconnects = 0
    /// In percent of the answers.
    var failing = 0
    var short = 0
    var foolish = 0
    /// How long an answer takes, at most, in milliseconds of the venue.
    var longestAnswer = 0
    /// Of these timeframes the venue answers nothing.
    var unanswered: Set<Timeframe> = []
    private var answers: [(at: Int64, input: HeartbeatInput)] = []
    private var now: Int64 = 0
    private var numbers: SeededNumbers

    init(_ core: HeartbeatCore, venue: [Symbol: [Candle]] = [:], numbers: SeededNumbers = SeededNumbers(seed: 1)) {
        self.core = core
        self.venue = venue
        self.numbers = numbers
    }

    mutating func tell(_ input: HeartbeatInput, at time: Int64? = nil) {
        if let time { now = max(now, time) }
        while let index = answers.indices.filter({ answers[$0].at <= now }).min(by: { answers[$0].at < answers[$1].at })
        {
            let answer = answers.remove(at: index)
            take(answer.input)
        }
        take(input)
    }

    private mutating func take(_ input: HeartbeatInput) {
        var actions: [HeartbeatAction] = []
        core.handle(input, into: &actions)
        for action in actions {
            switch action {
            case .closed(let candle): closed.append(candle)
            case .alert(let alert): alerts.append(alert)
            case .reconnect: reconnects += 1
            case .fetch(let fetch):
                fetches.append(fetch)
                let wait = fetch.wait.components
                let delay = wait.seconds * 1000 + wait.attoseconds / 1_000_000_000_000_000
                let time = now + delay + Int64(longestAnswer > 0 ? numbers.below(longestAnswer) : 0)
                if !venue.isEmpty, !unanswered.contains(fetch.timeframe) { answers.append((time, answer(fetch))) }
            }
        }
    }

    private mutating func answer(_ fetch: CandleFetch) -> HeartbeatInput {
        if numbers.chance(failing) {
            return .fetchFailed(fetch, Message("no answer", fr: "pas de réponse"), isFinal: false)
        }
        var found = (venue[fetch.symbol] ?? []).filter { $0.openTime >= fetch.from && $0.openTime < fetch.to }
        if fetch.timeframe != .m1 { found = Self.merged(found, fetch).map { [$0] } ?? [] }
        if !found.isEmpty, numbers.chance(short) { found.removeLast(1 + numbers.below(found.count)) }
        if numbers.chance(foolish) {
            found += found
            found.append(
                Candle(openTime: fetch.to, open: 1, high: 1, low: 1, close: 1, volume: 1))
            found.append(
                Candle(openTime: fetch.from, open: 9, high: 1, low: 2, close: .nan, volume: -1))
            found.shuffle(using: &numbers)
        }
        return .fetched(fetch, found)
    }

    /// Nil where the venue has no whole candle.
    static func merged(_ minutes: [Candle], _ fetch: CandleFetch) -> Candle? {
        guard var candle = minutes.first, let last = minutes.last,
            Int64(minutes.count) == fetch.timeframe.milliseconds / 60_000
        else { return nil }
        candle.openTime = fetch.from
        candle.close = last.close
        for minute in minutes.dropFirst() {
            candle.high = max(candle.high, minute.high)
            candle.low = min(candle.low, minute.low)
            candle.volume += minute.volume
        }
        return candle
    }

    func candles(_ symbol: Symbol, _ timeframe: Timeframe = .m1) -> [Candle] {
        closed.filter { $0.symbol == symbol && $0.timeframe == timeframe }.map(\.candle)
    }
}
