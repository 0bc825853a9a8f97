import Market
import Storage

/// One feed of an executor: which candles it has been given, and which ones are on their way.
struct Feed: Sendable {
    let number: Int
    let key: CandleKey
    let depth: Int
    /// Candles ever appended.
    private(set) var count = 0
    /// The last candle that was appended.
    private(set) var newest: Candle?
    /// Every candle that closed up to here is appended or known to be missing.
    private(set) var knownThrough: Timestamp?
    /// The history has come.
    private(set) var isFilled = false
    /// What was asked of the loader and has not come yet.
    private(set) var loading: FeedLoad.Span?
    /// Candles that came while something before them is being loaded, in rising order of time.
    private var waiting: [Candle] = []
    /// Candles that nobody has, in order of time; the oldest are forgotten first.
    private var holes: [CandleRange] = []

    /// Candles that wait for a load; of more, the oldest are dropped and loaded from the store afterwards.
    static let mostWaiting = 4096
    static let mostHoles = 256

    /// What became of a candle that was offered.
    enum Outcome: Equatable {
        case appended
        case waits
        case doubled
        /// It fills a place that was given up: the strategies have gone on without it.
        case late
        case unsound(CandleDefect)
    }

    init(number: Int, key: CandleKey, depth: Int) {
        self.number = number
        self.key = key
        self.depth = depth
        loading = .last(depth)
    }

    private var last: Timestamp? { newest?.openTime }
    private var step: Int64 { key.timeframe.milliseconds }

    /// The open time of the next candle that may exist; nil before the first one.
    var nextOpen: Timestamp? { knownThrough }

    /// The last candle's close among those that closed by an instant, by the grid alone.
    func lastClose(by instant: Timestamp) -> Timestamp { key.timeframe.openTime(containing: instant) }

    /// Whether all that closed by the instant is there or known to be missing.
    func isKnown(by instant: Timestamp) -> Bool {
        guard isFilled, let knownThrough else { return isFilled && loading == nil }
        return knownThrough >= lastClose(by: instant)
    }

    mutating func offer(_ candle: Candle, to appended: inout [Candle]) -> Outcome {
        if let defect = CandleDefect.inNumbers(of: candle) { return .unsound(defect) }
        guard Timestamp.calendar.contains(candle.openTime) else { return .unsound(.outsideCalendar(candle.openTime)) }
        guard key.timeframe.isOpenTime(candle.openTime) else {
            return .unsound(.offGrid(candle.openTime, key.timeframe))
        }
        if let last, candle.openTime <= last {
            return holes.contains { $0.first <= candle.openTime && candle.openTime <= $0.last } ? .late : .doubled
        }
        if loading == nil, let next = nextOpen, candle.openTime > next {
            loading = .range(from: next, to: candle.openTime)
        }
        guard loading != nil else {
            append(candle, to: &appended)
            return .appended
        }
        return wait(candle)
    }

    private mutating func wait(_ candle: Candle) -> Outcome {
        let place = waiting.lastIndex { $0.openTime <= candle.openTime }
        if let place, waiting[place].openTime == candle.openTime { return .doubled }
        waiting.insert(candle, at: place.map { $0 + 1 } ?? 0)
        if waiting.count > Self.mostWaiting { waiting.removeFirst() }
        return .waits
    }

    /// Asks for candles that no signal tells of, up to the last close by the instant.
    mutating func ask(upTo instant: Timestamp) {
        guard loading == nil, let next = nextOpen else { return }
        let end = lastClose(by: instant)
        if next < end { loading = .range(from: next, to: end) }
    }

    /// Takes in what the loader found, in rising order of time, and what waited for it. Places that remain empty are
    /// given up.
    mutating func loaded(_ candles: [Candle], defects: inout [CandleDefect]) -> [Candle] {
        guard let span = loading else { return [] }
        var appended: [Candle] = []
        let end: Timestamp? = if case .range(_, let end) = span { end } else { nil }
        for candle in candles {
            if let last, candle.openTime <= last { continue }
            if let end, candle.openTime >= end { break }
            if let defect = CandleDefect.inNumbers(of: candle) {
                defects.append(defect)
            } else if key.timeframe.isOpenTime(candle.openTime) {
                append(candle, to: &appended)
            } else {
                defects.append(.offGrid(candle.openTime, key.timeframe))
            }
        }
        isFilled = true
        loading = nil
        if let end { knownThrough = max(knownThrough ?? end, end) }
        release(into: &appended)
        return appended
    }

    /// Appends what waited, until something is missing again that has not been asked for.
    private mutating func release(into appended: inout [Candle]) {
        var taken = 0
        while taken < waiting.count {
            let candle = waiting[taken]
            if let next = nextOpen, candle.openTime > next {
                loading = .range(from: next, to: candle.openTime)
                break
            }
            if last.map({ candle.openTime > $0 }) ?? true { append(candle, to: &appended) }
            taken += 1
        }
        waiting.removeFirst(taken)
    }

    private mutating func append(_ candle: Candle, to appended: inout [Candle]) {
        if let last, candle.openTime.milliseconds > last.milliseconds + step {
            holes.append(
                CandleRange(
                    first: Timestamp(milliseconds: last.milliseconds + step),
                    last: Timestamp(milliseconds: candle.openTime.milliseconds - step)))
            if holes.count > Self.mostHoles { holes.removeFirst() }
        }
        appended.append(candle)
        count += 1
        newest = candle
        let close = Timestamp(milliseconds: candle.openTime.milliseconds + step)
        knownThrough = max(knownThrough ?? close, close)
    }
}
